import type { ByteSource } from '@mroptimum/contract';
import { inflate } from '../inflate.ts';
import { crc32 } from './crc32.ts';
import { localSignature, readZipRange, viewOf, type ZipEntry, type ZipErrors } from './directory.ts';

/** Bytes of which a checksum is taken at once. */
const pieceLength = 2 ** 22;

/** Byte offset of an entry's content, behind its local header. */
export async function contentOffset(source: ByteSource, errors: ZipErrors, entry: ZipEntry): Promise<number> {
  const local = viewOf(await readZipRange(source, errors, entry.offset, 30));
  if (local.getUint32(0, true) !== localSignature) {
    throw errors.damaged(`the header of ${entry.name} is missing`, entry.offset);
  }
  return entry.offset + 30 + local.getUint16(26, true) + local.getUint16(28, true);
}

/**
 * The content of an entry, its length and checksum compared with what the directory says. Memory is bounded by
 * the announced size, and by what deflate can make of the entry's bytes in the file.
 * @throws what `errors` makes
 */
export async function readZipEntry(
  source: ByteSource,
  errors: ZipErrors,
  entry: ZipEntry,
): Promise<Uint8Array> {
  const offset = await contentOffset(source, errors, entry);
  const packed = await readZipRange(source, errors, offset, entry.packedSize);
  // One byte more than announced: content that is longer is noticed, not cut.
  const content = entry.method === 'stored' ? packed : inflate(packed, entry.size + 1, 'raw');
  if (content === undefined)
    throw errors.damaged(`the compressed bytes of ${entry.name} cannot be unpacked`, offset);
  if (content.length !== entry.size || crc32(content) !== entry.crc) throw wrong(errors, entry, offset);
  return content;
}

/** Compares the checksum of a stored entry, piece by piece, without keeping its content. */
export async function checkStoredEntry(
  source: ByteSource,
  errors: ZipErrors,
  entry: ZipEntry,
): Promise<void> {
  const offset = await contentOffset(source, errors, entry);
  let crc = 0;
  for (let at = 0; at < entry.packedSize; at += pieceLength) {
    const length = Math.min(pieceLength, entry.packedSize - at);
    crc = crc32(await readZipRange(source, errors, offset + at, length), crc);
  }
  if (entry.packedSize !== entry.size || crc !== entry.crc) throw wrong(errors, entry, offset);
}

const wrong = (errors: ZipErrors, { name }: ZipEntry, offset: number) =>
  errors.damaged(`the checksum or length of ${name} does not fit its content`, offset);
