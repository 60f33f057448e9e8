import type { MethodName, ReconstructionName } from './names.ts';
import type { Task } from './task.ts';

/** What a job will take, before it starts. */
export interface WorkEstimate {
  /** Wall time with one thread, seconds; good to a factor of about two. */
  readonly seconds: number;
  /** Peak memory, bytes; an upper bound. */
  readonly bytes: number;
  /** Floating-point operations. */
  readonly operations: number;
}

/** How large an acquisition is, as its header says. */
export interface WorkSize {
  readonly coils: number;
  /** Samples, oversampling still in. */
  readonly readout: number;
  readonly phase: number;
  readonly partitions: number;
  readonly slices: number;
  readonly repetitions: number;
  readonly averages: number;
  readonly readoutOversampling: number;
  readonly acceleration: readonly [readout: number, phase: number];
  readonly referenceLines: number;
}

interface Espirit {
  readonly k: number;
  readonly r: number;
}

/** The settings that cost time or memory. */
export interface WorkSettings {
  readonly method: MethodName;
  readonly reconstruction: ReconstructionName;
  readonly replicas: number;
  readonly accelerations?: readonly [number, number];
  readonly acl: readonly [number | null, number | null];
  readonly kernel: readonly [number, number];
  readonly sensitivities: { readonly method: string; readonly espirit: Espirit };
  readonly mask: { readonly method: string } | ({ readonly method: 'espirit' } & Espirit);
  readonly keepSensitivities: boolean;
}

/** Operations per second of one thread, over the mixture of kernels; reading, bytes per second. */
const rates = { compute: 4e9, read: 4e8 };
/** The runtime, the kernels and the code; what each thread adds; the time until they run. */
const base = { bytes: 130e6, bytesPerThread: 40e6, seconds: 0.3 };

/**
 * Work and memory of a job from what its header says: transforms (5 N log₂ N per coil), whitening (4 C² N),
 * unmixing, calibration, and replicas. Used for the log and to choose where a job runs.
 */
export function estimateWork(header: WorkSize, settings: WorkSettings, threads = 1): WorkEstimate {
  const { coils, phase, readout, partitions } = header;
  const nx = readout / header.readoutOversampling;
  const pixels = nx * phase;
  const slices = header.slices * partitions;
  const repetitions = settings.method === 'mr' || settings.method === 'di' ? header.repetitions : 1;
  const readBytes = 8 * readout * phase * coils * slices * header.repetitions * Math.max(1, header.averages);

  const transform =
    5 * coils * pixels * Math.log2(Math.max(2, pixels)) * (1 + 2 * header.readoutOversampling);
  const whitening = 4 * coils ** 2 * pixels;
  const perRepetition = transform + whitening + 16 * coils * pixels;
  const perSlice =
    perRepetition * (repetitions + 1) + reconstruction(header, settings) + replicas(coils, pixels, settings);
  const alongPartitions = partitions > 1 ? 5 * readout * phase * coils * slices * Math.log2(partitions) : 0;
  const operations = perSlice * slices + alongPartitions;

  const slice = 8 * readout * phase * coils * (repetitions + 1);
  const calibration = settings.reconstruction === 'grappa' ? 8 * (coils * patch(settings)) ** 2 : 0;
  const maps = 4 * pixels * slices * (5 + (settings.keepSensitivities ? 2 * coils : 0));
  // A volume with its calibration lines, which are transformed in a copy, beside what the next one leaves behind.
  const calibrationVolumes = header.referenceLines > 0 ? 2 : 0;
  const volume =
    partitions > 1 ? 8 * readout * phase * coils * partitions * (1.5 * repetitions + calibrationVolumes) : 0;
  const bytes = base.bytes + (base.bytesPerThread + 4 * slice) * threads + calibration + 2 * maps + volume;
  const seconds = base.seconds + operations / rates.compute + readBytes / rates.read;
  return { seconds, bytes, operations };
}

const patch = ({ kernel, accelerations }: WorkSettings): number =>
  Math.ceil((kernel[0] * kernel[1]) / ((accelerations?.[0] ?? 1) * (accelerations?.[1] ?? 2)));

function reconstruction(header: WorkSize, settings: WorkSettings): number {
  const { coils, phase, readout } = header;
  const pixels = (readout / header.readoutOversampling) * phase;
  const [rx, ry] = settings.accelerations ?? header.acceleration;
  const r = rx * ry;
  const espirit =
    settings.sensitivities.method === 'espirit' || settings.mask.method === 'espirit'
      ? espiritWork(coils, pixels, settings)
      : 0;
  switch (settings.reconstruction) {
    case 'sense':
      return espirit + (pixels / r) * (4 * coils * r ** 2 + 3 * r ** 3 + 16 * coils * r);
    case 'grappa': {
      const unknowns = coils * patch(settings);
      const equations =
        Math.min(settings.acl[1] ?? phase, phase) * Math.min(settings.acl[0] ?? readout, readout);
      return espirit + 4 * equations * unknowns * coils * 2 + 3 * unknowns ** 3 + 24 * coils ** 2 * pixels;
    }
    default:
      return espirit;
  }
}

function espiritWork(coils: number, pixels: number, { sensitivities, mask }: WorkSettings): number {
  const { k, r } = 'k' in mask ? mask : sensitivities.espirit;
  const unknowns = coils * k * k;
  return 4 * unknowns ** 2 * Math.max(1, r - k + 1) + 4 * unknowns ** 3 + 100 * coils ** 2 * pixels;
}

/** Synthetic noise costs about 40 operations per complex value; GRAPPA mixes all coils with all. */
function replicas(coils: number, pixels: number, settings: WorkSettings): number {
  if (settings.method !== 'pmr' && settings.method !== 'cr') return 0;
  const r = (settings.accelerations?.[0] ?? 1) * (settings.accelerations?.[1] ?? 1);
  const mixing = settings.reconstruction === 'grappa' ? 8 * coils ** 2 * pixels : 8 * coils * pixels;
  return settings.replicas * ((40 * coils * pixels) / r + mixing);
}

/** Those settings as a task states them, with the defaults of the calculation. */
export function workSettings(task: Task, keepSensitivities: boolean): WorkSettings {
  const { NR, reconstructor } = task.options;
  const { accelerations, acl, kernelSize, sensitivityMap, mask } = reconstructor.options;
  const maps = sensitivityMap?.options;
  const chosen = maps?.mask ?? mask ?? { method: 'no' as const };
  const espirit = (given: { k?: number; r?: number } | undefined) => ({
    k: given?.k ?? 6,
    r: given?.r ?? 24,
  });
  return {
    method: task.name,
    reconstruction: reconstructor.name,
    replicas: NR ?? (task.name === 'cr' ? 6 : 100),
    ...(accelerations && { accelerations }),
    acl: acl ?? [null, null],
    kernel: kernelSize ?? [5, 5],
    sensitivities: { method: maps?.sensitivityMapMethod ?? 'inner', espirit: espirit(maps) },
    mask: chosen.method === 'espirit' ? { method: 'espirit', ...espirit(chosen) } : { method: chosen.method },
    keepSensitivities,
  };
}
