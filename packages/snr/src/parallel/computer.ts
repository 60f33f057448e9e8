import { paddedSize } from '../sampling.ts';
import type { SliceMaps, SnrSettings } from '../settings.ts';
import type { SliceTask } from '../slice.ts';

/** What one computation may report and listen to. */
export interface ComputeOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
}

/** Something that computes slices: this thread, or a pool of workers. */
export interface SliceComputer {
  /** Slices that may be under way at once. */
  readonly threads: number;
  /**
   * The maps of one slice. In a pool an abort, or a thread that fails, ends all slices under way and the pool.
   *
   * @throws SnrError of every kind; the signal's reason when aborted
   */
  compute(task: SliceTask, options?: ComputeOptions): Promise<SliceMaps>;
  /** Ends the threads; slices under way are rejected. May be called again. */
  close(): Promise<void>;
}

/** Folded rows are cut into this many bands: small enough to balance threads and to notice an abort. */
const bandsPerSlice = 16;

/** Cuts `rows` into bands, in order. */
export function bands(rows: number): (readonly [from: number, to: number])[] {
  const size = Math.max(1, Math.ceil(rows / bandsPerSlice));
  const out: [number, number][] = [];
  for (let from = 0; from < rows; from += size) out.push([from, Math.min(rows, from + size)]);
  return out;
}

/**
 * Bytes of kernel memory that one slice needs at its peak: a few coils' lines as read, up to six arrays of
 * coil × image size (calibration, sensitivities, unmixing, its turned copy, images) and the bands of GRAPPA and
 * ESPIRiT. Pages that are never touched cost nothing, so the estimate is generous.
 */
export function kernelBytes(task: SliceTask): number {
  const [, coils, ny, wide] = task.input.kspace.shape as [number, number, number, number];
  const [rx, ry] = largestAcceleration(task.settings, ny);
  const nx = paddedSize(Math.round(wide / task.input.readoutOversampling), rx);
  const coilImages = 8 * coils * paddedSize(ny, ry) * nx;
  const bandMatrices = 8 * coils * coils * nx * 8;
  const calibration =
    task.settings.reconstruction === 'grappa' || usesEspirit(task.settings) ? 128 * 2 ** 20 : 0;
  return (
    Math.ceil((8 * coils * ny * wide + 9 * coilImages + bandMatrices + calibration + 2 ** 24) / 65536) * 65536
  );
}

function usesEspirit({ sensitivities, mask }: SnrSettings): boolean {
  return sensitivities.method === 'espirit' || mask.method === 'espirit';
}

function largestAcceleration({ accelerations }: SnrSettings, ny: number): readonly [number, number] {
  const [rx, ry] = accelerations ?? [1, 1];
  return [Math.max(1, rx), Math.max(1, Math.min(ny, ry))];
}
