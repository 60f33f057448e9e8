import type * as NodeZlib from 'node:zlib';
import { deflateSync, zlibSync } from 'fflate';

/**
 * The platform's own zlib where there is one (Node), several times faster than one in JavaScript; null in a
 * browser. It is asked for at run time, so that bundlers for browsers do not look for it.
 */
export const nativeZlib: typeof NodeZlib | null =
  (typeof process === 'undefined' ? undefined : process.getBuiltinModule?.('node:zlib')) ?? null;

/**
 * Deflates numbers to a byte boundary, without ending the stream. Mantissas do not repeat, so looking for
 * repetitions other than runs costs time and gains nothing; and runs, unlike hash tables, are found alike by
 * every processor.
 */
export function deflateNumbers(zlib: typeof NodeZlib, bytes: Uint8Array, last: boolean): Uint8Array {
  const { Z_RLE, Z_SYNC_FLUSH, Z_FINISH } = zlib.constants;
  return zlib.deflateRawSync(bytes, {
    strategy: Z_RLE,
    memLevel: 9,
    chunkSize: 2 ** 18,
    finishFlush: last ? Z_FINISH : Z_SYNC_FLUSH,
  });
}

/** Raw deflate of one file: of arrays of numbers, or of texts. */
export function deflateRaw(bytes: Uint8Array, numbers: boolean): Uint8Array {
  return numbers && nativeZlib ? deflateNumbers(nativeZlib, bytes, true) : deflateSync(bytes, { level: 6 });
}

/** A zlib stream (RFC 1950). */
export function zlibCompress(bytes: Uint8Array): Uint8Array {
  return nativeZlib ? nativeZlib.deflateSync(bytes) : zlibSync(bytes, { level: 6 });
}
