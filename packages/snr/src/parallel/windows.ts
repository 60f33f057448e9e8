import { outOfMemory } from '../kernels/wasm/arena.ts';

/** Windows begin and end at pages of WebAssembly memory. */
export const page = 65536;
/**
 * Bytes of the largest window: WebAssembly memory has at most 4 GB, and its first page is the kernels' own. The
 * estimate of what a slice needs is generous, so one beyond this may still fit; the kernels say so where it does not.
 */
export const mostBytes = 2 ** 32 - 2 * page;

/**
 * A memory with as many windows as there are threads, or as many as the address space and the machine allow.
 * @throws SnrError MRO_SNR_MEMORY where there is none for a single window
 */
export function sharedWindows(
  bytes: number,
  threads: number,
): { memory: WebAssembly.Memory; windows: number } {
  for (let windows = Math.min(threads, Math.floor(mostBytes / bytes)); windows > 0; windows--) {
    const pages = (bytes * windows) / page + 1;
    try {
      return { memory: new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }), windows };
    } catch {
      // A range error: the machine has no such stretch of memory. Fewer windows may fit.
    }
  }
  throw outOfMemory(bytes);
}
