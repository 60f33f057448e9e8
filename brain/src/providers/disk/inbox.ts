import { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** Chunks of a network are small; they are taken together. */
const gatherBytes = 1024 * 1024;

/** What a sender sent and nobody took yet: two gathered pieces at most, then the sender waits. */
export interface Inbox {
  /** So many bytes have come. */
  readonly received: number;
  /** Chunks of about a megabyte together; undefined at the end. @throws whatever breaks the stream */
  next(): Promise<readonly Uint8Array[] | undefined>;
  /** What `next` gave was used: its memory may go. */
  done(chunks: readonly Uint8Array[]): void;
  /** Nothing more is wanted. */
  close(): void;
}

/** Gathers the chunks of a stream while what was taken is written; more than `most` bytes are told at once. */
export function inboxOf(body: AsyncIterable<Uint8Array>, most: number): Inbox {
  let chunks: Uint8Array[] = [];
  let held = 0;
  let received = 0;
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  /** Somebody waits for chunks; the source waits for room. */
  let wanted: (() => void) | undefined;
  const ready = (): boolean => held >= gatherBytes || received > most || ended || failure !== undefined;
  const look = (): void => {
    if (ready()) wanted?.();
  };
  const source = (body instanceof Readable ? flowing : pulled)(body as Readable, {
    /** Whether more may follow at once. */
    take(chunk) {
      chunks.push(chunk);
      held += chunk.byteLength;
      received += chunk.byteLength;
      look();
      return held < 2 * gatherBytes;
    },
    end() {
      ended = true;
      look();
    },
    fail(error) {
      failure ??= { error };
      look();
    },
  });
  return {
    get received() {
      return received;
    },
    async next() {
      if (!ready()) {
        await new Promise<void>((resolve) => {
          wanted = resolve;
        });
        wanted = undefined;
      }
      if (failure) throw failure.error;
      if (held === 0) return undefined;
      const taken = chunks;
      chunks = [];
      held = 0;
      source.resume();
      return taken;
    },
    done(chunks) {
      if (body instanceof IncomingMessage) for (const chunk of chunks) giveBack(chunk);
    },
    close: () => source.close(),
  };
}

/**
 * Frees a chunk of a request now. Left to the garbage collector, which looks through the whole heap after each few
 * megabytes of such chunks, a gigabyte of them costs more than its SHA-256. The parser of HTTP copies each chunk out of its own
 * buffer, so nothing else is in there.
 */
function giveBack({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

interface Sink {
  take(chunk: Uint8Array): boolean;
  end(): void;
  fail(error: unknown): void;
}

interface Source {
  resume(): void;
  close(): void;
}

/** Node's own streams push; a generator for each of their small chunks would cost more than hashing them. */
function flowing(stream: Readable, sink: Sink): Source {
  const onData = (chunk: Uint8Array): void => {
    if (!sink.take(chunk)) stream.pause();
  };
  // A connection that breaks is closed without an end, and sometimes without an error.
  const onClose = (): void => (stream.readableEnded ? sink.end() : sink.fail(stream.errored ?? undefined));
  stream.on('data', onData).on('end', sink.end).on('error', sink.fail).on('close', onClose);
  if (stream.readableEnded) sink.end();
  else if (stream.destroyed) onClose();
  return {
    resume: () => stream.resume(),
    // The stream itself stays open: its sender has to learn why.
    close() {
      stream.pause();
      stream.off('data', onData).off('end', sink.end).off('close', onClose);
    },
  };
}

function pulled(body: AsyncIterable<Uint8Array>, sink: Sink): Source {
  const iterator = body[Symbol.asyncIterator]();
  let room: (() => void) | undefined;
  let closed = false;
  const run = async (): Promise<void> => {
    for (;;) {
      const next = await iterator.next();
      if (closed) return;
      if (next.done) return sink.end();
      if (sink.take(next.value)) continue;
      await new Promise<void>((resolve) => {
        room = resolve;
      });
    }
  };
  run().catch(sink.fail);
  return {
    resume: () => room?.(),
    // A sender that is silent would keep this waiting for ever.
    close() {
      closed = true;
      room?.();
      iterator.return?.()?.catch(() => {});
    },
  };
}
