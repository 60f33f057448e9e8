import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context, MiddlewareHandler } from 'hono';
import type { Content } from './content.ts';

/** Part of a content that is an answer; `close` runs when it ends, fails or is given up. */
interface Sending {
  readonly content: Content;
  readonly first: number;
  readonly last: number;
  readonly close: () => Promise<void>;
}

/** What each stream of an answer has in it. */
const sendings = new WeakMap<ReadableStream, Sending>();

/** The stream of an answer. */
export function answerStream(sending: Sending): ReadableStream<Uint8Array> {
  const { content, first, last, close } = sending;
  const bytes = content.bytes(first, last);
  const stream = new ReadableStream<Uint8Array>(
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
  sendings.set(stream, sending);
  return stream;
}

/**
 * Sends streams of `answerStream` to the socket of a Node server from two pieces of memory that are used again: on
 * the way through streams of the web each piece is left to the garbage collector, which costs as much as a SHA-256.
 * Stands before everything that changes headers, and on the paths of such answers alone: looking at the body of any
 * other one would cost it the listener's short way.
 */
export const sendStraight: MiddlewareHandler = async (c, next) => {
  await next();
  const sending = c.res.body ? sendings.get(c.res.body) : undefined;
  const { incoming, outgoing } = nodeOf(c);
  if (!sending || !incoming || !outgoing) return;
  outgoing.writeHead(c.res.status, Object.fromEntries(c.res.headers));
  // The answer counts as given while this goes on; a disk that fails breaks the connection.
  send(sending, outgoing, incoming.socket).catch(() => outgoing.destroy());
  // Emptied first: Hono would make a new answer of both, which the listener would send.
  c.res = undefined;
  c.res = RESPONSE_ALREADY_SENT;
};

/** Node's own request and answer, where there are such. */
export function nodeOf(c: Context): { incoming?: IncomingMessage; outgoing?: ServerResponse } {
  const { incoming, outgoing } = Object(c.env);
  return {
    ...(incoming instanceof IncomingMessage && { incoming }),
    ...(outgoing instanceof ServerResponse && { outgoing }),
  };
}

async function send(
  { content, first, last, close }: Sending,
  outgoing: ServerResponse,
  socket: Socket,
): Promise<void> {
  try {
    let sent: Promise<void> = Promise.resolve();
    for await (const piece of content.bytes(first, last, true)) {
      await sent;
      sent = flushed(outgoing, socket, piece);
      // Told when it is awaited; without this a failure in between would end the process.
      sent.catch(() => {});
    }
    await sent;
    outgoing.end();
  } finally {
    await close();
  }
}

/** Resolves when the system has taken a piece; an answer that waits for its turn is never told that nobody listens. */
function flushed(outgoing: ServerResponse, socket: Socket, piece: Uint8Array): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  if (socket.destroyed) reject();
  socket.once('close', reject);
  outgoing.write(piece, (error) => (error ? reject(error) : resolve()));
  return promise.finally(() => socket.off('close', reject));
}
