import type { SliceComputer } from './parallel/computer.ts';
import { createComputer } from './parallel/index.ts';
import { whitening } from './prewhitening.ts';
import type { NoiseModel, RunOptions, SliceInput, SliceMaps, SnrSettings } from './settings.ts';

/**
 * One SliceMaps per slice, in order. `read(slice)` is called once per slice and runs ahead of the computation
 * by at most one slice per thread. Without `noise` nothing is prewhitened and SNR is relative.
 * Results are bit-identical for any number of threads.
 *
 * @throws SnrError of every kind; the signal's reason when aborted
 */
export async function* snrMaps(
  slices: number,
  read: (slice: number, signal?: AbortSignal) => Promise<SliceInput>,
  noise: NoiseModel | undefined,
  settings: SnrSettings,
  run: RunOptions = {},
): AsyncGenerator<SliceMaps> {
  const whiten = noise && whitening(noise.covariance);
  const computer: SliceComputer = run.computer ?? (await createComputer(run.threads ?? 1));
  const { from, to } = run.range ?? { from: 0, to: slices };
  const done = new Float64Array(slices);
  const report = (slice: number, fraction: number): void => {
    done[slice] = fraction;
    run.onProgress?.(done.reduce((sum, f) => sum + f, 0) / (to - from));
  };
  const start = async (slice: number): Promise<SliceMaps> => {
    run.signal?.throwIfAborted();
    const { release, ...input } = await read(slice, run.signal);
    const maps = await computer.compute(
      { slice, input, whiten, settings },
      { signal: run.signal, onProgress: (f) => report(slice, f) },
    );
    release?.();
    return maps;
  };
  const under: Promise<SliceMaps>[] = [];
  let next = from;
  try {
    while (next < to || under.length > 0) {
      while (next < to && under.length < computer.threads) {
        const started = start(next++);
        // A rejection is seen when its turn comes; until then it must not count as unhandled.
        started.catch(() => {});
        under.push(started);
      }
      const maps = await under.shift()!;
      report(maps.slice, 1);
      yield maps;
    }
  } finally {
    // Closed first: slices that nobody waits for any more are not computed to their end.
    if (!run.computer) await computer.close();
    await Promise.allSettled(under);
  }
}
