import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chunksOf, fetchLink } from './fetchLink.ts';

let server: Server;
let origin: string;
const connections = new Set<unknown>();
const long = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * 31) & 255));

/** /echo answers what was put; /moved sends there; /broken ends in the middle; /silent never answers. */
beforeAll(async () => {
  server = createServer((request, response) => {
    connections.add(request.socket);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === '/moved') response.writeHead(307, { location: '/echo' }).end();
      else if (request.url === '/broken') {
        response.writeHead(200, { 'content-length': 10 }).write('12345', () => response.destroy());
      } else if (request.url === '/echo') {
        const { method = '', headers } = request;
        response.writeHead(201, { 'x-method': method, 'x-length': headers['content-length'] ?? 'none' });
        response.end(Buffer.concat(chunks));
      } else if (request.url === '/nothing') response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const put = (path: string, body: Uint8Array<ArrayBuffer>) =>
  fetchLink(`${origin}${path}`, { method: 'PUT', body });

test('puts bytes with their length, and answers as fetch does', async () => {
  const response = await put('/echo', long);
  expect([response.status, response.ok, response.url]).toEqual([201, true, `${origin}/echo`]);
  expect(response.headers.get('x-method')).toBe('PUT');
  expect(response.headers.get('x-length')).toBe(String(long.length));
  expect(Buffer.from(await response.arrayBuffer()).equals(long)).toBe(true);
});

test('gives the chunks of an answer, as many bytes as came', async () => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(await put('/echo', long))) chunks.push(chunk);
  expect(Buffer.concat(chunks).equals(long)).toBe(true);
  const other = await fetch(`${origin}/echo`, { method: 'PUT', body: 'from elsewhere' });
  const texts: string[] = [];
  for await (const chunk of chunksOf(other)) texts.push(Buffer.from(chunk).toString());
  expect(texts.join('')).toBe('from elsewhere');
});

test('connections are used again', async () => {
  await (await put('/echo', long)).arrayBuffer();
  connections.clear();
  for (let i = 0; i < 5; i++) {
    await (await put('/echo', long)).arrayBuffer();
    expect((await fetchLink(`${origin}/nothing`)).body).toBeNull();
  }
  // A second one where the first is not back yet when the next request begins.
  expect(connections.size).toBeLessThanOrEqual(2);
});

test('follows a redirection with the same bytes', async () => {
  const response = await put('/moved', long);
  expect(response.status).toBe(201);
  expect(Buffer.from(await response.arrayBuffer()).equals(long)).toBe(true);
});

test('an answer that breaks off, and a server that is not there, are errors', async () => {
  const broken = await fetchLink(`${origin}/broken`);
  const all = async (): Promise<void> => {
    for await (const chunk of chunksOf(broken)) expect(chunk.length).toBeLessThanOrEqual(5);
  };
  await expect(all()).rejects.toThrow();
  await expect((await fetchLink(`${origin}/broken`)).text()).rejects.toThrow();
  await expect(fetchLink('http://127.0.0.1:1/')).rejects.toThrow(TypeError);
});

test('ends when it is told to', async () => {
  const end = new AbortController();
  const waiting = fetchLink(`${origin}/silent`, { signal: end.signal });
  setTimeout(() => end.abort(), 50);
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
});
