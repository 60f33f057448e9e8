import { execFile, fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Brain, connect, endpoints, tokensInMemory } from '@mroptimum/contract';
import { atLeast, atMost, type Row } from './table.ts';

const execute = promisify(execFile);
const gigabyte = 1e9;
const sendsAtOnce = 3;
const lists = 200;

/** A brain on this machine: lists, uploads and downloads over loopback next to cp. */
export async function brainRows(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mroptimum-bench-'));
  const script = fileURLToPath(new URL('./brainServer.ts', import.meta.url));
  const server = fork(script, [join(folder, 'data')]);
  try {
    const [{ address, token }]: { address: string; token: string }[] = await once(server, 'message');
    const brain = connect({ origin: address!, tokens: tokensInMemory(), apiToken: token! });
    const rows = [await listing(brain)];
    const megabytes = async (): Promise<number> => {
      server.send('memory');
      const [said]: { megabytes: number }[] = await once(server, 'message');
      return said!.megabytes;
    };
    const before = await megabytes();
    rows.push(...(await transfers(brain, folder)));
    const grown = (await megabytes()) - before;
    rows.push({
      what: 'brain: memory that 1 GB up and down adds',
      ours: grown,
      unit: 'MB',
      target: atMost(150, grown, ' MB'),
    });
    return rows;
  } finally {
    server.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

async function listing(brain: Brain): Promise<Row> {
  const times: number[] = [];
  let cursor: string | undefined;
  for (let i = 0; i < lists; i++) {
    const start = performance.now();
    const page = await brain.call(endpoints.jobs, { query: { limit: 50, cursor } });
    times.push(performance.now() - start);
    cursor = page.nextCursor;
  }
  const p95 = times.sort((a, b) => a - b)[Math.floor(lists * 0.95)]!;
  return {
    what: 'brain: 10,000 jobs, a page of 50, p95',
    ours: p95,
    unit: 'ms',
    target: atMost(30, p95, ' ms'),
  };
}

async function transfers(brain: Brain, folder: string): Promise<Row[]> {
  const file = join(folder, 'signal.npy');
  await writeArray(file);
  const rate = async (work: () => Promise<unknown>): Promise<number> => {
    const start = performance.now();
    await work();
    return gigabyte / 1e9 / ((performance.now() - start) / 1000);
  };
  const copy = join(folder, 'copy');
  const copying = await rate(() => execute('cp', [file, copy]));
  await rm(copy);
  const flushed = await rate(() => execute('sh', ['-c', 'cp "$1" "$2" && sync "$2"', 'sh', file, copy]));
  await rm(copy);
  let id = '';
  const up = await rate(async () => {
    id = await upload(brain, file);
  });
  const { url } = await brain.call(endpoints.presign, { body: { id, method: 'GET' } });
  const down = await rate(() => download(url, copy));
  const row = (what: string, ours: number, name: string, value: number): Row => ({
    what: `brain: 1 GB ${what}`,
    ours,
    unit: 'GB/s',
    peer: { name, value },
    target: atLeast(0.5, ours / value, ' ×'),
  });
  return [
    row('upload, flushed and checked', up, 'cp + sync', flushed),
    { ...row('upload, flushed and checked', up, 'cp', copying), target: undefined },
    row('download', down, 'cp', copying),
  ];
}

/** An array of k-space, as random as noise. */
async function writeArray(path: string): Promise<void> {
  const shape = { coils: 8, lines: 256, readout: 512, slices: 119 };
  const header = `{'descr': '<c8', 'fortran_order': False, 'shape': (${Object.values(shape).join(', ')}), }`;
  const handle = await open(path, 'w');
  const head = Buffer.from(`\x93NUMPY\x01\x00\x76\x00${header.padEnd(117)}\n`, 'latin1');
  await handle.writeFile(head);
  const block = new Float32Array(2 ** 20).map(() => Math.random() - 0.5);
  const total = Object.values(shape).reduce((product, n) => product * n, 8);
  for (let written = 0; written < total; written += block.byteLength) {
    block.set(new Uint8Array(randomBytes(64)), 0);
    await handle.writeFile(new Uint8Array(block.buffer, 0, Math.min(block.byteLength, total - written)));
  }
  await handle.close();
}

/** As the command line does it: parts read, hashed and sent, a few at once. */
async function upload(brain: Brain, path: string): Promise<string> {
  const file = await open(path, 'r');
  const { size } = await file.stat();
  const body = { filename: 'signal.npy', filesize: size };
  const { uploadId } = await brain.call(endpoints.startUpload, { body });
  const { missing, partSize } = await brain.call(endpoints.uploadParts, { params: { id: uploadId } });
  const parts: { partNumber: number; sha256: string }[] = [];
  const waiting = [...missing];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { partNumber, url } = next;
      const offset = (partNumber - 1) * partSize;
      const bytes = new Uint8Array(Math.min(partSize, size - offset));
      await file.read(bytes, 0, bytes.length, offset);
      parts.push({ partNumber, sha256: createHash('sha256').update(bytes).digest('hex') });
      await brain.send({ method: 'PUT', url, body: bytes, repeatable: true });
    }
  };
  await Promise.all(Array.from({ length: sendsAtOnce }, worker));
  await file.close();
  parts.sort((a, b) => a.partNumber - b.partNumber);
  const { response } = await brain.call(endpoints.finishUpload, { body: { uploadId, parts } });
  return response.id;
}

/** As the command line does it: written in larger pieces than they arrive. */
async function download(url: string, path: string): Promise<void> {
  const response = await fetch(url);
  const file = await open(path, 'w');
  let held: Uint8Array[] = [];
  for await (const bytes of response.body ?? []) {
    held.push(bytes);
    if (held.length < 16) continue;
    await file.writeFile(Buffer.concat(held));
    held = [];
  }
  await file.writeFile(Buffer.concat(held));
  await file.close();
}
