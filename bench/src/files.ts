import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openFile } from '@mroptimum/rawdata';
import { atLeast, atMost, type Row } from './table.ts';

const execute = promisify(execFile);
const command = fileURLToPath(new URL('../../cli/dist/main.js', import.meta.url));
const memoryHook = new URL('./memory.mjs', import.meta.url).href;

const coils = 32;
const matrix = 256;
const slices = 40;
const oversampling = 2;
const sliceMB = (8 * coils * matrix * matrix * oversampling) / 1e6;

/** A 40-slice 256²×32 twix file with oversampling and noise scan, from disk to result bundle. */
export async function fileRows(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mroptimum-bench-'));
  try {
    const size = ['--coils', String(coils), '--matrix', `${matrix},${matrix}`, '--slices', String(slices)];
    await mroptimum(folder, [
      'simulate',
      '--format',
      'twix',
      ...size,
      '--oversampling',
      String(oversampling),
      '--out',
      '.',
    ]);
    const file = join(folder, 'signal.dat');
    const rows = [await parsing(file)];
    for (const kind of kinds) rows.push(...(await endToEnd(folder, file, kind)));
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Kind {
  readonly what: string;
  readonly args: readonly string[];
}

const accelerated = ['--decimate', '--accelerations', '1,2'];
const kinds: readonly Kind[] = [
  { what: 'ac × sense', args: ['--recon', 'sense', ...accelerated, '--acl', 'null,24'] },
  {
    what: 'pmr × sense, 100 replicas',
    args: ['--method', 'pmr', '--recon', 'sense', ...accelerated, '--acl', 'null,24'],
  },
  { what: 'ac × grappa', args: ['--recon', 'grappa', ...accelerated, '--acl', '48,48'] },
  { what: 'ac × b1, ESPIRiT', args: ['--recon', 'b1', '--sensitivities', 'espirit'] },
];

/** Reading every slice without computing anything, the file in the page cache. */
async function parsing(file: string): Promise<Row> {
  await readAll(file);
  const best = { seconds: Number.POSITIVE_INFINITY, bytes: 0 };
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    const bytes = await readAll(file);
    best.seconds = Math.min(best.seconds, (performance.now() - start) / 1000);
    best.bytes = bytes;
  }
  const rate = best.bytes / best.seconds / 1e9;
  return { what: 'twix 40×256²×32: parsing', ours: rate, unit: 'GB/s', target: atLeast(1, rate, ' GB/s') };
}

async function readAll(file: string): Promise<number> {
  const raw = await openFile(file);
  let bytes = 0;
  let into: Float32Array | undefined;
  for (let slice = 0; slice < raw.header.slices; slice++) {
    into = (await raw.readSlice(slice, into ? { into } : {})).kspace.data;
    bytes += into.byteLength;
  }
  await raw.close();
  return bytes;
}

async function endToEnd(folder: string, file: string, kind: Kind): Promise<Row[]> {
  const one = await mroptimum(folder, ['snr', file, ...kind.args, '--threads', '1', '--out', 'one']);
  const two = await mroptimum(folder, ['snr', file, ...kind.args, '--threads', '2', '--out', 'two']);
  const limit = 4 * sliceMB + 150;
  const what = `twix 40×256²×32: ${kind.what}`;
  const speedUp = one.seconds / two.seconds;
  return [
    { what: `${what}, 1 thread`, ours: one.seconds, unit: 's' },
    { what: `${what}, 2 threads against 1`, ours: speedUp, unit: '×', target: atLeast(1.7, speedUp) },
    {
      what: `${what}, peak memory, 1 thread`,
      ours: one.megabytes,
      unit: 'MB',
      target: atMost(Math.round(limit), one.megabytes, ' MB'),
    },
  ];
}

/** Runs the command in its own process; wall time and peak memory. */
async function mroptimum(
  folder: string,
  args: readonly string[],
): Promise<{ seconds: number; megabytes: number }> {
  const memory = join(folder, 'memory.txt');
  const start = performance.now();
  await execute(process.execPath, ['--import', memoryHook, command, ...args], {
    cwd: folder,
    env: { ...process.env, MRO_BENCH_MEMORY: memory },
    maxBuffer: 2 ** 26,
  });
  const seconds = (performance.now() - start) / 1000;
  return { seconds, megabytes: Number(await readFile(memory, 'utf8')) };
}
