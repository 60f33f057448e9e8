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
  /** Bytes from `first` to `last`, both included; read only as fast as they are taken. */
  bytes(first: number, last: number): AsyncGenerator<Uint8Array>;
}

/** A whole object. */
export const wholeContent = (source: ByteSource): Content => ({
  size: source.size,
  ranges: true,
  bytes: (first, last) => readRange(source, first, last - first + 1),
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
  return { size, ranges: true, bytes: (first, last) => readRange(source, start + first, last - first + 1) };
}

/** The stream of an answer; `close` runs when it ends, fails or is given up. */
export function answerStream(
  bytes: AsyncGenerator<Uint8Array>,
  close: () => Promise<void>,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const next = await bytes.next();
          if (!next.done) return controller.enqueue(next.value);
          await close();
          controller.close();
        } catch (error) {
          await close();
          throw error;
        }
      },
      cancel: async () => {
        await bytes.return(undefined);
        await close();
      },
    },
    { highWaterMark: 0 },
  );
}

async function* readRange(source: ByteSource, offset: number, total: number): AsyncGenerator<Uint8Array> {
  const end = offset + total;
  for (let at = offset; at < end; ) {
    const length = Math.min(chunkBytes, end - at);
    // Not cleared before it is filled; what is not filled is not given out.
    const memory = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
    const bytes = await source.read(at, length, memory);
    if (bytes.length === 0)
      throw new MroError('MRO_BRAIN_STORAGE', 'An object ended earlier than it should.');
    at += bytes.length;
    yield bytes;
  }
}

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
