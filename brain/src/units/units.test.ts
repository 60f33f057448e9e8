import { memoryZipSink, writeBundle } from '@mroptimum/bundle';
import {
  callbackSignatureHeader,
  callbackTimeHeader,
  callbackUnitHeader,
  type Lease,
  MroError,
  resultMaps,
  signCallback,
  unitOfSecret,
} from '@mroptimum/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLibrary, libraryOf, npyFile } from '../../test/library.ts';
import { bundleKey } from '../pipelines/keys.ts';
import { completeJob } from './callbacks.ts';
import { sweep } from './watch.ts';

type Library = Awaited<ReturnType<typeof createLibrary>>;
type User = Awaited<ReturnType<typeof libraryOf>>;

let library: Library;
let other: User;
let data: string;
let bundle: Uint8Array;

beforeAll(async () => {
  library = await createLibrary();
  other = await libraryOf(library, await library.addUser('bob'));
  const { body } = await library.upload('signal.npy', npyFile([4, 8, 8]));
  data = String((body.response as { id?: string } | undefined)?.id ?? body.id);
  const snr = { shape: [1, 4, 8], data: new Float32Array(32).fill(12), complex: false };
  const info = { options: {}, log: [], calculationTime: 1, summary: { slices: 1, method: 'ac' } };
  bundle = (await writeBundle(memoryZipSink(), { maps: [{ map: resultMaps.snr, volume: snr }], info }))
    .result;
});
afterAll(() => library.close());

const task = (id: string, name = 'ac') => ({
  version: 'v0',
  name,
  options: {
    reconstructor: {
      name: 'rss',
      options: { signal: { type: 'file', id, options: { type: 's3', bucket: 'b', key: 'k' } } },
    },
  },
});

const queue = async (more: object = {}, headers?: Record<string, string>) =>
  library.request('POST', '/task/queue', { alias: 'job', task: task(data), ...more }, headers);
const queued = async (): Promise<string> => {
  library.clock.now += 10;
  const { status, body } = await queue();
  expect(status, JSON.stringify(body)).toBe(200);
  return String(body.pipeline);
};

const room = { worker: 'w', memoryBytes: 8e9, threads: 1, waitSeconds: 0 };
const lease = async (who: User = library, more: object = {}): Promise<Lease | null> => {
  const { status, body } = await who.request('POST', '/unit/lease', { ...room, ...more });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.lease as Lease | null;
};
const taken = async (): Promise<Lease> => {
  const given = await lease();
  expect(given).not.toBeNull();
  return given!;
};
const beat = async (held: Lease, body: object = {}, who: User = library) =>
  (await who.request('POST', `/unit/lease/${held.leaseId}/heartbeat`, body)).body;
const job = async (id: string) => (await library.request('GET', `/pipeline/${id}`)).body;

async function put(held: Lease, bytes = bundle, kind = 'result'): Promise<number> {
  const { body } = await library.request('POST', `/unit/lease/${held.leaseId}/output`, {
    kind,
    size: bytes.length,
  });
  return (await library.app.request(String(body.url), { method: 'PUT', body: bytes.slice() })).status;
}

interface Report {
  readonly secret?: string;
  readonly at?: number;
  readonly path?: string;
  readonly more?: object;
  /** Who the sender says he is. */
  readonly unit?: string;
}

async function report(what: 'completed' | 'failed', held: Lease, options: Report = {}) {
  const { secret = held.secret, at = library.clock.now, path = what } = options;
  const body = JSON.stringify({ pipeline: held.pipeline, lease: held.leaseId, ...options.more });
  const time = Math.floor(at / 1000);
  return library.ask('POST', `/api/pipeline/${path}`, {
    body,
    headers: {
      'Content-Type': 'application/json',
      [callbackTimeHeader]: String(time),
      [callbackSignatureHeader]: await signCallback(secret, time, body),
      ...(options.unit !== undefined && { [callbackUnitHeader]: options.unit }),
    },
  });
}
const failure = { more: { error: { code: 'MRO_JOB_MASK', message: 'No.', hint: 'Yes.' } } };

beforeEach(async () => {
  // The user's unit is made when a worker of his first asks; what earlier tests left is taken away.
  await lease();
  const { jobs } = (await library.request('GET', '/pipeline/list')).body as { jobs: { id: string }[] };
  for (const { id } of jobs) await library.request('DELETE', `/pipeline/delete?id=${id}`);
});

describe('leases', () => {
  test('hand out the oldest job once, with links to its files and no secret inside the job', async () => {
    const [first, second] = [await queued(), await queued()];
    const held = await taken();
    expect(held).toMatchObject({ pipeline: first, attempt: 1, inputs: [{ filename: 'signal.npy' }] });
    expect(JSON.stringify(held.job)).not.toMatch(/secret|http|token/i);
    const got = await library.app.request(held.inputs[0]!.url);
    expect((await got.arrayBuffer()).byteLength).toBe(held.inputs[0]!.size);
    expect(await taken()).toMatchObject({ pipeline: second });
    expect(await lease()).toBeNull();
  });

  test('wait for a job that is queued in the meantime', async () => {
    const waiting = lease(library, { waitSeconds: 10 });
    const id = await queued();
    expect(await waiting).toMatchObject({ pipeline: id });
  });

  test('of a user’s worker never hold jobs of others', async () => {
    await queued();
    expect(await lease(other)).toBeNull();
    const held = await taken();
    expect(await beat(held, { progress: 0.5 }, other)).toEqual({ verdict: 'lost' });
    const { status } = await other.request('POST', `/unit/lease/${held.leaseId}/output`, {
      kind: 'result',
      size: 10,
    });
    expect(status).toBe(409);
    await other.request('POST', `/unit/lease/${held.leaseId}/release`);
    expect(await job(held.pipeline)).toMatchObject({ status: 'running' });
  });

  test('last as long as heartbeats come, which carry progress and lines', async () => {
    await queued();
    const held = await taken();
    for (let minute = 0; minute < 3; minute += 1) {
      library.clock.now += minute === 0 ? 9_000 : 25_000;
      const line = { when: 'now', what: `Slice of ada@lab.example`, type: 'procedure' };
      expect(await beat(held, { progress: 0.1 * minute, log: [line] })).toEqual({ verdict: 'continue' });
      expect(await sweep(library.deps)).toBe(0);
    }
    expect(await job(held.pipeline)).toMatchObject({ status: 'running', progress: 0.2 });
    const events = await library.deps.records.pipelines.events(held.pipeline, 0, 100);
    expect(events.filter(({ type }) => type === 'log')).toHaveLength(3);
    expect(JSON.stringify(events)).not.toContain('ada@lab');
  });

  test('end 30 s after the last heartbeat; the third lost worker fails the job', async () => {
    const id = await queued();
    let first: Lease | undefined;
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const held = await taken();
      first ??= held;
      expect(held).toMatchObject({ pipeline: id, attempt });
      library.clock.now += 9_000;
      expect(await beat(held)).toEqual({ verdict: 'continue' });
      library.clock.now += 29_000;
      expect(await sweep(library.deps)).toBe(0);
      library.clock.now += 2_000;
      expect(await sweep(library.deps)).toBe(1);
      expect(await beat(held)).toEqual({ verdict: 'lost' });
    }
    expect(await job(id)).toMatchObject({ status: 'failed', error: { code: 'MRO_JOB_LOST' } });
    expect((await report('completed', first!)).body).toEqual({ status: 'failed', applied: false });
    const retried = await library.request('POST', `/pipeline/${id}/retry`);
    expect(retried.body).toMatchObject({ status: 'queued', attempts: 0 });
    expect(retried.body.error).toBeUndefined();
  });

  test('whose worker never reports end after 10 s: the answer may not have arrived', async () => {
    await queued();
    await taken();
    library.clock.now += 11_000;
    expect(await sweep(library.deps)).toBe(1);
  });

  test('that are released count as no attempt', async () => {
    const id = await queued();
    const held = await taken();
    await library.request('POST', `/unit/lease/${held.leaseId}/release`);
    expect(await job(id)).toMatchObject({ status: 'queued', attempts: 0 });
  });

  test('fail a job whose file was removed, and go on with the next', async () => {
    const { body } = await library.upload('gone.npy', npyFile([4, 8, 8]));
    const gone = String((body.response as { id?: string } | undefined)?.id ?? body.id);
    const lost = await queue({ task: task(gone) });
    const next = await queued();
    await library.deps.records.data.delete(gone);
    expect(await taken()).toMatchObject({ pipeline: next });
    expect(await job(String(lost.body.pipeline))).toMatchObject({
      status: 'failed',
      error: { code: 'MRO_JOB_FETCH' },
    });
  });
});

describe('callbacks', () => {
  test('complete a job once its bundle was opened; repeated and late ones change nothing', async () => {
    const id = await queued();
    const held = await taken();
    expect(await put(held)).toBe(200);
    expect((await report('completed', held)).body).toEqual({ status: 'completed', applied: true });
    const done = await job(id);
    expect(done).toMatchObject({ status: 'completed', progress: 1, result: { method: 'ac' } });
    expect((await report('completed', held)).body).toEqual({ status: 'completed', applied: false });
    expect((await report('failed', held, failure)).body).toEqual({ status: 'completed', applied: false });
    expect(await job(id)).toEqual({ ...done, files: expect.any(Array) });
    const results = await library.request('GET', `/pipeline/${id}/results`);
    expect(results.body.data).toHaveLength(1);
  });

  test('without a bundle, or with a damaged one, fail the job', async () => {
    await queued();
    const without = await taken();
    expect((await report('completed', without)).body).toEqual({ status: 'failed', applied: true });
    await queued();
    const damaged = await taken();
    await put(
      damaged,
      bundle.map((byte, index) => (index === 60 ? byte ^ 255 : byte)),
    );
    expect((await report('completed', damaged)).body).toEqual({ status: 'failed', applied: true });
    expect((await job(damaged.pipeline)).error).toMatchObject({
      code: expect.stringMatching(/^MRO_BUNDLE_/),
    });
  });

  test('of a calculation that was killed let it be tried again, three times in all', async () => {
    const id = await queued();
    const killed = { code: 'MRO_JOB_LOST', message: 'The calculation ended (SIGKILL).', hint: 'Memory.' };
    for (const status of ['queued', 'queued', 'failed']) {
      const held = await taken();
      await put(held, bundle, 'failure');
      const said = { more: { error: killed, bundle: true } };
      expect((await report('failed', held, said)).body).toEqual({ status, applied: true });
      expect(await library.deps.objects.open(bundleKey('failure', held.leaseId))).toBeUndefined();
    }
    expect(await job(id)).toMatchObject({ status: 'failed', attempts: 3, error: killed });
  });

  test('leave the job alone while the disk cannot be read: the unit reports again', async () => {
    const id = await queued();
    const held = await taken();
    await put(held);
    const { deps } = library;
    const open = async (): Promise<never> => {
      throw new MroError('MRO_BRAIN_STORAGE', 'The disk of the server says EIO.');
    };
    const blind = { ...deps, objects: { ...deps.objects, open } };
    await expect(completeJob(blind, id, held.leaseId)).rejects.toMatchObject({ code: 'MRO_BRAIN_STORAGE' });
    expect(await job(id)).toMatchObject({ status: 'running' });
    expect((await report('completed', held)).body).toEqual({ status: 'completed', applied: true });
  });

  test('of an earlier attempt change nothing of the later one', async () => {
    await queued();
    const early = await taken();
    await put(early);
    library.clock.now += 31_000;
    await sweep(library.deps);
    expect(await library.deps.objects.open(bundleKey('result', early.leaseId))).toBeUndefined();
    const late = await taken();
    expect((await report('completed', early)).body).toEqual({ status: 'running', applied: false });
    expect((await report('failed', early, failure)).body).toEqual({ status: 'running', applied: false });
    await put(late);
    expect((await report('completed', late)).body).toEqual({ status: 'completed', applied: true });
  });

  test('are taken under both addresses, and only for the job that the address names', async () => {
    await queued();
    const held = await taken();
    expect((await report('failed', held, { ...failure, path: 'failed/another' })).status).toBe(401);
    const answer = await report('failed', held, { ...failure, path: `failed/${held.pipeline}` });
    expect(answer.body).toEqual({ status: 'failed', applied: true });
    expect((await job(held.pipeline)).error).toMatchObject({ code: 'MRO_JOB_MASK' });
  });

  test('must be signed with the secret of the lease, lately', async () => {
    await queued();
    const held = await taken();
    const refused = [
      await report('completed', held, { secret: 'guess' }),
      await report('completed', held, { at: library.clock.now - 301_000 }),
      await report('completed', held, { at: library.clock.now + 301_000 }),
      await report('completed', { ...held, pipeline: 'unknown' }),
      await library.ask('POST', '/api/pipeline/completed', { body: {} }),
      await library.ask('POST', '/api/pipeline/completed', { body: 'no json' }),
    ];
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 401));
    expect(await job(held.pipeline)).toMatchObject({ status: 'running' });
    const unit = await library.deps.records.units.byId(held.computingUnitId);
    await put(held);
    const own = await report('completed', held, { secret: unit!.callbackSecret });
    expect(own.body).toEqual({ status: 'completed', applied: true });
  });

  test('of a job that was deleted are answered, to the unit that names itself and to nobody else', async () => {
    await queued();
    const held = await taken();
    const { units } = library.deps.records;
    const its = (await units.byId(held.computingUnitId))!;
    const secret = its.callbackSecret;
    const unit = unitOfSecret(secret)!;
    expect(unit).toBe(held.computingUnitId);
    expect((await library.request('DELETE', `/pipeline/delete?id=${held.pipeline}`)).status).toBe(200);
    const gone = { status: 200, body: { status: 'deleted', applied: false } };
    expect(await report('completed', held, { secret, unit })).toMatchObject(gone);
    expect(await report('failed', held, { ...failure, secret, unit })).toMatchObject(gone);
    expect(await report('completed', { ...held, pipeline: 'never there' }, { secret, unit })).toMatchObject(
      gone,
    );

    await queued();
    const running = await taken();
    const foreign = { ...its, id: 'foreign', ownerId: 'somebody', callbackSecret: 'another' };
    await units.create(foreign);
    const refused = [
      await report('completed', held, { secret }),
      await report('completed', held, { secret: 'guess', unit }),
      await report('completed', held, { secret, unit: foreign.id }),
      await report('completed', held, { secret, unit, at: library.clock.now - 301_000 }),
      await report('completed', running, { secret: 'guess', unit }),
      await report('completed', running, { secret: 'guess', unit: foreign.id }),
    ];
    const said = refused.map(({ status, body }) => {
      const { requestId: _each, ...error } = body.error as Record<string, unknown>;
      return { status, error };
    });
    expect(said[0]).toMatchObject({ status: 401, error: { code: 'MRO_BRAIN_SIGNATURE' } });
    expect(said).toEqual(said.map(() => said[0]));
    // To another unit, a job that is not its own is as one that is not there.
    const from = { secret: foreign.callbackSecret, unit: foreign.id };
    expect(await report('completed', running, from)).toMatchObject(gone);
    expect(await job(running.pipeline)).toMatchObject({ status: 'running' });
  });

  test('after a cancellation change nothing', async () => {
    await queued();
    const held = await taken();
    await put(held);
    await library.request('POST', `/pipeline/${held.pipeline}/cancel`);
    expect(await beat(held)).toEqual({ verdict: 'cancel' });
    expect((await report('completed', held)).body).toEqual({ status: 'cancelled', applied: false });
  });
});
