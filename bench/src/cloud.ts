import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBundle } from '@mroptimum/bundle';
import { lambdaCost } from '@mroptimum/calculation/aws';
import { simulation, writeSimulation } from '@mroptimum/calculation/local';
import { bytesInMemory } from '@mroptimum/contract';
import { CloudStandIn } from './cloudStandIn.ts';
import { atMost, median, type Row } from './table.ts';

const build = fileURLToPath(new URL('../../scripts/buildCloud.mjs', import.meta.url));
/** A function with two processors, as this machine may have. */
const memoryMb = 3538;
const diskMb = 10_240;
const coldStarts = 7;

/** Sizes of jobs whose cost is told: [readout, phase] × slices × coils. */
const sizes = [
  { what: '1 × 96² × 16, ac × rss', matrix: 96, slices: 1, coils: 16, method: 'ac', recon: 'rss' },
  { what: '20 × 192² × 16, ac × sense', matrix: 192, slices: 20, coils: 16, method: 'ac', recon: 'sense' },
  {
    what: '5 × 128² × 16, pmr × sense, 100 replicas',
    matrix: 128,
    slices: 5,
    coils: 16,
    method: 'pmr',
    recon: 'sense',
  },
] as const;
type Size = (typeof sizes)[number];

/** The function as its image runs it, with objects and invocations from loopback. */
export async function cloudRows(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mroptimum-bench-'));
  const bundle = join(folder, 'app');
  execFileSync(process.execPath, [build, bundle], { stdio: 'ignore' });
  try {
    const rows: Row[] = [];
    for (const size of sizes) {
      const cloud = new CloudStandIn();
      const address = await cloud.listen();
      const event = await stage(cloud, folder, size);
      if (size === sizes[0]) rows.push(await coldStart(bundle, cloud, address, event));
      rows.push(...(await warm(bundle, cloud, address, event, size)));
      cloud.close();
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** From the start of the process to its first request for an object: the job that it is asked to do. */
async function coldStart(bundle: string, cloud: CloudStandIn, address: string, event: object): Promise<Row> {
  const times: number[] = [];
  for (let i = 0; i < coldStarts; i++) {
    cloud.firstRead = undefined;
    const start = performance.now();
    const child = startFunction(bundle, address);
    await cloud.invoke(event);
    times.push(cloud.firstRead! - start);
    await end(child);
  }
  const ms = median(times);
  return {
    what: 'cold start of the bundle to its first read',
    ours: ms,
    unit: 'ms',
    target: atMost(400, ms, ' ms'),
  };
}

async function warm(
  bundle: string,
  cloud: CloudStandIn,
  address: string,
  event: object,
  size: Size,
): Promise<Row[]> {
  const child = startFunction(bundle, address);
  const [times, overheads]: [number[], number[]] = [[], []];
  const runs = size.slices > 1 ? 3 : 9;
  for (let i = 0; i <= runs; i++) {
    const { ms, failed } = await cloud.invoke(event);
    if (failed) throw new TypeError(`the job ${size.what} failed`);
    if (i === 0) continue;
    const { info } = await openBundle(bytesInMemory('result.zip', cloud.objects.get('/results/result.zip')!));
    times.push(ms);
    overheads.push(ms - 1000 * info.headers.calculation_time!);
  }
  await end(child);
  const ms = median(times);
  const usd = lambdaCost(ms / 1000, memoryMb * 2 ** 20, diskMb * 2 ** 20, 'x64');
  return [
    { what: `${size.what}: an invocation, warm`, ours: ms, unit: 'ms' },
    {
      what: `${size.what}: of it writing the bundle, upload and answers`,
      ours: median(overheads),
      unit: 'ms',
    },
    { what: `${size.what}: cost on Lambda with ${memoryMb} MB`, ours: 1000 * usd, unit: '$/1000 jobs' },
  ];
}

function startFunction(bundle: string, address: string): ChildProcess {
  return spawn(process.execPath, [join(bundle, 'runtime.js'), 'app.handler'], {
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH,
      AWS_LAMBDA_RUNTIME_API: address,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
      AWS_ENDPOINT_URL: `http://${address}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      ResultsBucketName: 'results',
      FailedBucketName: 'failed',
    },
  });
}

const end = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.on('exit', () => resolve());
    child.kill('SIGKILL');
  });

/** Puts a simulated scan and its job among the objects; the event that asks for it. */
async function stage(cloud: CloudStandIn, folder: string, size: Size): Promise<object> {
  const { matrix, slices, coils, method, recon } = size;
  const made = simulation({ coils, slices, matrix: [matrix, matrix] });
  const written = await writeSimulation(made, folder, 'npy');
  for (const name of [written.signal, written.noise!])
    cloud.objects.set(`/data/${name}`, await readFile(join(folder, name)));
  const file = (name: string, axes: string | undefined) => ({
    type: 'file',
    options: { type: 's3', filename: name, bucket: 'data', key: name, options: { axes } },
  });
  const under = recon === 'sense' ? { decimate: true, accelerations: [1, 2], acl: [null, 24] } : {};
  const options = {
    signal: file(written.signal, written.axes),
    noise: file(written.noise!, written.noiseAxes),
    ...under,
  };
  const job = {
    task: {
      version: 'v0',
      acquisition: 2,
      name: method,
      options: { NR: 100, reconstructor: { name: recon, options } },
    },
    output: {},
    lease: 'bench',
    deliver: {
      results: { bucket: 'results', key: 'result.zip' },
      failed: { bucket: 'failed', key: 'failed.zip' },
    },
  };
  cloud.objects.set('/data/jobs/bench.json', Buffer.from(JSON.stringify(job)));
  return { job: { bucket: 'data', key: 'jobs/bench.json' } };
}
