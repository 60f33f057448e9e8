import { type IncomingMessage, type RequestOptions, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { Readable } from 'node:stream';

/** Bytes of an answer that wait to be taken. */
const held = 1024 * 1024;
/** Answers that may not have a body. */
const empty = new Set([204, 205, 304]);

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
  const content = empty.has(statusCode) ? null : bodyOf(answer);
  if (content === null) answer.resume();
  const response = new Response(content, {
    status: statusCode,
    statusText: statusMessage,
    headers: pairs(answer.rawHeaders),
  });
  Object.defineProperty(response, 'url', { value: url.href });
  return response;
};

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

function bodyOf(answer: IncomingMessage): ReadableStream<Uint8Array> {
  const strategy = new ByteLengthQueuingStrategy({ highWaterMark: held });
  return Readable.toWeb(answer, { strategy }) as ReadableStream<Uint8Array>;
}

function pairs(raw: readonly string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i]!, raw[2 * i + 1]!]);
}
