import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { MroError } from '@mroptimum/contract';
import { type Inbox, inboxOf } from './inbox.ts';

/** How slow a sender may be before it is sent away. */
export interface Patience {
  /** Longest silence. */
  readonly idleMs: number;
  /** Least rate over the whole, after the first silence allowed. */
  readonly bytesPerSecond: number;
}

export const defaultPatience: Patience = { idleMs: 30_000, bytesPerSecond: 8 * 1024 };

export interface Receiving {
  readonly handle: FileHandle;
  /** Byte of the file where the first one goes. */
  readonly offset: number;
  /** Exactly so many must come. */
  readonly size: number;
  readonly patience: Patience;
  readonly signal?: AbortSignal;
}

/**
 * Writes a stream of known size into a file; memory holds four megabytes of it at most. Gives the hex SHA-256.
 * @throws MRO_BRAIN_TOO_LARGE, MRO_BRAIN_UPLOAD (too short, too slow, overtaken)
 */
export async function receive(body: AsyncIterable<Uint8Array>, to: Receiving): Promise<string> {
  const { handle, size } = to;
  const hash = createHash('sha256');
  const inbox = inboxOf(body, size);
  const watch = watched(inbox, to);
  let taken = 0;
  let writing: Promise<unknown> = Promise.resolve();
  try {
    for (;;) {
      const chunks = await Promise.race([inbox.next().catch(broken), watch.ended]);
      if (!chunks) break;
      const length = chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
      if (taken + length > size)
        throw new MroError('MRO_BRAIN_TOO_LARGE', `More than the ${size} bytes announced were sent.`);
      for (const chunk of chunks) hash.update(chunk);
      await writing;
      writing = writeAll(handle, chunks, to.offset + taken).then(() => inbox.done(chunks));
      // Told when it is awaited; without this a failure in between would end the process.
      writing.catch(() => {});
      taken += length;
    }
  } finally {
    watch.stop();
    inbox.close();
    await writing;
  }
  if (taken < size)
    throw new MroError('MRO_BRAIN_UPLOAD', `Only ${taken} of ${size} bytes arrived.`, {
      hint: 'Send it again.',
    });
  return hash.digest('hex');
}

async function writeAll(handle: FileHandle, chunks: readonly Uint8Array[], position: number): Promise<void> {
  const total = chunks.reduce((sum, { length }) => sum + length, 0);
  const { bytesWritten } = await handle.writev(chunks, position);
  if (bytesWritten === total) return;
  const rest = Buffer.concat(chunks).subarray(bytesWritten);
  if (bytesWritten === 0)
    throw new MroError('MRO_BRAIN_STORAGE', 'The disk of the server takes no more bytes.');
  await writeAll(handle, [rest], position + bytesWritten);
}

/** Rejects where the sender is silent, too slow, or no longer wanted. */
function watched(inbox: Inbox, { patience, signal }: Receiving) {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  ended.catch(() => {});
  const began = performance.now();
  let heard = began;
  let last = 0;
  const look = setInterval(
    () => {
      const now = performance.now();
      if (inbox.received > last) heard = now;
      last = inbox.received;
      const due = ((now - began - patience.idleMs) / 1000) * patience.bytesPerSecond;
      if (now - heard > patience.idleMs || last < due)
        reject(
          new MroError('MRO_BRAIN_UPLOAD', 'The sender is too slow.', { hint: 'Send this part again.' }),
        );
    },
    Math.min(1000, patience.idleMs / 4),
  );
  const overtaken = (): void =>
    reject(new MroError('MRO_BRAIN_UPLOAD', 'The same part is being sent again by another request.'));
  signal?.addEventListener('abort', overtaken);
  return {
    ended,
    stop(): void {
      clearInterval(look);
      signal?.removeEventListener('abort', overtaken);
    },
  };
}

/** A connection that broke is the sender's trouble, not an error of the server. */
function broken(cause: unknown): never {
  throw new MroError('MRO_BRAIN_UPLOAD', 'The connection broke before everything had arrived.', {
    hint: 'Send this part again.',
    cause,
  });
}
