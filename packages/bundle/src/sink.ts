import { concat } from './bytes.ts';
import { zipWriter } from './zip/zipWrite.ts';

/**
 * Where a bundle goes: a folder, a zip file, a buffer, an object store. Files arrive one after the other;
 * until `finish` has returned, nobody must take the bundle for complete.
 */
export interface BundleSink<Result = unknown> {
  /** Stores one file; `name` is a relative path with "/". */
  file(name: string, bytes: Uint8Array): Promise<void>;
  /** Makes the bundle visible as a whole. */
  finish(): Promise<Result>;
  /** Removes what was written so far; called when writing failed. */
  abort(): Promise<void>;
}

/** A bundle as a zip archive in memory; `finish` returns its bytes. */
export function memoryZipSink(): BundleSink<Uint8Array> {
  const parts: Uint8Array[] = [];
  const zip = zipWriter(async (bytes) => {
    parts.push(bytes);
  });
  return {
    file: zip.add,
    finish: async () => {
      await zip.finish();
      return concat(parts);
    },
    abort: async () => {
      parts.length = 0;
    },
  };
}
