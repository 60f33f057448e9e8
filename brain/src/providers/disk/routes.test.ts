import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { openZip } from '@mroptimum/bundle';
import { bytesInMemory } from '@mroptimum/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DiskObjects } from './index.ts';
import { serveDisk, zipOf } from './testing.ts';

const bytesOf = (length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let disk: DiskObjects;
let now = Date.now();
let close: () => Promise<void>;

beforeAll(async () => {
  ({ disk, close } = await serveDisk({
    clock: () => new Date(now),
    patience: { idleMs: 400, bytesPerSecond: 1 },
  }));
});

afterAll(() => close());

const put = (url: string, body: BodyInit, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { method: 'PUT', body, headers });
const code = async (response: Response): Promise<[number, string]> => [
  response.status,
  ((await response.json()) as { error: { code: string } }).error.code,
];

describe('links', () => {
  test('put and get an object', async () => {
    const bytes = bytesOf(3_000_000);
    const url = await disk.link({ method: 'PUT', key: 'a/one', size: bytes.length, expiresInSeconds: 60 });
    const stored = await put(url, bytes);
    expect(stored.status).toBe(200);
    expect(stored.headers.get('etag')).toBe(`"${sha256(bytes)}"`);
    const link = await disk.link({
      method: 'GET',
      key: 'a/one',
      filename: 'Messung 日本 "ä".dat',
      expiresInSeconds: 60,
    });
    const got = await fetch(link);
    expect(new Uint8Array(await got.arrayBuffer())).toEqual(bytes);
    const disposition = got.headers.get('content-disposition')!;
    expect(disposition).toContain(`filename*=UTF-8''Messung%20%E6%97%A5%E6%9C%AC%20%22%C3%A4%22.dat`);
    expect(disposition).toMatch(/^attachment; filename="[\x20-\x7e]*";/);
  });

  test('are bound to method, key, size, part, name and time', async () => {
    await disk.put('b/one', bytesOf(10));
    await disk.put('b/two', bytesOf(10));
    const link = await disk.link({ method: 'GET', key: 'b/one', filename: 'x', expiresInSeconds: 60 });
    const refused: [number, string] = [403, 'MRO_BRAIN_LINK'];
    expect(await code(await put(link, 'x'))).toEqual(refused);
    for (const changed of [
      link.replace('b~one', 'b~two'),
      link.replace('filename=x', 'filename=y'),
      link.replace(/expires=\d+/, 'expires=99999999999'),
      link.replace('method=GET', 'method=PUT'),
      link.replace(/signature=.*/, 'signature=AAAA'),
      link.replace(/&signature=.*/, ''),
      `${link.replace('&signature', '&entry=info.json&signature')}`,
    ]) {
      expect(await code(await fetch(changed))).toEqual(refused);
    }
    const later = await disk.link({ method: 'GET', key: 'b/one', expiresInSeconds: 1 });
    now += 2000;
    expect(await code(await fetch(later))).toEqual(refused);
    const small = await disk.link({ method: 'PUT', key: 'b/three', size: 5, expiresInSeconds: 60 });
    expect(await code(await put(small, 'sixsix'))).toEqual(refused);
    expect(await code(await put(small.replace('size=5', 'size=6'), 'sixsix'))).toEqual(refused);
    expect(await disk.open('b/three')).toBeUndefined();
  });

  test('a key that leaves its folder is refused', async () => {
    const link = await disk.link({ method: 'GET', key: 'b/one', expiresInSeconds: 60 });
    for (const key of ['..~..~etc~passwd', '..%2F..%2Fetc', '.hidden', 'a~~b', 'a%00b'])
      expect((await fetch(link.replace('b~one', key))).status).toBeGreaterThanOrEqual(400);
  });

  test('a checksum that differs leaves nothing behind', async () => {
    const url = await disk.link({ method: 'PUT', key: 'c/one', size: 4, expiresInSeconds: 60 });
    const digest = createHash('sha256').update('else').digest('base64');
    expect(await code(await put(url, 'some', { 'x-amz-checksum-sha256': digest }))).toEqual([
      422,
      'MRO_BRAIN_UPLOAD',
    ]);
    expect(await disk.open('c/one')).toBeUndefined();
    expect((await put(url, 'else', { 'x-amz-checksum-sha256': digest })).status).toBe(200);
  });

  test('a silent sender is answered and sent away', async () => {
    const url = new URL(await disk.link({ method: 'PUT', key: 'd/one', size: 10, expiresInSeconds: 60 }));
    const began = performance.now();
    const answer = await spoken(url, 'Content-Length: 10\r\n\r\nab');
    expect(answer).toMatch(/^HTTP\/1.1 422 /);
    expect(answer).toContain('MRO_BRAIN_UPLOAD');
    expect(performance.now() - began).toBeLessThan(4000);
    expect(await disk.open('d/one')).toBeUndefined();
  });

  test('a stream without an end is cut off at the size of the link', async () => {
    const url = new URL(await disk.link({ method: 'PUT', key: 'd/two', size: 3, expiresInSeconds: 60 }));
    const answer = await spoken(url, 'Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(await disk.open('d/two')).toBeUndefined();
  });
});

/** What the server answers to a PUT whose body never ends, until it closes the connection. */
function spoken(url: URL, rest: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname);
    let answer = '';
    socket.write(`PUT ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\n${rest}`);
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('downloads', () => {
  test.each([
    ['bytes=0-9', 206, 'bytes 0-9/1000', 0, 10],
    ['bytes=990-', 206, 'bytes 990-999/1000', 990, 1000],
    ['bytes=-5', 206, 'bytes 995-999/1000', 995, 1000],
    ['bytes=900-5000', 206, 'bytes 900-999/1000', 900, 1000],
    ['bytes=5-2', 200, null, 0, 1000],
    ['bytes=0-1,5-6', 200, null, 0, 1000],
    ['lines=0-1', 200, null, 0, 1000],
  ])('Range %s', async (range, status, contentRange, from, to) => {
    const bytes = bytesOf(1000);
    await disk.put('e/one', bytes);
    const link = await disk.link({ method: 'GET', key: 'e/one', expiresInSeconds: 60 });
    const response = await fetch(link, { headers: { range } });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-range')).toBe(contentRange);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes.subarray(from, to));
  });

  test('416, HEAD, If-None-Match and If-Range', async () => {
    await disk.put('e/two', bytesOf(1000));
    const link = await disk.link({ method: 'GET', key: 'e/two', expiresInSeconds: 60 });
    const behind = await fetch(link, { headers: { range: 'bytes=1000-' } });
    expect([behind.status, behind.headers.get('content-range')]).toEqual([416, 'bytes */1000']);
    const head = await fetch(link, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '1000']);
    const etag = head.headers.get('etag')!;
    expect((await fetch(link, { headers: { 'if-none-match': etag } })).status).toBe(304);
    const range = 'bytes=0-9';
    expect((await fetch(link, { headers: { range, 'if-range': etag } })).status).toBe(206);
    const date = head.headers.get('last-modified')!;
    expect((await fetch(link, { headers: { range, 'if-range': date } })).status).toBe(206);
    await disk.put('e/two', bytesOf(1001));
    expect((await fetch(link, { headers: { range, 'if-range': etag } })).status).toBe(200);
  });

  test('one entry of a zip, stored or packed', async () => {
    const stored = bytesOf(50_000);
    const packed = new TextEncoder().encode('{"a":1}'.repeat(10_000));
    const zip = zipOf({ 'data/SNR.nii.gz': stored, 'info.json': packed });
    expect((await openZip(bytesInMemory('zip', zip))).names).toHaveLength(2);
    await disk.put('f/zip', zip);
    const link = (entry: string): Promise<string> =>
      disk.link({ method: 'GET', key: 'f/zip', entry, expiresInSeconds: 60 });
    const map = await fetch(await link('data/SNR.nii.gz'), { headers: { range: 'bytes=10-19' } });
    expect(map.status).toBe(206);
    expect(new Uint8Array(await map.arrayBuffer())).toEqual(stored.subarray(10, 20));
    expect(map.headers.get('content-disposition')).toContain('filename="SNR.nii.gz"');
    const info = await fetch(await link('info.json'), { headers: { range: 'bytes=10-19' } });
    expect(info.status).toBe(200);
    expect(info.headers.get('accept-ranges')).toBe('none');
    expect(new Uint8Array(await info.arrayBuffer())).toEqual(packed);
    expect(await code(await fetch(await link('else')))).toEqual([404, 'MRO_BUNDLE_MISSING']);
  });
});
