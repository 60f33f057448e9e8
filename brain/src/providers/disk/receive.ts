import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { MroError } from '@mroptimum/contract';

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

/** Chunks of a network are small; they are written together. */
const gatherBytes = 1024 * 1024;

/**
 * Writes a stream of known size into a file; memory holds two megabytes of it at most. Gives the hex SHA-256.
 * @throws MRO_BRAIN_TOO_LARGE, MRO_BRAIN_UPLOAD (too short, too slow, overtaken)
 */
export async function receive(body: AsyncIterable<Uint8Array>, to: Receiving): Promise<string> {
  const { handle, size } = to;
  const hash = createHash('sha256');
  let received = 0;
  let position = to.offset;
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;
  let writing: Promise<unknown> = Promise.resolve();
  const flush = async (): Promise<void> => {
    await writing;
    if (gathered.length === 0) return;
    writing = writeAll(handle, gathered, position);
    // Told when it is awaited; without this a failure in between would end the process.
    writing.catch(() => {});
    position += gatheredBytes;
    gathered = [];
    gatheredBytes = 0;
  };
  try {
    for await (const chunk of watched(body, to, () => received)) {
      received += chunk.length;
      if (received > size)
        throw new MroError('MRO_BRAIN_TOO_LARGE', `More than the ${size} bytes announced were sent.`);
      hash.update(chunk);
      gathered.push(chunk);
      gatheredBytes += chunk.length;
      if (gatheredBytes >= gatherBytes) await flush();
    }
    await flush();
  } finally {
    await writing;
  }
  if (received < size)
    throw new MroError('MRO_BRAIN_UPLOAD', `Only ${received} of ${size} bytes arrived.`, {
      hint: 'Send it again.',
    });
  return hash.digest('hex');
}

async function writeAll(handle: FileHandle, chunks: Uint8Array[], position: number): Promise<void> {
  const total = chunks.reduce((sum, { length }) => sum + length, 0);
  const { bytesWritten } = await handle.writev(chunks, position);
  if (bytesWritten === total) return;
  const rest = Buffer.concat(chunks).subarray(bytesWritten);
  if (bytesWritten === 0)
    throw new MroError('MRO_BRAIN_STORAGE', 'The disk of the server takes no more bytes.');
  await writeAll(handle, [rest], position + bytesWritten);
}

/** The stream, ended with an error where its sender is silent, too slow, or no longer wanted. */
async function* watched(
  body: AsyncIterable<Uint8Array>,
  { patience, signal }: Receiving,
  received: () => number,
): AsyncGenerator<Uint8Array> {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  ended.catch(() => {});
  const began = performance.now();
  let heard = began;
  let last = 0;
  const look = setInterval(
    () => {
      const now = performance.now();
      if (received() > last) heard = now;
      last = received();
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
  const iterator = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await Promise.race([iterator.next().catch(broken), ended]);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    clearInterval(look);
    signal?.removeEventListener('abort', overtaken);
    // A sender that is silent would keep this waiting for ever.
    iterator.return?.()?.catch(() => {});
  }
}

/** A connection that broke is the sender's trouble, not an error of the server. */
function broken(cause: unknown): never {
  throw new MroError('MRO_BRAIN_UPLOAD', 'The connection broke before everything had arrived.', {
    hint: 'Send this part again.',
    cause,
  });
}
