import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileRefSchema } from '@mroptimum/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fetchFile } from './fetchFile.ts';
import { remoteIo } from './io.ts';

const content = randomBytes(300_000);
const sha256 = createHash('sha256').update(content).digest('hex');
let server: Server;
let origin: string;
let folder: string;
/** How many bytes each request gets before its connection breaks. */
let breaks: number[];
let asked: (string | undefined)[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mroptimum-remote-'));
  server = createServer((request, response) => {
    asked.push(request.headers.range);
    const status = request.url === '/refused' ? 403 : request.url === '/busy' && asked.length < 3 ? 503 : 200;
    if (status !== 200) {
      response.writeHead(status).end();
      return;
    }
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': content.length - from });
    const most = breaks.shift();
    if (most === undefined) response.end(content.subarray(from));
    else response.write(content.subarray(from, from + most), () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  breaks = [];
  asked = [];
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

const file = (more: object = {}) => ({
  filename: 'meas.dat',
  size: content.length,
  url: `${origin}/file`,
  sha256,
  ...more,
});
const target = (): string => join(folder, 'file');

describe('downloads', () => {
  test('go on where the connection broke', async () => {
    breaks = [100_000, 50_000];
    await fetchFile(file(), target());
    expect(content.equals(await readFile(target()))).toBe(true);
    expect(asked.length).toBe(3);
    expect(asked[0]).toBeUndefined();
    expect(asked.slice(1).every((range) => /^bytes=\d+-$/.test(range ?? ''))).toBe(true);
  });

  test('wait for a server that is busy', async () => {
    await fetchFile(file({ url: `${origin}/busy` }), target());
    expect(asked.length).toBe(3);
  });

  test.each<[string, { sha256?: string; size?: number; url?: string }]>([
    ['another checksum', { sha256: '0'.repeat(64) }],
    ['more bytes than announced', { size: content.length - 1 }],
    ['no permission', { url: '/refused' }],
  ])('end with %s', async (_, more) => {
    const wrong = file({ ...more, ...(more.url && { url: origin + more.url }) });
    await expect(fetchFile(wrong, target())).rejects.toMatchObject({
      code: 'MRO_JOB_FETCH',
      message: expect.stringContaining('meas.dat'),
    });
  });

  test('stop when they are told to', async () => {
    breaks = [1000, 1000, 1000, 1000, 1000];
    await expect(fetchFile(file(), target(), AbortSignal.timeout(400))).rejects.toMatchObject({
      name: expect.stringMatching(/AbortError|TimeoutError/),
    });
  });
});

describe('the io of links', () => {
  const reference = (key: string) => fileRefSchema.parse({ options: { type: 's3', bucket: 'b', key } });
  const io = (filename: string) =>
    remoteIo({
      inputs: [{ ...file(), filename, key: 'data/1', companions: [{ ...file(), filename: 'meas.hdr' }] }],
      spool: folder,
      threads: 1,
      memoryLimit: 1e9,
    });

  test('fetches a file once, keeps its ending, and puts its companion beside it', async () => {
    const { open } = io('meas.cfl');
    const [one, two] = await Promise.all([open(reference('data/1')), open(reference('data/1'))]);
    expect(one.source.path).toMatch(/meas\.cfl$/);
    expect(one.companion?.path).toMatch(/meas\.hdr$/);
    expect(asked.length).toBe(2);
    for (const { source, companion } of [one, two]) {
      await source.close();
      await companion?.close();
    }
  });

  test.each(['../../etc/passwd.dat', '..', 'a/b\\c.dat', `${'x'.repeat(300)}.dat`])(
    'keeps %s inside its folder',
    async (name) => {
      const { source } = await io(name).open(reference('data/1'));
      expect(source.path!.startsWith(join(folder, '0'))).toBe(true);
      await source.close();
    },
  );

  test('has no other files', async () => {
    await expect(io('meas.dat').open(reference('data/2'))).rejects.toMatchObject({ code: 'MRO_JOB_FETCH' });
  });
});
