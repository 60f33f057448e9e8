import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { openZip, type ZipRange } from '@mroptimum/bundle';
import { type ByteSource, MroError } from '@mroptimum/contract';

const chunkBytes = 1024 * 1024;

/** What can be downloaded: an object, or one entry of a zip, as it lies there. */
export interface Content {
  readonly size: number;
  /** Whether it may begin in the middle; packed entries may not. */
  readonly ranges: boolean;
  /**
   * Bytes from `first` to `last`, both included; read only as fast as they are taken. With `reuse` a chunk may be
   * overwritten when the next but one is asked for.
   */
  bytes(first: number, last: number, reuse?: boolean): AsyncGenerator<Uint8Array>;
}

/** A whole object. */
export const wholeContent = (source: ByteSource): Content => ({
  size: source.size,
  ranges: true,
  bytes: (first, last, reuse) => readRange(source, first, last - first + 1, reuse),
});

/**
 * One entry of a zip: stored ones are a range of the archive, packed ones are inflated on their way.
 * @throws as `openZip`; MRO_BUNDLE_MISSING where it is not in there
 */
export async function entryContent(source: ByteSource, entry: string): Promise<Content> {
  return locatedContent(source, await (await openZip(source)).locate(entry), entry);
}

/** The same where its place is known. @throws MRO_BUNDLE_DAMAGED where its sizes differ */
export function locatedContent(source: ByteSource, place: ZipRange, entry: string): Content {
  const { method, start, packedSize, size } = place;
  if (method === 'deflate')
    return { size, ranges: false, bytes: () => inflated(source, start, packedSize, size) };
  if (packedSize !== size)
    throw new MroError('MRO_BUNDLE_DAMAGED', `${entry} is damaged: its two sizes differ.`);
  const bytes: Content['bytes'] = (first, last, reuse) =>
    readRange(source, start + first, last - first + 1, reuse);
  return { size, ranges: true, bytes };
}

async function* readRange(
  source: ByteSource,
  offset: number,
  total: number,
  reuse = false,
): AsyncGenerator<Uint8Array> {
  const end = offset + total;
  const used: Uint8Array[] = [];
  for (let at = offset; at < end; ) {
    const length = Math.min(chunkBytes, end - at);
    const memory = (reuse && used.length === 2 && used.shift()) || uncleared(Math.min(chunkBytes, total));
    if (reuse) used.push(memory);
    const bytes = await source.read(at, length, memory);
    if (bytes.length === 0)
      throw new MroError('MRO_BRAIN_STORAGE', 'An object ended earlier than it should.');
    at += bytes.length;
    yield bytes;
  }
}

/** Memory that is not cleared before it is filled; what is not filled is not given out. */
const uncleared = (length: number): Uint8Array => new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);

/** Exactly `size` bytes: what would unpack to more is cut off before it does harm. */
async function* inflated(
  source: ByteSource,
  start: number,
  packedSize: number,
  size: number,
): AsyncGenerator<Uint8Array> {
  const inflate = createInflateRaw({ chunkSize: 256 * 1024 });
  // Its failure is that of `inflate` too, and told there.
  const feeding = pipeline(Readable.from(readRange(source, start, packedSize)), inflate).catch(() => {});
  let total = 0;
  try {
    for await (const chunk of inflate as AsyncIterable<Uint8Array>) {
      total += chunk.length;
      if (total > size) break;
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof MroError) throw cause;
    throw new MroError('MRO_BUNDLE_DAMAGED', 'An entry cannot be unpacked.', { cause });
  } finally {
    inflate.destroy();
    await feeding;
  }
  if (total !== size)
    throw new MroError('MRO_BUNDLE_DAMAGED', 'An entry unpacks to another size than it announces.');
}
