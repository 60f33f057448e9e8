import { execFile, fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Brain, endpoints } from '@mroptimum/contract';
import { download } from 'mroptimum/src/client/download.ts';
import { chunksOf, fetchLink, giveBack } from 'mroptimum/src/client/fetchLink.ts';
import { uploadFile } from 'mroptimum/src/client/upload.ts';
import { atLeast, median, type Row } from './table.ts';

const execute = promisify(execFile);
const gigabyte = 1e9;
const part = 10 * 2 ** 20;
const sendsAtOnce = 3;

/**
 * The command's upload and download of 1 GB over loopback, next to cp and to what they are made of: HTTP alone,
 * and SHA-256. An upload computes three of these (parts at both ends, the whole), a download one.
 */
export async function transferRows(brain: Brain, folder: string): Promise<Row[]> {
  const file = join(folder, 'signal.npy');
  const copy = join(folder, 'copy');
  await writeArray(file);
  const copies: number[] = [];
  const flushedCopies: number[] = [];
  /** Twice: where the system has to get pages for the file first, cp takes ten times as long, and so would we. */
  const copyFirst = async (line: string, into: number[]): Promise<void> => {
    for (const rates of [[], into]) {
      rates.push(await rate(() => execute('sh', ['-c', line, 'sh', file, copy])));
      await rm(copy);
    }
  };
  const uploads: number[] = [];
  const downloads: number[] = [];
  for (let i = 0; i < 3; i++) {
    let id = '';
    let sha256 = '';
    const states = { find: async () => undefined, remember: async () => {} };
    await copyFirst('cp "$1" "$2" && sync "$2"', flushedCopies);
    uploads.push(
      await rate(async () => {
        ({ id, sha256 = '' } = await uploadFile(brain, file, { states }));
      }),
    );
    const { url } = await brain.call(endpoints.presign, { body: { id, method: 'GET' } });
    await copyFirst('cp "$1" "$2"', copies);
    downloads.push(await rate(() => download(brain, url, copy, { sha256 })));
    await rm(copy);
    await brain.call(endpoints.deleteFile, { params: { id } });
  }
  const bare = await bareRates();
  const [up, down] = [median(uploads), median(downloads)];
  const [copied, flushed] = [median(copies), median(flushedCopies)];
  const hashed = await hashRate();
  // One after the other: what is copied and checked at both ends, or at one, without any network.
  const copiedAndChecked = { up: 1 / (1 / flushed + 2 / hashed), down: 1 / (1 / copied + 1 / hashed) };
  const row = (what: string, ours: number, name: string, value: number, goal?: number): Row => ({
    what: `brain: 1 GB ${what}`,
    ours,
    unit: 'GB/s',
    peer: { name, value },
    target: goal === undefined ? undefined : atLeast(goal, ours / value, ' ×'),
  });
  return [
    row('upload, flushed and checked', up, 'cp + sync', flushed, 0.5),
    row('upload, flushed and checked', up, 'cp', copied),
    row('upload, flushed and checked', up, 'cp + sync, two SHA-256', copiedAndChecked.up),
    row('upload, flushed and checked', up, 'HTTP alone', bare.put),
    row('download, checked', down, 'cp', copied, 0.5),
    row('download, checked', down, 'cp, SHA-256', copiedAndChecked.down),
    row('download, checked', down, 'HTTP alone', bare.get),
    { what: 'brain: SHA-256, one thread', ours: hashed, unit: 'GB/s' },
  ];
}

/** In GB/s. */
async function rate(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return gigabyte / 1e6 / (performance.now() - start);
}

/** Puts of parts and one get between two processes, the bytes neither read from a disk nor kept. */
async function bareRates(): Promise<{ put: number; get: number }> {
  const server = fork(fileURLToPath(new URL('./bareServer.ts', import.meta.url)));
  try {
    const [url]: string[] = await once(server, 'message');
    const body = new Uint8Array(part);
    let waiting = Math.ceil(gigabyte / part);
    const sender = async (): Promise<void> => {
      for (; waiting > 0; ) {
        waiting -= 1;
        await (await fetchLink(url!, { method: 'PUT', body })).arrayBuffer();
      }
    };
    const put = await rate(() => Promise.all(Array.from({ length: sendsAtOnce }, sender)));
    const get = await rate(async () => {
      const answer = await fetchLink(url!, { headers: { 'x-bytes': String(gigabyte) } });
      for await (const chunk of chunksOf(answer)) giveBack(chunk);
    });
    return { put, get };
  } finally {
    server.kill();
  }
}

async function hashRate(): Promise<number> {
  const block = new Uint8Array(2 ** 20);
  return rate(async () => {
    const hash = createHash('sha256');
    for (let done = 0; done < gigabyte; done += block.length) hash.update(block);
    hash.digest();
  });
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
