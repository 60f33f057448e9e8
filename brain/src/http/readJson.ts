import { MroError } from '@mroptimum/contract';
import type { MiddlewareHandler } from 'hono';
import type { Env } from './caller.ts';
import { depthOf } from './jsonDepth.ts';

/** Largest JSON body; files never travel in one. */
const maximumBytes = 1024 * 1024;
/** Far deeper than any task. */
const deepest = 64;
/** How long a body may take to arrive. */
const seconds = 30;

/**
 * Reads a JSON body, once it is known who sends it: not more than 1 MiB, not longer than 30 s (which frees the
 * connection of whom sends a byte now and then), not nested so deeply that it would exhaust the stack.
 */
export const readJson: MiddlewareHandler<Env> = async (c, next) => {
  const announced = c.req.header('content-length');
  if (announced !== undefined && Number(announced) > maximumBytes) throw tooLarge();
  const { body, method, headers, signal } = c.req.raw;
  if (announced === undefined && body !== null) {
    const bytes = await inTime(readStream(body));
    c.req.raw = new Request(c.req.url, { method, headers, signal, body: bytes });
  }
  if (depthOf(await inTime(c.req.text())) > deepest) {
    throw new MroError('MRO_BRAIN_INVALID', `The body is nested more than ${deepest} levels deep.`);
  }
  await next();
};

/** A body without an announced length, measured while it arrives. */
async function readStream(body: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the stream.
  for await (const piece of body) {
    size += piece.byteLength;
    if (size > maximumBytes) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

async function inTime<T>(body: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new MroError('MRO_BRAIN_SLOW', `The body did not arrive within ${seconds} s.`));
    }, 1000 * seconds);
  });
  return Promise.race([body, late]).finally(() => clearTimeout(timer));
}

const tooLarge = (): MroError =>
  new MroError('MRO_BRAIN_TOO_LARGE', 'The body of the request is larger than 1 MiB.');
