import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type OpenBundle, openBundle } from '@mroptimum/bundle';
import { openBundlePath } from '@mroptimum/bundle/node';
import { bundleKeyOfLease, bytesInMemory, type ObjectPlace, type StagedJob } from '@mroptimum/contract';
import { vi } from 'vitest';
import type { InvocationContext } from '../src/app.ts';
import { type RawOutputFormat, simulation, writeSimulation } from '../src/local/index.ts';

const execute = promisify(execFile);
const command = fileURLToPath(new URL('../../cli/bin/mroptimum.js', import.meta.url));

export const buckets = { data: 'mro-data', results: 'mro-results', failed: 'mro-failed' } as const;

/** What containers wrote to their logs since the unit was made. */
export const said: string[] = [];

/** Buckets, and the environment that a container of the calculation has. */
export async function cloudUnit(): Promise<S3Client> {
  said.length = 0;
  vi.spyOn(console, 'log').mockImplementation((line: unknown) => void said.push(String(line)));
  const s3 = new S3Client({});
  for (const Bucket of Object.values(buckets)) await s3.send(new CreateBucketCommand({ Bucket }));
  process.env.ResultsBucketName = buckets.results;
  process.env.FailedBucketName = buckets.failed;
  process.env.DataBucketName = buckets.data;
  return s3;
}

export async function put(
  s3: S3Client,
  { bucket, key }: ObjectPlace,
  body: Uint8Array | string,
): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
}

export async function bytesAt(s3: S3Client, { bucket, key }: ObjectPlace): Promise<Uint8Array> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Body!.transformToByteArray();
}

export const bundleAt = async (s3: S3Client, place: ObjectPlace): Promise<OpenBundle> =>
  openBundle(bytesInMemory('bundle.zip', await bytesAt(s3, place)));

/** A simulated scan on disk and in the data bucket. */
export interface Scan {
  readonly folder: string;
  readonly files: Readonly<Record<string, object>>;
  remove(): Promise<void>;
}

interface ScanOptions {
  readonly slices?: number;
  readonly format?: RawOutputFormat | 'twix';
  readonly coils?: number;
  readonly matrix?: readonly [number, number];
}

let scans = 0;

/** Keys are random names, as those of the library, that tell nothing of the format. */
export async function uploadScan(
  s3: S3Client,
  { slices = 3, format = 'npy', coils = 4, matrix = [32, 24] }: ScanOptions = {},
): Promise<Scan> {
  const folder = await mkdtemp(join(tmpdir(), 'mroptimum-scan-'));
  const made = simulation({ coils, matrix, slices, seed: 7 });
  const { signal, noise, axes, noiseAxes } = await writeSimulation(made, folder, format);
  const its = `data/someone/${++scans}`;
  const upload = async (name: string): Promise<ObjectPlace> => {
    const place = { bucket: buckets.data, key: its + name.replace(/\W/g, '') };
    await put(s3, place, await readFile(join(folder, name)));
    return place;
  };
  const reference = async (name: string, its: string | undefined): Promise<object> => {
    const half = name.endsWith('.cfl') ? name.replace('.cfl', '.hdr') : undefined;
    const companions = half ? [{ ...(await upload(half)), filename: half }] : undefined;
    const options = { type: 's3', filename: name, ...(await upload(name)), companions };
    return { type: 'file', options: { ...options, options: its ? { axes: its } : {} } };
  };
  const files = {
    signal: await reference(signal, axes),
    ...(noise && { noise: await reference(noise, noiseAxes) }),
  };
  return { folder, files, remove: () => rm(folder, { recursive: true }) };
}

interface JobOptions {
  readonly lease?: string;
  readonly method?: string;
  readonly recon?: string;
  readonly replicas?: number;
  readonly options?: object;
  readonly output?: object;
}

let leases = 0;
export const newLease = (): string =>
  `pipeline-${++leases}.00000000-0000-4000-8000-${String(leases).padStart(12, '0')}`;

/** A job as the server stages it. */
export function stagedJob(
  scan: Scan,
  { lease = newLease(), ...more }: JobOptions = {},
): StagedJob & { task: object } {
  const { method = 'ac', recon = 'rss', replicas, options = {}, output = {} } = more;
  const reconstructor = { name: recon, options: { ...scan.files, ...options } };
  return {
    task: { version: 'v0', acquisition: 2, name: method, options: { NR: replicas, reconstructor } },
    output,
    pipeline: lease.split('.')[0],
    lease,
    deliver: {
      results: { bucket: buckets.results, key: bundleKeyOfLease('result', lease) },
      failed: { bucket: buckets.failed, key: bundleKeyOfLease('failure', lease) },
    },
  } as unknown as StagedJob & { task: object };
}

/** Puts a job where the server does; its pointer. */
export async function stage(s3: S3Client, job: StagedJob): Promise<ObjectPlace> {
  const place = { bucket: buckets.data, key: `jobs/${job.lease.replace('.', '/')}.json` };
  await put(s3, place, JSON.stringify(job));
  return place;
}

/** The result of the command for the same task on local files. */
export async function commandResult(scan: Scan, job: StagedJob): Promise<OpenBundle> {
  const local = JSON.parse(JSON.stringify(job), (name, value) =>
    name === 'options' && value?.type === 's3' ? { ...value, type: 'local' } : value,
  );
  const { task, output } = local;
  await writeFile(join(scan.folder, 'job.json'), JSON.stringify({ task, output }));
  const out = join(scan.folder, `result-${Math.random()}`);
  await execute(process.execPath, [command, 'run', 'job.json', '--out', out], { cwd: scan.folder });
  return openBundlePath(out);
}

/** Names of the maps of a bundle, and the SHA-256 of their files. */
export async function mapsOf(bundle: OpenBundle): Promise<Record<string, string>> {
  const names = bundle.files.names.filter((name) => /^data\//.test(name)).sort();
  const entries = names.map(async (name) => {
    const hash = createHash('sha256').update(await bundle.files.read(name));
    return [name, hash.digest('hex')];
  });
  return Object.fromEntries(await Promise.all(entries));
}

export const invocation = (more: Partial<InvocationContext> = {}): InvocationContext => ({
  awsRequestId: `request-${Math.random()}`,
  getRemainingTimeInMillis: () => 900_000,
  ...more,
});
