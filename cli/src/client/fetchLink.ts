import { type IncomingMessage, type RequestOptions, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';

/** Answers that may not have a body. */
const empty = new Set([204, 205, 304]);
const answers = new WeakMap<Response, IncomingMessage>();

/**
 * `fetch` for links of files: bodies go to and from Node's sockets as they are. Node's own `fetch` copies each
 * byte several times, which costs more than hashing it. Redirections, and bodies that are not bytes, are left to it.
 */
export const fetchLink: typeof fetch = async (input, init = {}) => {
  const { method = 'GET', signal } = init;
  const body: unknown = init.body ?? undefined;
  if (input instanceof Request || !isBytes(body)) return fetch(input, init);
  const url = new URL(input);
  const headers = Object.fromEntries(new Headers(init.headers));
  if (body !== undefined) headers['content-length'] = String(body.byteLength);
  const answer = await send(url, { method, headers, ...(signal && { signal }) }, body);
  const { statusCode = 0, statusMessage = '' } = answer;
  if (statusCode >= 300 && statusCode < 400 && answer.headers.location !== undefined) {
    answer.destroy();
    return fetch(input, init);
  }
  const isEmpty = empty.has(statusCode) || answer.headers['content-length'] === '0';
  if (isEmpty) answer.resume();
  const response = new Response(isEmpty ? null : bodyOf(answer), {
    status: statusCode,
    statusText: statusMessage,
    headers: pairs(answer.rawHeaders),
  });
  Object.defineProperty(response, 'url', { value: url.href });
  if (!isEmpty) answers.set(response, answer);
  return response;
};

/** Chunks of an answer: from the socket where `fetchLink` has it, past the streams of the web. */
export function chunksOf(response: Response): AsyncIterable<Uint8Array<ArrayBuffer>> {
  const answer = answers.get(response);
  if (!answer) return response.body ?? new ReadableStream({ start: (nothing) => nothing.close() });
  const { socket } = answer;
  // The parser of HTTP, which hears the socket first, copies what it hands on.
  socket.on('data', giveBack);
  const leave = (): unknown => socket.off('data', giveBack);
  answer.once('end', leave).once('close', leave);
  return answer;
}

/**
 * Frees the memory of a chunk that was used, if nothing else is in it. Left to the garbage collector, which looks
 * through the whole heap after each few megabytes of chunks, a gigabyte of them costs more than its SHA-256.
 */
export function giveBack({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

const isBytes = (body: unknown): body is Uint8Array | undefined =>
  body === undefined || body instanceof Uint8Array;

/** Fails as `fetch` does: with a TypeError, except where it was stopped. */
function send(url: URL, options: RequestOptions, body?: Uint8Array): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestSecure : requestPlain)(url, options, resolve);
    request.on('error', (cause) =>
      reject(options.signal?.aborted ? cause : new TypeError('the request failed', { cause })),
    );
    request.end(body);
  });
}

/** Reads nothing before it is asked. */
function bodyOf(answer: IncomingMessage): ReadableStream<Uint8Array> {
  let chunks: AsyncIterator<Uint8Array> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        chunks ??= (answer as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => void answer.destroy(),
    },
    { highWaterMark: 0 },
  );
}

function pairs(raw: readonly string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i]!, raw[2 * i + 1]!]);
}
