import { elementCount, stridesOf, toFloat32 } from '@mroptimum/arrays';
import { MroError } from '@mroptimum/contract';
import type { ArrayAccess } from './access.ts';
import { type Axis, extentOf, type LabelledShape } from './axes.ts';

/** Blocks of at least this many elements are read at once, and of at most `largestRead`. */
const smallestRead = 1 << 13;
const largestRead = 1 << 20;

/** Rejects where the caller has given up. */
export function checkAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new MroError('MRO_RAW_ABORTED', 'Reading was cancelled.');
}

/** An axis as the gathering walks it, slowest first. */
interface Walk {
  readonly extent: number;
  /** Step in the target, in complex samples; undefined for an axis that is held. */
  readonly step: number | undefined;
  readonly held: number;
  /** So many places from the first are wanted, where the axis is not held. */
  readonly most: number;
}

/**
 * Reads the part of an array where the `held` axes have the given index, into complex samples in C order over
 * `target` (axes the array lacks have length one, and of an axis in `most` only the first so many). Reads by ranges: never more than a few megabytes at once
 * beside the result.
 * @returns interleaved (re, im), and the extents of `target`
 */
export async function gather(
  array: ArrayAccess,
  labels: LabelledShape,
  target: readonly Axis[],
  held: Partial<Record<Axis, number>> = {},
  { most = {}, signal }: { most?: Partial<Record<Axis, number>>; signal?: AbortSignal } = {},
): Promise<{ data: Float32Array; shape: number[] }> {
  const shape = target.map((axis) =>
    Math.min(extentOf(labels, axis), most[axis] ?? Number.POSITIVE_INFINITY),
  );
  const steps = stridesOf(shape, 'C');
  const data = new Float32Array(2 * elementCount(shape));
  const fileStrides = stridesOf(labels.shape, array.order);
  const walks: Walk[] = labels.axes
    .map((axis, i) => ({ axis, stride: fileStrides[i]!, extent: labels.shape[i]! }))
    // Slowest first; between axes of length one the order does not matter.
    .sort((a, b) => b.stride - a.stride || a.extent - b.extent)
    .map(({ axis, extent }) => {
      const place = target.indexOf(axis);
      return {
        extent,
        step: place < 0 ? undefined : steps[place]!,
        held: held[axis] ?? 0,
        most: shape[place] ?? 1,
      };
    });

  // The inner axes are read together: whole, even where one of them is held.
  let split = walks.length;
  let block = 1;
  while (split > 0 && block < smallestRead) block *= walks[--split]!.extent;
  const outer = walks.slice(0, split);
  const inner = walks.slice(split);

  const readBlock = async (start: number, base: number): Promise<void> => {
    for (let from = 0; from < block; from += largestRead) {
      checkAborted(signal);
      const count = Math.min(largestRead, block - from);
      scatter(toFloat32(await array.read(start + from, count)), from, count, inner, data, base);
    }
  };
  const descend = async (axis: number, position: number, base: number): Promise<void> => {
    const walk = outer[axis];
    if (walk === undefined) return readBlock(position * block, base);
    const first = walk.step === undefined ? walk.held : 0;
    const last = walk.step === undefined ? walk.held : walk.most - 1;
    for (let i = first; i <= last; i++) {
      await descend(axis + 1, position * walk.extent + i, base + i * (walk.step ?? 0));
    }
  };
  await descend(0, 0, 0);
  return { data, shape };
}

/** Puts consecutive samples of a block (from its element `from` on) in their places of the target. */
function scatter(
  values: Float32Array,
  from: number,
  count: number,
  inner: readonly Walk[],
  data: Float32Array,
  base: number,
): void {
  const index = new Array<number>(inner.length).fill(0);
  let rest = from;
  for (let a = inner.length - 1; a >= 0; a--) {
    index[a] = rest % inner[a]!.extent;
    rest = Math.floor(rest / inner[a]!.extent);
  }
  const last = inner.length - 1;
  for (let done = 0; done < count; ) {
    // The fastest axis runs in a tight loop; the others are constant during it.
    let place = base;
    let wanted = true;
    for (let a = 0; a < last; a++) {
      const { step, held, most } = inner[a]!;
      wanted &&= step === undefined ? index[a] === held : index[a]! < most;
      place += index[a]! * (step ?? 0);
    }
    const fast = inner[last] ?? { extent: 1, step: 0, held: 0, most: 1 };
    const begin = last >= 0 ? index[last]! : 0;
    const run = Math.min(fast.extent - begin, count - done);
    if (wanted && fast.step !== undefined) {
      const wantedRun = Math.min(run, fast.most - begin);
      for (let i = 0; i < wantedRun; i++) {
        const to = 2 * (place + (begin + i) * fast.step);
        data[to] = values[2 * (done + i)]!;
        data[to + 1] = values[2 * (done + i) + 1]!;
      }
    } else if (wanted && fast.held >= begin && fast.held < begin + run) {
      const at = 2 * (done + fast.held - begin);
      data[2 * place] = values[at]!;
      data[2 * place + 1] = values[at + 1]!;
    }
    done += run;
    if (last < 0) break;
    index[last] = 0;
    for (let a = last - 1; a >= 0; a--) {
      if (++index[a]! < inner[a]!.extent) break;
      index[a] = 0;
    }
  }
}
