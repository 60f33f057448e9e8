import { open } from 'node:fs/promises';
import type { StoredPart } from '../objects.ts';
import { type FileHash, hashFile } from './hashing/index.ts';

/** So many bytes are written to the disk at a time while more arrive. */
const flushBytes = 64 * 1024 * 1024;

/** What is done for an upload while its parts arrive, so that little is left at its end. */
export interface Ahead {
  /** Whether this process received the part itself. */
  has(part: number): boolean;
  /** A part is written; those that follow each other from the first on are hashed. */
  arrived(part: StoredPart): void;
  /** A part will be written anew. */
  leaves(part: number): void;
  /** Flushes the file, and gives the hex SHA-256 of it: of exactly these parts. */
  finish(size: number, parts: readonly StoredPart[]): Promise<string>;
  /** Nothing more will be asked. */
  drop(): void;
}

/** Works ahead on the file at `path`, whose parts have `partSize` bytes. */
export function workAhead(path: string, partSize: number): Ahead {
  const here = new Map<number, StoredPart>();
  /** The parts that the hash has taken, in order. */
  let hashed: StoredPart[] = [];
  let hash: FileHash | undefined;
  let unflushed = 0;
  let flushing: Promise<void> | undefined;
  /** The system tells a failed write once: who completes must learn of it. */
  let flushFailed: { readonly error: unknown } | undefined;

  const startAgain = (): void => {
    hash?.drop();
    hash = undefined;
    hashed = [];
  };
  const hashMore = (): void => {
    for (let next = here.get(1 + hashed.length); next; next = here.get(1 + hashed.length)) {
      hash ??= hashFile(path);
      hashed.push(next);
      hash.advance((next.number - 1) * partSize + next.size);
    }
  };
  const flushMore = (): void => {
    if (unflushed < flushBytes || flushing) return;
    unflushed = 0;
    flushing = flush(path)
      .catch((error: unknown) => {
        flushFailed = { error };
      })
      .finally(() => {
        flushing = undefined;
      });
  };

  return {
    has: (part) => here.has(part),
    arrived(part) {
      here.set(part.number, part);
      hashMore();
      unflushed += part.size;
      flushMore();
    },
    leaves(part) {
      here.delete(part);
      if (part <= hashed.length) startAgain();
    },
    async finish(size, parts) {
      // Another process may have received a part anew.
      if (hashed.some(({ number, sha256 }, i) => parts[i]?.number !== number || parts[i].sha256 !== sha256))
        startAgain();
      const digest = (hash ?? hashFile(path)).end(size);
      hash = undefined;
      hashed = [];
      const flushed = Promise.resolve(flushing).then(() => flush(path));
      const [sha256] = await Promise.all([digest, flushed]);
      if (flushFailed) throw flushFailed.error;
      return sha256;
    },
    drop: startAgain,
  };
}

/** Hex SHA-256 of the bytes of a file from `start` to before `end`. */
export const hashRange = (path: string, start: number, end: number): Promise<string> =>
  hashFile(path, start).end(end);

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
