import type { Kernels } from '../kernels/interface.ts';
import { addReplicas } from '../reconstructions/index.ts';
import { computeSlice } from '../slice.ts';
import { bands, kernelBytes, type SliceComputer } from './computer.ts';

/**
 * Computes on the calling thread. Between bands of replicas it lets other work of the thread run, so that an
 * abort or a progress bar gets its turn.
 */
export function inlineComputer(kernelsOf: (bytes: number) => Kernels): SliceComputer {
  let kernels: { readonly k: Kernels; readonly bytes: number } | undefined;
  return {
    threads: 1,
    async compute(task, { signal, onProgress } = {}) {
      signal?.throwIfAborted();
      const bytes = kernelBytes(task);
      if (!kernels || kernels.bytes < bytes) kernels = { k: kernelsOf(bytes), bytes };
      const { k } = kernels;
      return computeSlice(k, task, async (work, sums, key, replicas, rows) => {
        for (const band of bands(rows)) {
          signal?.throwIfAborted();
          addReplicas(k, work, sums.sum, sums.sumOfSquares, key, replicas, band);
          onProgress?.(band[1] / rows);
          await nextTurn();
        }
      });
    },
    close: async () => {
      kernels = undefined;
    },
  };
}

/** Resolves after pending events of this thread had their turn. */
const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
