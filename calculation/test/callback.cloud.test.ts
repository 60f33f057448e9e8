import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { S3Client } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { writeFailure } from '@mroptimum/bundle';
import {
  bundleKeyOfLease,
  completedCallbackSchema,
  failedCallbackSchema,
  signCallback,
  unitSecret,
} from '@mroptimum/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { failureUpload } from '../src/aws/deliver.ts';
import { handler } from '../src/callback.ts';
import { buckets, cloudUnit, newLease, put, said } from './cloud.ts';

/** What the server was told, with whether it was signed with the secret that it knows. */
interface Told {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly signed: boolean;
  /** Who the sender says he is. */
  readonly unit?: string | string[];
}

let s3: S3Client;
let server: Server;
let told: Told[];
/** What the server answers before it says yes: a status, or 0 for a broken connection. */
let answers: number[];
let secret: string;
/** Of the job, as the server says it. */
let status: string;
const secrets = new SecretsManagerClient({});

beforeAll(async () => {
  s3 = await cloudUnit();
  secret = 'first secret of the unit';
  const { ARN } = await secrets.send(new CreateSecretCommand({ Name: 'callback', SecretString: secret }));
  process.env.CALLBACK_SECRET_ARN = ARN!;
  server = createServer(async (request, response) => {
    const raw = await text(request);
    const body = JSON.parse(raw) as Record<string, unknown>;
    const time = Number(request.headers['x-mro-time']);
    const fresh = Math.abs(Date.now() / 1000 - time) < 300;
    const signed = fresh && request.headers['x-mro-signature'] === (await signCallback(secret, time, raw));
    const unit = request.headers['x-mro-unit'];
    told.push({ path: request.url!, body, signed, ...(unit && { unit }) });
    const code = answers.shift() ?? (signed ? 200 : 401);
    if (code === 0) return void request.socket.destroy();
    response.writeHead(code, { 'content-type': 'application/json' });
    response.end(JSON.stringify(code === 200 ? { status, applied: told.length === 1 } : {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env.CLOUDMR_API_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  told = [];
  answers = [];
  status = 'completed';
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const object = (bucket: string, key: string) => ({
  Records: [
    { s3: { bucket: { name: bucket }, object: { key: encodeURIComponent(key).replaceAll('%2F', '/') } } },
  ],
});
const bridged = (bucket: string, key: string) => ({
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: { bucket: { name: bucket }, object: { key } },
});
const execution = (name: string, status: string) => ({
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  detail: { name, status },
});
const error = {
  code: 'MRO_JOB_NOISE_COILS',
  message: 'The noise has 4 coils, the image 8.',
  hint: 'Give another.',
};
const leaveFailure = (lease: string) => {
  const place = { bucket: buckets.failed, key: bundleKeyOfLease('failure', lease) };
  const info = { options: {}, log: [], calculationTime: 1, summary: {}, userId: null };
  return writeFailure(failureUpload(s3, place), { error, event: {}, options: {}, info });
};

describe('the callback', () => {
  test.each([
    ['S3', object],
    ['EventBridge', bridged],
  ])('tells of a result that %s tells of, signed', async (_, event) => {
    const lease = newLease();
    await handler(event(buckets.results, bundleKeyOfLease('result', lease)));
    expect(told).toEqual([
      { path: '/api/pipeline/completed', body: { pipeline: lease.split('.')[0], lease }, signed: true },
    ]);
    expect(completedCallbackSchema.safeParse(told[0]!.body).success).toBe(true);
  });

  test('tells of a failure with what its bundle says', async () => {
    const lease = newLease();
    await leaveFailure(lease);
    await handler(object(buckets.failed, bundleKeyOfLease('failure', lease)));
    expect(told).toMatchObject([
      { path: '/api/pipeline/failed', body: { lease, error, bundle: true }, signed: true },
    ]);
    expect(failedCallbackSchema.safeParse(told[0]!.body).success).toBe(true);
  });

  test('tells of a failure bundle that cannot be read', async () => {
    const lease = newLease();
    await put(s3, { bucket: buckets.failed, key: bundleKeyOfLease('failure', lease) }, 'no zip');
    await handler(object(buckets.failed, bundleKeyOfLease('failure', lease)));
    expect(told[0]!.body).toMatchObject({ error: { code: 'MRO_JOB_LOST' }, bundle: true });
  });

  test.each([
    'results/upload.zip',
    'results/a/b/c.zip',
    'results/a/b.json',
    'direct/x.zip',
    'results/../x.zip',
  ])('does not tell of %s, which no lease names', async (key) => {
    expect(await handler(object(buckets.results, key))).toEqual({ reported: 0 });
    expect(told).toEqual([]);
  });

  test.each([
    ['FAILED', 'MRO_JOB_LOST'],
    ['TIMED_OUT', 'MRO_JOB_TIME'],
    ['ABORTED', 'MRO_JOB_ABORTED'],
  ])('tells of an execution that ended as %s without a bundle', async (status, code) => {
    const lease = newLease();
    await handler(execution(lease, status));
    expect(told).toMatchObject([
      { path: '/api/pipeline/failed', body: { lease, error: { code }, bundle: false } },
    ]);
  });

  test('lets bundles have the last word, in whatever order events arrive', async () => {
    const [failed, done] = [newLease(), newLease()];
    await leaveFailure(failed);
    await handler(execution(failed, 'FAILED'));
    await put(s3, { bucket: buckets.results, key: bundleKeyOfLease('result', done) }, 'a result');
    await handler(execution(done, 'FAILED'));
    expect(told).toMatchObject([
      { path: '/api/pipeline/failed', body: { lease: failed, error, bundle: true } },
      { path: '/api/pipeline/completed', body: { lease: done } },
    ]);
  });

  test('does not tell of executions that somebody started by hand', async () => {
    for (const name of ['by-hand', '0123-4567']) await handler(execution(name, 'FAILED'));
    expect(told).toEqual([]);
  });

  const result = () => object(buckets.results, bundleKeyOfLease('result', newLease()));

  test.each([
    ['errors', [500, 503]],
    ['broken connections', [0, 0]],
    ['too many requests', [429]],
  ])('tries again after %s', async (_, broken) => {
    answers = [...broken];
    expect(await handler(result())).toEqual({ reported: 1 });
    expect(told.length).toBe(broken.length + 1);
    expect(new Set(told.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });

  test.each([404, 409, 410, 422])('takes %d as the last word', async (status) => {
    answers = [status];
    expect(await handler(result())).toEqual({ reported: 1 });
    expect(told.length).toBe(1);
  });

  test('reads the secret again where it was renewed', async () => {
    await handler(result());
    secret = 'second secret of the unit';
    await secrets.send(new PutSecretValueCommand({ SecretId: 'callback', SecretString: secret }));
    await handler(result());
    expect(told.map(({ signed }) => signed)).toEqual([true, false, true]);
  });

  test.each([
    ['the server stays away', [503, 503, 503, 503, 503], TypeError],
    ['the server refuses the signature', [401, 401, 401], Error],
  ])('fails where %s, so that Lambda calls it again and keeps the event at last', async (_, all, kind) => {
    answers = [...all];
    await expect(handler(result())).rejects.toBeInstanceOf(kind);
    expect(told.length).toBeLessThanOrEqual(4);
  });

  test('names its unit where the secret does, so that the server can say that a job is gone', async () => {
    const unit = '00000000-0000-4000-8000-000000000001';
    secret = unitSecret(unit, 'third-secret-of-the-unit');
    await secrets.send(new PutSecretValueCommand({ SecretId: 'callback', SecretString: secret }));
    status = 'deleted';
    expect(await handler(result())).toEqual({ reported: 1 });
    // The old secret was refused before the new one was read.
    expect(told.map(({ unit: said, signed }) => [said, signed])).toEqual([
      [undefined, false],
      [unit, true],
    ]);
    expect(said.at(-1)).toContain('the job is deleted');
  });

  test('says the same twice, and never the secret', async () => {
    const event = result();
    await handler(event);
    await handler(event);
    expect(told[0]!.body).toEqual(told[1]!.body);
    expect(said.some((line) => line.includes('"applied":false'))).toBe(true);
    expect(said.join()).not.toMatch(/secret.of.the.unit/);
  });
});

test('the events for trying functions by hand are understood', async () => {
  const event = (name: string): unknown =>
    JSON.parse(readFileSync(new URL(`../../events/${name}.json`, import.meta.url), 'utf8'));
  expect(await handler(event('result'))).toEqual({ reported: 1 });
  expect(await handler(event('execution'))).toEqual({ reported: 1 });
  expect(told.map(({ path }) => path)).toEqual(['/api/pipeline/completed', '/api/pipeline/failed']);
});
