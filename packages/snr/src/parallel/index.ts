import { wasmKernels } from '../kernels/wasm/kernels.ts';
import type { SliceComputer } from './computer.ts';
import { inlineComputer } from './inline.ts';

export type { ComputeOptions, SliceComputer } from './computer.ts';
export { kernelBytes } from './computer.ts';

/**
 * A computer of slices with `threads` threads: 1 computes on the calling thread; more start as many workers
 * (Node; a browser page gives its worker one thread).
 */
export async function createComputer(threads: number): Promise<SliceComputer> {
  if (threads <= 1 || typeof process === 'undefined')
    return inlineComputer((bytes) => wasmKernels({ bytes }));
  const { workerPool } = await import('./pool.ts');
  // The bundled command has its worker beside it as JavaScript.
  const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js';
  return workerPool(threads, new URL(file, import.meta.url));
}
