import { createHash, randomUUID } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { memoryZipSink, openBundle, writeBundle } from '@mroptimum/bundle';
import {
  bytesInMemory,
  callbackSignatureHeader,
  callbackTimeHeader,
  type ExecutionInput,
  type PipelineResult,
  resultMaps,
  type StagedJob,
  signCallback,
  stagedJobSchema,
  type UploadStarted,
} from '@mroptimum/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { motoAddress } from '../../cloud-tests/src/moto.ts';
import { runTask } from '../src/cloud/tasks.ts';
import { sweep } from '../src/units/watch.ts';
import { makePlace, openCloud, type Place } from './cloud.ts';
import { twixFile } from './library.ts';

const password = 'Gradient-echo 42';
let cloud: Awaited<ReturnType<typeof openCloud>>;
let administrator: string;
let user: string;
let twix: Uint8Array;

beforeAll(async () => {
  cloud = await openCloud(motoAddress());
  twix = await twixFile();
  const first = await runTask(cloud.deps, { mroptimum: 'administrator', email: 'boss@lab.example' });
  administrator = await signIn('boss@lab.example', String(first.password));
  const names = { email: 'ada@lab.example', username: 'ada', firstname: 'Ada', lastname: 'Bloch' };
  const registered = await cloud.ask('POST', '/auth/register', { body: { ...names, password } });
  expect(registered.status, JSON.stringify(registered.body)).toBeLessThan(300);
  const { body } = await cloud.ask('GET', '/admin/users', { token: administrator });
  const ada = (body.items as { id: string; email: string }[]).find(({ email }) => email === names.email)!;
  const approved = await cloud.ask('POST', `/admin/users/${ada.id}/approve`, {
    token: administrator,
    body: {},
  });
  expect(approved.status, JSON.stringify(approved.body)).toBe(200);
  user = await signIn(names.email, password);
});
afterAll(() => cloud.close());

async function signIn(email: string, secret: string): Promise<string> {
  const { status, body } = await cloud.ask('POST', '/auth/login', { body: { email, password: secret } });
  expect(status, JSON.stringify(body)).toBe(200);
  return String(body.access_token);
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

/** Uploads a file in parts whose links name their checksum; gives its id. */
async function upload(filename: string, bytes: Uint8Array, unit?: string): Promise<string> {
  const body = {
    filename,
    filesize: bytes.length,
    checksums: 'sha256',
    ...(unit && { computing_unit_id: unit }),
  };
  const started = await cloud.ask('POST', '/upload_initiate', { token: user, body });
  expect(started.status, JSON.stringify(started.body)).toBe(200);
  const { uploadId, partUrls, response } = started.body as unknown as UploadStarted;
  expect(partUrls).toEqual([]);
  const digest = sha256(bytes);
  const presign = { method: 'PUT', uploadId, partNumber: 1 };
  const refused = await cloud.ask('POST', '/data/presign', { token: user, body: presign });
  expect(refused.status).toBe(422);
  const { body: link } = await cloud.ask('POST', '/data/presign', {
    token: user,
    body: { ...presign, sha256: digest.toString('hex') },
  });
  const headers = { 'x-amz-checksum-sha256': digest.toString('base64') };
  const damaged = await fetch(String(link.url), {
    method: 'PUT',
    body: new Uint8Array(bytes.length),
    headers,
  });
  expect(damaged.status).toBe(400);
  const put = await fetch(String(link.url), { method: 'PUT', body: bytes.slice(), headers });
  expect(put.status).toBe(200);
  const parts = [{ partNumber: 1, sha256: digest.toString('hex') }];
  const done = await cloud.ask('POST', '/upload_finalize', { token: user, body: { uploadId, parts } });
  expect(done.status, JSON.stringify(done.body)).toBe(200);
  return response.id;
}

const task = (id: string) => ({
  version: 'v0',
  name: 'ac',
  options: {
    reconstructor: {
      name: 'rss',
      options: { signal: { type: 'file', id, options: { type: 's3', key: 'x', bucket: 'x' } } },
    },
  },
});
const queue = (id: string, more: object = {}) =>
  cloud.ask('POST', '/task/queue', { token: user, body: { task: task(id), alias: 'a job', ...more } });
const jobOf = async (id: string) => (await cloud.deps.records.pipelines.byId(id))!;

async function registered(place: Place, token: string, more: object) {
  const { account: _account, ...fields } = place;
  const body = { ...fields, provider: 'aws', region: 'us-east-1', ...more };
  const answer = await cloud.ask('POST', '/computing-unit/register', { token, body });
  return answer as {
    status: number;
    body: { computingUnitId: string; callbackSecret: string; externalId: string; error: { message: string } };
  };
}

/** What a unit does: reads the staged job, puts a bundle, reports. */
const clientsOf = ({ account }: Place) => ({
  s3: new S3Client({ ...account, forcePathStyle: true }),
  sfn: new SFNClient(account),
});
async function stagedOf(place: Place, jobId: string): Promise<StagedJob> {
  const { s3, sfn } = clientsOf(place);
  const { lease } = await jobOf(jobId);
  const { input, status, name } = await sfn.send(
    new DescribeExecutionCommand({ executionArn: lease!.worker }),
  );
  expect([status, name]).toEqual(['RUNNING', lease!.id]);
  const { job, pipeline } = JSON.parse(input!) as ExecutionInput;
  expect(pipeline).toBe(jobId);
  const text = await (
    await s3.send(new GetObjectCommand({ Bucket: job.bucket, Key: job.key }))
  ).Body!.transformToString();
  expect(text).not.toMatch(/Bearer|@lab\.example|https?:/);
  return stagedJobSchema.parse(JSON.parse(text));
}
async function bundleOf(): Promise<Uint8Array> {
  const snr = { shape: [2, 4, 8], data: new Float32Array(64).fill(12), complex: false };
  const info = { options: {}, log: [], calculationTime: 1, summary: { slices: 2, method: 'ac' } };
  return (await writeBundle(memoryZipSink(), { maps: [{ map: resultMaps.snr, volume: snr }], info })).result;
}
async function callBack(secret: string, kind: 'completed' | 'failed', content: object) {
  const body = JSON.stringify(content);
  const time = Math.floor(Date.now() / 1000);
  const headers = {
    [callbackTimeHeader]: String(time),
    [callbackSignatureHeader]: await signCallback(secret, time, body),
  };
  return cloud.ask('POST', `/pipeline/${kind}`, {
    body,
    headers: { 'Content-Type': 'application/json', ...headers },
  });
}

describe('mode 1', () => {
  let unit: Awaited<ReturnType<typeof registered>>['body'];
  let data: string;
  beforeAll(async () => {
    const answer = await registered(cloud.home, administrator, { mode: 'mode1', isDefault: true });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    unit = answer.body;
    data = await upload('meas 頭.dat', twix);
  });

  test('a health report in words', async () => {
    const path = `/computing-unit/${unit.computingUnitId}/check`;
    const { body } = await cloud.ask('POST', path, { token: administrator });
    expect(body, JSON.stringify(body)).toMatchObject({ ok: true });
    expect(body.checks).toHaveLength(4);
  });

  test('upload, queue, execution, bundle, callback, completed, download', async () => {
    const queued = await queue(data, { mode: 'mode_1' });
    expect(queued.status, JSON.stringify(queued.body)).toBe(200);
    const id = String(queued.body.pipeline);
    const running = await jobOf(id);
    expect(running).toMatchObject({ status: 'running', attempts: 1, mode: 'mode1' });
    expect(running.estimate?.cost).toBeGreaterThan(0);
    expect(queued.body.executionArn).toBe(running.lease?.worker);
    const staged = await stagedOf(cloud.home, id);
    const { signal } = staged.task.options.reconstructor.options;
    const file = (await cloud.deps.records.data.byId(data))!;
    expect(signal.options).toMatchObject({
      type: 's3',
      bucket: cloud.home.dataBucket,
      key: file.objectKey,
      filename: 'meas 頭.dat',
    });
    expect(file.sha256).toBe(sha256(twix).toString('hex'));

    const { s3 } = clientsOf(cloud.home);
    const bytes = await bundleOf();
    const { bucket: Bucket, key: Key } = staged.deliver.results;
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: bytes }));
    const content = { pipeline: id, lease: staged.lease };
    expect((await callBack('another secret', 'completed', content)).status).toBe(401);
    const told = await callBack(unit.callbackSecret, 'completed', content);
    expect(told.body).toEqual({ status: 'completed', applied: true });
    const again = await callBack(unit.callbackSecret, 'completed', content);
    expect(again.body).toEqual({ status: 'completed', applied: false });

    const { body } = await cloud.ask('GET', `/pipeline/${id}/results`, { token: user });
    const result = body as unknown as PipelineResult;
    const whole = await fetch(result.link);
    expect(whole.headers.get('content-disposition')).toContain('a%20job.zip');
    expect(Buffer.compare(new Uint8Array(await whole.arrayBuffer()), bytes)).toBe(0);
    const [map] = result.data;
    const redirect = await cloud.app.request(map!.link.replace(/^https:\/\/[^/]+/, ''));
    const original = await openBundle(bytesInMemory('original', bytes));
    const followed = new Uint8Array(await (await fetch(redirect.headers.get('location')!)).arrayBuffer());
    expect(Buffer.compare(followed, await original.files.read(map!.filename))).toBe(0);

    const events = await cloud.ask('GET', `/pipeline/${id}/events`, { token: user });
    const states = [...String(events.body.text).matchAll(/"status":"(\w+)"/g)].map(([, state]) => state);
    expect(states).toEqual(['queued', 'running', 'completed']);
    const removed = await cloud.ask('DELETE', `/pipeline/delete?id=${id}`, { token: user });
    expect(removed.status).toBe(200);
    expect((await fetch(result.link)).ok).toBe(false);
  });

  test('a cancelled job stops its execution, and what it still reports changes nothing', async () => {
    const id = String((await queue(data)).body.pipeline);
    const { lease } = await jobOf(id);
    const cancelled = await cloud.ask('POST', `/pipeline/${id}/cancel`, { token: user });
    expect(cancelled.body.status).toBe('cancelled');
    const { sfn } = clientsOf(cloud.home);
    const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn: lease!.worker }));
    expect(status).toBe('ABORTED');
    const late = await callBack(unit.callbackSecret, 'completed', { pipeline: id, lease: lease!.id });
    expect(late.body).toEqual({ status: 'cancelled', applied: false });
  });

  test('an execution that ended without a word is found, and the job is tried again', async () => {
    const id = String((await queue(data)).body.pipeline);
    const before = await jobOf(id);
    const { sfn } = clientsOf(cloud.home);
    await cloud.deps.launchers.aws!.stop(
      (await cloud.deps.records.units.byId(unit.computingUnitId))!,
      before,
    );
    const lease = { ...before.lease!, expiresAt: new Date(Date.now() - 1000).toISOString() };
    const event = { at: new Date().toISOString(), type: 'progress', data: { progress: 0 } } as const;
    await cloud.deps.records.pipelines.transition({ ...before, lease }, ['running'], event);
    await sweep(cloud.deps);
    expect((await jobOf(id)).status).toBe('queued');
    await cloud.deps.launchers.aws!.start(
      (await cloud.deps.records.units.byId(unit.computingUnitId))!,
      await jobOf(id),
    );
    const after = await jobOf(id);
    expect(after).toMatchObject({ status: 'running', attempts: 2 });
    expect(after.lease!.id).not.toBe(before.lease!.id);
    const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn: after.lease!.worker }));
    expect(status).toBe('RUNNING');
  });
});

describe('mode 2', () => {
  let place: Place;
  let unit: Awaited<ReturnType<typeof registered>>['body'];
  const roleArn = `arn:aws:iam::222222222222:role/mroptimum-${randomUUID().slice(0, 8)}`;
  beforeAll(async () => {
    place = await makePlace('222222222222');
    const answer = await registered(place, user, { mode: 'mode2' });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    unit = answer.body;
  });
  const check = async () =>
    (await cloud.ask('POST', `/computing-unit/${unit.computingUnitId}/check`, { token: user })).body;

  test('a role that asks for no external id is refused; the right one is not', async () => {
    expect(await check()).toMatchObject({ ok: false });
    cloud.trusts.set(roleArn, { account: place.account, externalId: undefined });
    const refused = await registered(place, user, { mode: 'mode2', crossAccountRoleArn: roleArn });
    expect(refused).toMatchObject({ status: 422, body: { error: { code: 'MRO_BRAIN_UNIT' } } });
    cloud.trusts.set(roleArn, { account: place.account, externalId: unit.externalId });
    const accepted = await registered(place, user, { mode: 'mode2', crossAccountRoleArn: roleArn });
    expect(accepted.status, JSON.stringify(accepted.body)).toBe(200);
    expect(await check()).toMatchObject({ ok: true });
    cloud.trusts.set(roleArn, { account: place.account, externalId: undefined });
    expect(await check()).toMatchObject({ ok: false });
    cloud.trusts.set(roleArn, { account: place.account, externalId: unit.externalId });
    expect(await check()).toMatchObject({ ok: true });
  });

  test('data and results lie in the account of the user; keys are taken on once', async () => {
    const asked = cloud.assumed.length;
    const data = await upload('mine.dat', twix, unit.computingUnitId);
    const file = (await cloud.deps.records.data.byId(data))!;
    expect(file.unitId).toBe(unit.computingUnitId);
    const { s3 } = clientsOf(place);
    await s3.send(new GetObjectCommand({ Bucket: place.dataBucket, Key: file.objectKey }));
    const listed = await cloud.ask('GET', `/data/${data}`, { token: user });
    expect(new URL(String(listed.body.link)).pathname).toContain(place.dataBucket);
    expect(listed.body.computing_unit_id).toBe(unit.computingUnitId);

    // Nobody named a unit: the one that can read the file is taken, though mode 1 comes first.
    const queued = await queue(data);
    expect(queued.status, JSON.stringify(queued.body)).toBe(200);
    const id = String(queued.body.pipeline);
    const staged = await stagedOf(place, id);
    expect(staged.deliver.results.bucket).toBe(place.resultsBucket);
    const bytes = await bundleOf();
    await s3.send(
      new PutObjectCommand({ Bucket: place.resultsBucket, Key: staged.deliver.results.key, Body: bytes }),
    );
    const told = await callBack(unit.callbackSecret, 'completed', { pipeline: id, lease: staged.lease });
    expect(told.body).toEqual({ status: 'completed', applied: true });
    const { body } = await cloud.ask('GET', `/pipeline/${id}/results`, { token: user });
    const result = body as unknown as PipelineResult;
    expect(new URL(result.link).pathname).toContain(place.resultsBucket);
    const link = result.data[0]!.link.replace(/^https:\/\/[^/]+/, '');
    const redirect = await cloud.app.request(link);
    expect(redirect.headers.get('location')).toContain(place.dataBucket);
    expect((await fetch(redirect.headers.get('location')!)).status).toBe(200);
    expect(cloud.assumed.length).toBe(asked);
  });

  test('a job reads only what its unit reaches', async () => {
    const here = await upload('here.dat', twix);
    const there = await upload('there.dat', twix, unit.computingUnitId);
    const far = await queue(here, { computing_unit_id: unit.computingUnitId });
    expect(far).toMatchObject({ status: 422, body: { error: { code: 'MRO_BRAIN_UNIT' } } });
    expect((await queue(there, { mode: 'mode1' })).status).toBe(422);
  });

  test('without its unit a file is listed without a link, and can be deleted', async () => {
    const data = await upload('left.dat', twix, unit.computingUnitId);
    const removed = { computingUnitId: unit.computingUnitId };
    await cloud.ask('POST', '/computing-unit/delete', { token: user, body: removed });
    expect((await cloud.ask('GET', `/data/${data}`, { token: user })).body.link).toBe('');
    expect((await cloud.ask('POST', `/data/delete/${data}`, { token: user })).status).toBe(200);
  });
});

test('no token, password or secret is logged', () => {
  const text = cloud.logged.join('\n');
  expect(text).not.toContain(password);
  expect(text).not.toMatch(/eyJ|X-Amz-Signature|of the test/);
});
