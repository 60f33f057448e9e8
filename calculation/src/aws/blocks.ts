import type { FileHandle } from 'node:fs/promises';
import { open, rm } from 'node:fs/promises';
import type { ByteSource } from '@mroptimum/contract';
import type { RangeReader } from './ranges.ts';

/** A block that was fetched, in memory or on disk. */
interface Block {
  copy(offset: number, into: Uint8Array): Promise<void>;
}

/** Where fetched blocks are kept. */
export interface BlockStore {
  readonly blockBytes: number;
  /** How many blocks are kept; the least recently used ones give way. */
  readonly limit: number;
  keep(index: number, bytes: Uint8Array): Promise<Block>;
  close(): Promise<void>;
}

/** A few blocks in memory: serves files that are larger than the disk, which are then fetched more than once. */
export function memoryBlocks(bytes: number, blockBytes = 2 ** 20): BlockStore {
  return {
    blockBytes,
    limit: Math.max(2, Math.floor(bytes / blockBytes)),
    keep: async (_, block) => ({
      copy: async (offset, into) => into.set(block.subarray(offset, offset + into.length)),
    }),
    close: async () => {},
  };
}

/** Every block on disk, in a file with gaps: nothing is fetched twice, and memory holds what is under way alone. */
export async function diskBlocks(path: string, blockBytes = 2 ** 22): Promise<BlockStore> {
  const file: FileHandle = await open(path, 'wx+', 0o600);
  return {
    blockBytes,
    limit: Number.POSITIVE_INFINITY,
    keep: async (index, bytes) => {
      const start = index * blockBytes;
      await file.write(bytes, 0, bytes.length, start);
      return {
        copy: async (offset, into) => {
          for (let done = 0; done < into.length; ) {
            done += (await file.read(into, done, into.length - done, start + offset + done)).bytesRead;
          }
        },
      };
    },
    close: async () => {
      await file.close();
      await rm(path, { force: true });
    },
  };
}

/** Blocks that are fetched at the same time, and ahead of a reader that goes through the file. */
const ahead = 6;

/** A ByteSource over ranges: by blocks, each fetched once while it is kept, ahead of who reads in order. */
export function blockSource(reader: RangeReader, store: BlockStore, signal?: AbortSignal): ByteSource {
  const { size, name } = reader;
  const { blockBytes, limit } = store;
  const count = Math.ceil(size / blockBytes);
  const depth = Math.min(ahead, limit - 1);
  const blocks = new Map<number, Promise<Block>>();
  let latest = -1;

  const fetchBlock = async (index: number): Promise<Block> => {
    const start = index * blockBytes;
    const bytes = await reader.range(start, Math.min(blockBytes, size - start), signal);
    return store.keep(index, bytes);
  };

  const blockAt = (index: number): Promise<Block> => {
    let block = blocks.get(index);
    if (block) blocks.delete(index);
    else {
      block = fetchBlock(index);
      // One that failed is asked for again by the next reader; whoever waits for it learns why.
      block.catch(() => blocks.delete(index));
    }
    blocks.set(index, block);
    if (blocks.size > limit) blocks.delete(blocks.keys().next().value!);
    return block;
  };

  return {
    name,
    size,
    read: async (offset, length, into) => {
      const end = Math.min(size, offset + length);
      const wanted = Math.max(0, end - offset);
      const out = into?.subarray(0, wanted) ?? new Uint8Array(wanted);
      if (wanted === 0) return out;
      const first = Math.floor(offset / blockBytes);
      const last = Math.floor((end - 1) / blockBytes);
      const inOrder = first === latest || first === latest + 1;
      latest = last;
      const soon = inOrder ? count - 1 : last;
      for (let index = first; index <= last; index++) {
        const block = blockAt(index);
        for (let next = index + 1; next <= Math.min(soon, index + depth); next++) {
          if (!blocks.has(next)) void blockAt(next);
        }
        const from = Math.max(offset, index * blockBytes);
        const to = Math.min(end, (index + 1) * blockBytes);
        await (await block).copy(from - index * blockBytes, out.subarray(from - offset, to - offset));
      }
      return out;
    },
    close: async () => {
      await Promise.allSettled(blocks.values());
      blocks.clear();
      await store.close();
    },
  };
}
