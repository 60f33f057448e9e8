import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { bytesInMemory } from '@mroptimum/contract';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { answerStream, sendStraight } from './answer.ts';
import { type Content, wholeContent } from './content.ts';

const megabyte = 2 ** 20;
const bytes = Uint8Array.from({ length: 20 * megabyte + 77 }, (_, i) => (i * 31 + (i >> 8)) & 255);
const whole = wholeContent(bytesInMemory('x', bytes));
/** The disk fails after three pieces. */
const failing: Content = {
  ...whole,
  async *bytes(first, last) {
    let pieces = 0;
    for await (const piece of whole.bytes(first, last)) {
      if (++pieces > 3) throw new Error('the disk');
      yield piece;
    }
  },
};

let close: ReturnType<typeof vi.fn<() => Promise<void>>>;
let server: Server;
let port: number;
beforeAll(async () => {
  const app = new Hono();
  app.use(sendStraight);
  app.use(async (c, next) => {
    await next();
    c.header('x-later', 'yes');
  });
  app.get('/:what/:first', (c) => {
    close = vi.fn(async () => {});
    const first = Number(c.req.param('first'));
    const content = c.req.param('what') === 'failing' ? failing : whole;
    const last = bytes.length - 1;
    const headers = { 'content-length': String(bytes.length - first) };
    return c.body(answerStream({ content, first, last, close }), 206, headers);
  });
  server = createServer(getRequestListener(app.fetch));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());

describe('an answer that goes straight to the socket', () => {
  test.each([0, 1, 5 * megabyte + 3, bytes.length - 1])('is exactly the bytes from %d on', async (first) => {
    const answer = await fetch(`http://127.0.0.1:${port}/whole/${first}`);
    expect([answer.status, answer.headers.get('x-later')]).toEqual([206, 'yes']);
    expect(answer.headers.get('x-hono-already-sent')).toBeNull();
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes.subarray(first))).toBe(true);
    expect(close).toHaveBeenCalledTimes(1);
  });

  test('waits for a slow reader, whose bytes are not overwritten', async () => {
    const [answer] = (await once(get({ port, path: '/whole/0' }), 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of answer) {
      chunks.push(chunk);
      if (chunks.length % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  });

  test('is broken off where the disk fails, so that nobody takes it for whole', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/failing/0`);
    await expect(answer.arrayBuffer()).rejects.toThrow();
    expect(close).toHaveBeenCalledTimes(1);
  });

  test.each([1, 3])('ends where %d requests of a connection are given up', async (requests) => {
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /whole/0 HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(requests));
    await once(socket, 'data');
    socket.pause();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(close).not.toHaveBeenCalled();
    socket.destroy();
    await expect.poll(() => close.mock.calls.length).toBe(1);
  });
});
