import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ByteSource } from '@mroptimum/contract';
import { told, unlessMissing } from './client.ts';

/** Small reads are served from blocks of this size: each request takes longer than such a block. */
const blockBytes = 2 ** 20;
const mostBlocks = 8;

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}

/**
 * Ranges of an object; undefined where there is none. All of them are of one version: where it is replaced in
 * between, reading fails rather than mixing two.
 */
export async function openObject(client: S3Client, place: Place): Promise<ByteSource | undefined> {
  const head = await unlessMissing(client.send(new HeadObjectCommand(place)));
  if (!head) return undefined;
  const size = head.ContentLength ?? 0;
  const blocks = new Map<number, Promise<Uint8Array>>();

  async function fetchRange(offset: number, length: number): Promise<Uint8Array> {
    const Range = `bytes=${offset}-${offset + length - 1}`;
    const answer = await told(client.send(new GetObjectCommand({ ...place, Range, IfMatch: head!.ETag })));
    return told(answer.Body!.transformToByteArray());
  }

  /** The block that holds a byte; those used last are kept. */
  function block(index: number): Promise<Uint8Array> {
    const start = index * blockBytes;
    const found = blocks.get(index) ?? fetchRange(start, Math.min(blockBytes, size - start));
    blocks.delete(index);
    blocks.set(index, found);
    found.catch(() => blocks.delete(index));
    const [oldest] = blocks.keys();
    if (blocks.size > mostBlocks && oldest !== undefined) blocks.delete(oldest);
    return found;
  }

  async function small(offset: number, length: number, into: Uint8Array): Promise<void> {
    for (let done = 0; done < length; ) {
      const index = Math.floor((offset + done) / blockBytes);
      const from = offset + done - index * blockBytes;
      const bytes = (await block(index)).subarray(from, from + length - done);
      into.set(bytes, done);
      done += bytes.length;
    }
  }

  return {
    name: place.Key.split('/').at(-1)!,
    size,
    read: async (offset, length, into) => {
      const wanted = Math.max(0, Math.min(length, size - offset));
      if (wanted === 0) return new Uint8Array(0);
      if (wanted >= blockBytes / 2) return fetchRange(offset, wanted);
      const bytes = into ? into.subarray(0, wanted) : new Uint8Array(wanted);
      await small(offset, wanted, bytes);
      return bytes;
    },
    close: async () => blocks.clear(),
  };
}
