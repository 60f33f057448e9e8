import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  buckets,
  bundleAt,
  cloudUnit,
  commandResult,
  mapsOf,
  newLease,
  type Scan,
  stage,
  stagedJob,
  uploadScan,
} from './cloud.ts';

const build = fileURLToPath(new URL('../../scripts/buildCloud.mjs', import.meta.url));
let s3: S3Client;
let scan: Scan;
/** The files of the images, in a folder of their own: nothing else of the repository is near them. */
let bundle: string;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  bundle = await mkdtemp(join(tmpdir(), 'mroptimum-image-'));
  execFileSync(process.execPath, [build, bundle], { stdio: 'ignore' });
  s3 = await cloudUnit();
  scan = await uploadScan(s3);
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});
afterAll(async () => {
  await scan.remove();
  await rm(bundle, { recursive: true });
});

/** Root of an image's files, where one was built: then its own Node runs, as its own user. */
const imageRoot = process.env.MRO_IMAGE_ROOT;

function start(
  entry: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): ChildProcess {
  const [program, ...before] = imageRoot
    ? ['chroot', '--userspec=65534:65534', imageRoot, '/usr/local/bin/node', join('/app', entry)]
    : [process.execPath, join(bundle, entry)];
  const child = spawn(program!, [...before, ...args], {
    cwd: bundle,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.add(child);
  return child;
}
const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.on('exit', (code) => resolve(code)));
const place = (job: { bucket: string; key: string }) => ({ JOB_BUCKET: job.bucket, JOB_KEY: job.key });

describe('the Fargate container', () => {
  test('runs the job that its environment points to, and ends with 0', async () => {
    const job = stagedJob(scan, { method: 'pmr', replicas: 4, recon: 'b1' });
    expect(await ended(start('main.js', place(await stage(s3, job))))).toBe(0);
    const result = await bundleAt(s3, job.deliver.results);
    expect(await mapsOf(result)).toEqual(await mapsOf(await commandResult(scan, job)));
    expect(result.info.info.execution).toMatchObject({ platform: 'fargate' });
  });

  test('takes the event of a file', async () => {
    const job = stagedJob(scan);
    const { bucket, key } = await stage(s3, job);
    const event = { Records: [{ s3: { bucket: { name: bucket }, object: { key } } }] };
    expect(await ended(start('main.js', { FILE_EVENT: JSON.stringify(event) }))).toBe(0);
    expect((await bundleAt(s3, job.deliver.results)).maps.length).toBe(4);
  });

  test('ends with 1 where the job fails, and leaves the report', async () => {
    const job = stagedJob(scan, { method: 'mr' });
    expect(await ended(start('main.js', place(await stage(s3, job))))).toBe(1);
    expect((await bundleAt(s3, job.deliver.failed)).failure?.code).toMatch(/^MRO_SNR_/);
  });

  test.each<Record<string, string>>([{}, { JOB_BUCKET: 'b' }, { FILE_EVENT: 'no JSON' }])(
    'ends with 1 where it is told %j',
    async (env) => {
      expect(await ended(start('main.js', env))).toBe(1);
    },
  );

  test('stops at SIGTERM, with 143, and leaves nothing', async () => {
    const job = stagedJob(scan, { method: 'pmr', replicas: 100_000, recon: 'b1' });
    const child = start('main.js', place(await stage(s3, job)));
    await new Promise<void>((resolve) => {
      child.stdout!.on(
        'data',
        (chunk: Buffer) => chunk.includes('Noise covariance') && setTimeout(resolve, 200),
      );
    });
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(143);
    for (const where of [job.deliver.results, job.deliver.failed])
      await expect(bundleAt(s3, where)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});

/** A stand-in of the runtime API of Lambda, which hands out invocations and keeps what comes back. */
class RuntimeApi {
  readonly answers = new Map<
    string,
    { readonly kind: string; readonly body: unknown; readonly type?: string }
  >();
  #server: Server;
  #waiting: ServerResponse | undefined;
  #events: { readonly id: string; readonly event: unknown }[] = [];
  #told: (() => void)[] = [];

  constructor() {
    this.#server = createServer(async (request, response) => {
      const [, id, kind] = /\/runtime\/invocation\/([^/]+)(?:\/(\w+))?$/.exec(request.url!) ?? [];
      if (request.url!.endsWith('/invocation/next')) {
        this.#waiting = response;
        this.#hand();
        return;
      }
      const body: unknown = JSON.parse(await text(request));
      const type = request.headers['lambda-runtime-function-error-type'];
      this.answers.set(id ?? 'init', { kind: kind ?? 'init', body, ...(type && { type: String(type) }) });
      response.writeHead(202).end('{}');
      for (const tell of this.#told.splice(0)) tell();
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async invoke(id: string, event: unknown) {
    this.#events.push({ id, event });
    this.#hand();
    return this.answer(id);
  }

  async answer(id: string) {
    while (!this.answers.has(id)) await new Promise<void>((resolve) => this.#told.push(resolve));
    return this.answers.get(id)!;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #hand(): void {
    const next = this.#waiting && this.#events.shift();
    if (!next) return;
    this.#waiting!.writeHead(200, {
      'lambda-runtime-aws-request-id': next.id,
      'lambda-runtime-deadline-ms': String(Date.now() + 900_000),
      'lambda-runtime-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793',
    });
    this.#waiting!.end(JSON.stringify(next.event));
    this.#waiting = undefined;
  }
}

describe('the Lambda container', () => {
  let api: RuntimeApi;
  let address: string;
  beforeEach(async () => {
    api = new RuntimeApi();
    address = await api.listen();
  });
  afterEach(() => api.close());
  const lambda = (handler: string) => start('runtime.js', { AWS_LAMBDA_RUNTIME_API: address }, [handler]);

  test('does one job after the other; one that fails is a failed invocation, and the next one works', async () => {
    lambda('app.handler');
    const [first, wrong, second] = [
      stagedJob(scan),
      stagedJob(scan, { method: 'mr' }),
      stagedJob(scan, { recon: 'b1' }),
    ];
    expect(await api.invoke('one', { job: await stage(s3, first) })).toEqual({
      kind: 'response',
      body: { status: 'completed', result: first.deliver.results },
    });
    const failed = await api.invoke('two', { job: await stage(s3, wrong) });
    expect(failed).toMatchObject({
      kind: 'error',
      type: expect.stringMatching(/^MRO_SNR_/),
      body: { errorType: failed.type, errorMessage: expect.stringContaining('repetition'), stackTrace: [] },
    });
    expect((await bundleAt(s3, wrong.deliver.failed)).failure?.code).toBe(failed.type);
    expect((await api.invoke('three', { job: await stage(s3, second) })).kind).toBe('response');
    for (const job of [first, second])
      expect(await mapsOf(await bundleAt(s3, job.deliver.results))).toEqual(
        await mapsOf(await commandResult(scan, job)),
      );
  });

  test('has the other functions in the same image', async () => {
    const lease = newLease();
    const job = { bucket: buckets.data, key: `jobs/${lease.replace('.', '/')}.json` };
    lambda('fail.handler');
    const failure = { Error: 'Sandbox.Timedout', Cause: '{}' };
    const left = await api.invoke('fail', { execution: lease, input: { job, failure } });
    expect(left).toMatchObject({
      kind: 'response',
      body: { written: true, error: { code: 'MRO_JOB_TIME' } },
    });
  });

  test('plans in the same image', async () => {
    const job = stagedJob(scan);
    lambda('prepare.handler');
    const plan = await api.invoke('plan', { plan: await stage(s3, job), input: {} });
    expect(plan).toMatchObject({ kind: 'response', body: { platform: 'lambda', fanOut: false } });
  });

  test('calls back in the same image', async () => {
    lambda('callback.handler');
    const event = {
      Records: [{ s3: { bucket: { name: buckets.results }, object: { key: 'results/mine.zip' } } }],
    };
    expect(await api.invoke('callback', event)).toEqual({ kind: 'response', body: { reported: 0 } });
  });

  test('says so where its handler does not exist', async () => {
    const child = lambda('app.nothing');
    expect(await api.answer('init')).toMatchObject({ type: 'MRO_JOB_SETUP' });
    expect(await ended(child)).toBe(1);
  });
});
