/**
 * Random access to the bytes of one object (a local file, a buffer, an S3 object).
 * Readers ask for ranges only, so that memory never grows with the object.
 */
export interface ByteSource {
  /** Name shown in messages; no directory, no identity. */
  readonly name: string;
  /** Total length in bytes. */
  readonly size: number;
  /** Path on the local disk, where there is one (HDF5 is read by path). */
  readonly path?: string;
  /**
   * Reads `length` bytes from `offset`; shorter only where the object ends. `into`, of at least that length, may
   * be used for them, which spares a fresh buffer for every range; it may also be left alone.
   */
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A ByteSource over bytes in memory. */
export function bytesInMemory(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: bytes.byteLength,
    read: async (offset, length) => bytes.subarray(offset, Math.min(bytes.byteLength, offset + length)),
    close: async () => {},
  };
}
