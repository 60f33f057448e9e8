import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListMultipartUploadsCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handler } from '../src/app.ts';
import {
  buckets,
  bundleAt,
  bytesAt,
  cloudUnit,
  commandResult,
  invocation,
  mapsOf,
  newLease,
  put,
  type Scan,
  said,
  stage,
  stagedJob,
  uploadScan,
} from './cloud.ts';

let s3: S3Client;
let scan: Scan;
beforeAll(async () => {
  s3 = await cloudUnit();
  scan = await uploadScan(s3);
});
afterAll(() => scan.remove());

const sense = { decimate: true, accelerations: [1, 2], acl: [null, 12] };
const everything = { coilsensitivity: true, gfactor: true, matlab: true };
const failureOf = async (lease: string) => {
  const bundle = await bundleAt(s3, { bucket: buckets.failed, key: `failed/${lease.replace('.', '/')}.zip` });
  return { ...bundle.failure!, log: bundle.info.headers.log };
};
const keysIn = async (Bucket: string, Prefix = '') =>
  ((await s3.send(new ListObjectsV2Command({ Bucket, Prefix }))).Contents ?? []).map(({ Key }) => Key!);

describe('the Lambda function', () => {
  test.each([
    [
      'npy, pmr × sense',
      'npy',
      { method: 'pmr', replicas: 5, recon: 'sense', options: sense, output: everything },
    ],
    ['cfl with its header, ac × b1', 'cfl', { recon: 'b1' }],
    ['ISMRMRD, ac × grappa', 'ismrmrd', { recon: 'grappa', options: sense }],
    ['twix, ac × rss', 'twix', {}],
  ] as const)('%s: gives bit for bit what the command gives', async (_, format, options) => {
    const its = await uploadScan(s3, { format });
    try {
      const job = stagedJob(its, options);
      const outcome = await handler({ job: await stage(s3, job) }, invocation());
      expect(outcome).toEqual({ status: 'completed', result: job.deliver.results });
      const [cloud, command] = [await bundleAt(s3, job.deliver.results), await commandResult(its, job)];
      expect(await mapsOf(cloud)).toEqual(await mapsOf(command));
      expect(Object.keys(await mapsOf(cloud)).length).toBeGreaterThan(3);
      expect(cloud.info.info.execution).toMatchObject({ platform: 'lambda' });
    } finally {
      await its.remove();
    }
  });

  test('takes S3 events, whose keys are encoded', async () => {
    const job = stagedJob(scan);
    const key = 'jobs of today/ünïcode + plus.json';
    await put(s3, { bucket: buckets.data, key }, JSON.stringify(job));
    const encoded = encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
    const record = { s3: { bucket: { name: buckets.data }, object: { key: encoded } } };
    await handler({ Records: [record] }, invocation());
    expect((await bundleAt(s3, job.deliver.results)).maps.map(({ id }) => id)).toContain(0);
    await expect(handler({ Records: [record, record] }, invocation())).rejects.toMatchObject({
      code: 'MRO_JOB_SETUP',
    });
  });

  test('takes a job itself, whose bundles have a place that no server listens to', async () => {
    const { task } = stagedJob(scan);
    const outcome = await handler({ task, output: {} }, invocation({ awsRequestId: 'abc' }));
    expect(outcome).toEqual({
      status: 'completed',
      result: { bucket: buckets.results, key: 'direct/abc.zip' },
    });
    expect((await bundleAt(s3, { bucket: buckets.results, key: 'direct/abc.zip' })).maps.length).toBe(4);
  });

  test('uploads large bundles in parts, and leaves no half of one', async () => {
    const large = await uploadScan(s3, { slices: 5, coils: 12, matrix: [192, 192] });
    const job = stagedJob(large, { recon: 'b1', output: { coilsensitivity: true } });
    await handler({ job: await stage(s3, job) }, invocation());
    const bytes = await bytesAt(s3, job.deliver.results);
    expect(bytes.length).toBeGreaterThan(16 * 2 ** 20);
    expect((await bundleAt(s3, job.deliver.results)).maps.length).toBe(4 + 12);
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: buckets.results }));
    expect(Uploads).toEqual([]);
    await large.remove();
  });
});

describe('a job that fails', () => {
  const fails = async (options: object, more: object = {}) => {
    const job = { ...stagedJob(scan, { lease: newLease(), ...options }), ...more };
    const error = await handler({ job: await stage(s3, job) }, invocation()).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(await keysIn(buckets.results, `results/${job.lease.split('.')[0]}/`)).toEqual([]);
    const failure = await failureOf(job.lease);
    expect(failure.code).toBe(error.code);
    expect(failure.log.at(-1)).toMatchObject({ type: 'ERROR' });
    return failure;
  };
  const s3File = (more: object) => ({ type: 'file', options: { type: 's3', filename: 'meas.dat', ...more } });

  test.each([
    [
      'a file that is gone',
      { signal: s3File({ bucket: buckets.data, key: 'data/x' }) },
      'MRO_JOB_FETCH',
      'meas.dat is not in',
    ],
    [
      'a bucket that is nobody’s',
      { signal: s3File({ bucket: 'none', key: 'data/x' }) },
      'MRO_JOB_FETCH',
      'meas.dat',
    ],
    [
      'a file on a laptop',
      { signal: { type: 'file', options: { type: 'local', filename: 'x.dat' } } },
      'MRO_JOB_FETCH',
      'computer',
    ],
    [
      'an address without encryption',
      { signal: { type: 'file', options: { type: 'url', presigned_url: 'http://127.0.0.1:9/x' } } },
      'MRO_JOB_FETCH',
      'https',
    ],
    [
      'settings that make no sense',
      { accelerations: [1, 99], decimate: true },
      'MRO_TASK_INVALID',
      'accelerations',
    ],
  ])('%s: leaves a bundle that says why, and throws', async (_, options, code, words) => {
    const failure = await fails({ recon: 'sense', options });
    expect(failure.code).toContain(code);
    expect(failure.message).toContain(words);
  });

  test('one repetition, where several are compared', async () => {
    expect((await fails({ method: 'mr' })).code).toMatch(/^MRO_SNR_/);
  });

  test('a request that is not understood', async () => {
    expect((await fails({}, { task: { name: 'magic' } })).code).toMatch(/^MRO_TASK_/);
  });

  test('a pointer to nothing: the report goes where the lease says', async () => {
    const lease = newLease();
    const job = { bucket: buckets.data, key: `jobs/${lease.replace('.', '/')}.json` };
    await expect(handler({ job }, invocation())).rejects.toMatchObject({ code: 'MRO_JOB_FETCH' });
    expect((await failureOf(lease)).code).toBe('MRO_JOB_FETCH');
  });

  test('a results bucket that is gone', async () => {
    const job = stagedJob(scan);
    const lost = { ...job, deliver: { ...job.deliver, results: { bucket: 'gone', key: 'results/1/2.zip' } } };
    await expect(handler({ job: await stage(s3, lost) }, invocation())).rejects.toMatchObject({
      code: 'MRO_JOB_OUTPUT',
    });
    expect((await failureOf(job.lease)).code).toBe('MRO_JOB_OUTPUT');
  });

  test('too much for the memory of the function', async () => {
    process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE = '128';
    try {
      expect((await fails({})).code).toBe('MRO_JOB_MEMORY');
    } finally {
      delete process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE;
    }
  });

  test('no time left: the report says so before the function is ended', async () => {
    const job = stagedJob(scan, { method: 'pmr', replicas: 3000, recon: 'grappa', options: sense });
    const short = invocation({ getRemainingTimeInMillis: () => 50 });
    await expect(handler({ job: await stage(s3, job) }, short)).rejects.toMatchObject({
      code: 'MRO_JOB_TIME',
    });
    expect((await failureOf(job.lease)).code).toBe('MRO_JOB_TIME');
  });

  test('says nothing secret', async () => {
    const secrets = { token: 'tok-123', password: 'pass-123', email: 'who@example.org' };
    const job = stagedJob(scan, { options: { signal: s3File({ bucket: buckets.data, key: 'data/x' }) } });
    const pointer = await stage(s3, { ...job, ...secrets });
    await expect(handler({ job: pointer }, invocation())).rejects.toThrow();
    const bytes = await bundleAt(s3, job.deliver.failed);
    for (const name of bytes.files.names) {
      const text = new TextDecoder().decode(await bytes.files.read(name));
      expect(text).not.toMatch(/tok-123|pass-123|who@/);
    }
    expect(said.length).toBeGreaterThan(10);
    expect(said.join()).not.toMatch(/tok-123|pass-123|who@/);
  });
});

describe('links', () => {
  let server: Server;
  let origin: string;
  const taken: Buffer[] = [];
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      if (request.method === 'PUT') {
        for await (const chunk of request) taken.push(chunk as Buffer);
        return response.end();
      }
      const name = request.url!.slice(1).split('?')[0]!;
      const bytes = await bytesAt(s3, { bucket: buckets.data, key: name });
      const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '')!.map(Number);
      const end = Math.min(to!, bytes.length - 1);
      response.writeHead(206, { 'content-range': `bytes ${from}-${end}/${bytes.length}` });
      return response.end(bytes.subarray(from, end + 1));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env.EXECUTION_MODE = 'local';
  });
  afterAll(() => {
    delete process.env.EXECUTION_MODE;
    server.close();
  });

  test('inputs by ranges, the result to the link of the job', async () => {
    const byLink = (file: object) => {
      const { options } = file as { options: { key: string; filename: string; options: object } };
      const presigned_url = `${origin}/${options.key}?signed=1`;
      return { type: 'file', options: { ...options, type: 'url', key: undefined, presigned_url } };
    };
    const whole = stagedJob(scan);
    const { task } = stagedJob(scan, {
      options: { signal: byLink(scan.files.signal!), noise: byLink(scan.files.noise!) },
    });
    await handler({ task, output: {}, presigned_upload_url: `${origin}/result?signed=1` }, invocation());
    const key = 'copies/result.zip';
    await put(s3, { bucket: buckets.data, key }, Buffer.concat(taken));
    const got = await bundleAt(s3, { bucket: buckets.data, key });
    expect(await mapsOf(got)).toEqual(await mapsOf(await commandResult(scan, whole)));
    const info = new TextDecoder().decode(await got.files.read('info.json'));
    expect(info).not.toContain('signed=1');
  });
});
