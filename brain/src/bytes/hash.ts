import { createHash } from 'node:crypto';
import { type ByteSource, MroError } from '@mroptimum/contract';

const chunk = 2 ** 20;

/** Hex SHA-256 of an object, read in pieces. */
export async function hashObject(source: ByteSource): Promise<string> {
  const hash = createHash('sha256');
  const into = new Uint8Array(chunk);
  for (let offset = 0; offset < source.size; ) {
    const bytes = await source.read(offset, Math.min(chunk, source.size - offset), into);
    if (bytes.length === 0) throw new MroError('MRO_INTERNAL', 'A stored object is shorter than it says.');
    hash.update(bytes);
    offset += bytes.length;
  }
  return hash.digest('hex');
}
