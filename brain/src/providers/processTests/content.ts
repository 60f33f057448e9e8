import { createHash } from 'node:crypto';

/** Bytes that say themselves whether they are whole: repetitions of a hash of the key, as many as the key says. */
export function contentOf(key: string): Buffer {
  const unit = createHash('sha256').update(key).digest();
  return Buffer.concat(Array.from({ length: 2000 + (unit[0]! << 5) }, () => unit));
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
