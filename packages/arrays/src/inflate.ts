import { inflateSync, unzlibSync } from 'fflate';

/** Deflate cannot make more than this many bytes of one (258 bytes from 2 bits). */
const largestRatio = 1032;

/**
 * Undoes deflate (`raw`) or zlib compression into at most `limit` bytes: what a file announces never makes
 * more memory than its own bytes can fill.
 * @returns undefined where the compressed bytes are damaged
 */
export function inflate(packed: Uint8Array, limit: number, form: 'raw' | 'zlib'): Uint8Array | undefined {
  const out = new Uint8Array(Math.min(limit, largestRatio * packed.length + 64));
  try {
    return form === 'raw' ? inflateSync(packed, { out }) : unzlibSync(packed, { out });
  } catch {
    return undefined;
  }
}
