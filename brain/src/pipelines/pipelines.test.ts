import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLibrary, libraryOf, npyFile } from '../../test/library.ts';
import { ensureLocalUnit } from '../computing-units/service.ts';
import type { Pipeline } from '../entities.ts';
import { changePipeline, stateEvent } from './change.ts';
import { followPipeline } from './events.ts';
import { requireQuota } from './quota.ts';

type Library = Awaited<ReturnType<typeof createLibrary>>;
type Other = Awaited<ReturnType<typeof libraryOf>>;

let library: Library;
let other: Other;
let file: { id: string; key: string };

beforeAll(async () => {
  library = await createLibrary();
  const owner = await library.addUser('operator', { role: 'admin' });
  await ensureLocalUnit(library.deps, owner.id);
  other = await libraryOf(library, await library.addUser('bob'));
  await library.upload('Größe.npy', npyFile([4, 8, 8]));
  const [uploaded] = await library.list();
  file = { id: uploaded!.id, key: JSON.parse(uploaded!.location).Key };
});
afterAll(() => library.close());
beforeEach(() => {
  library.clock.now += 1000;
});

type Reference = { id?: string | number; options?: object };
const task = ({ id = 1, options = {} }: Reference = { id: file.id }, more: object = {}) => ({
  version: 'v0',
  name: 'ac',
  options: {
    reconstructor: {
      name: 'rss',
      options: {
        signal: { type: 'file', id, options: { type: 's3', bucket: 'b', key: 'none', ...options } },
        ...more,
      },
    },
  },
});
const queue = (more: object = {}, headers?: Record<string, string>) =>
  library.request('POST', '/task/queue', { alias: 'scan 1', task: task(), ...more }, headers);
const queued = async (more: object = {}): Promise<string> => {
  const { status, body } = await queue(more);
  expect(status, JSON.stringify(body)).toBe(200);
  return String(body.pipeline);
};
const errorOf = ({ body }: { body: Record<string, unknown> }) =>
  body.error as { code: string; message: string };

describe('queueing', () => {
  test('answers as existing clients expect, under both addresses', async () => {
    for (const path of ['/task/queue', '/pipeline/queue_job']) {
      const { body } = await library.request('POST', path, {
        cloudapp_name: 'MR Optimum',
        alias: 'scan 1',
        mode: 'mode_1',
        task: { ...task(), token: 'eyJsecret', output: { matlab: true } },
        version: 'v0',
      });
      expect(body).toMatchObject({
        pipelineId: body.pipeline,
        id: body.pipeline,
        executionArn: `local:${body.pipeline}`,
        computingUnit: { mode: 'local', alias: 'This server' },
        job: { alias: 'scan 1', status: 'queued', setup: { output: { matlab: true } }, files: [] },
      });
      expect(JSON.stringify(body)).not.toContain('eyJsecret');
    }
  });

  test('finds files by id and by key, and names them in the job', async () => {
    for (const reference of [{ id: file.id }, { id: 1, options: { key: file.key } }]) {
      const { body } = await queue({ task: task(reference) });
      expect(body).toMatchObject({
        job: {
          setup: {
            task: {
              options: {
                reconstructor: {
                  options: { signal: { id: file.id, options: { key: file.key, filename: 'Größe.npy' } } },
                },
              },
            },
          },
        },
      });
    }
  });

  test('refuses files of others, files that do not exist, and addresses elsewhere', async () => {
    const body = { alias: '', task: task() };
    const foreign = await other.request('POST', '/task/queue', body);
    expect(foreign.status).toBe(404);
    expect(errorOf(foreign).message).toContain('task.options.reconstructor.options.signal');
    expect(
      (await other.request('POST', '/task/queue', { task: task({ options: { key: file.key } }) })).status,
    ).toBe(404);
    expect((await queue({ task: task({ id: 'unknown-file' }) })).status).toBe(404);
    const elsewhere = { type: 'url', presigned_url: 'http://169.254.169.254/latest' };
    expect((await queue({ task: task({ options: elsewhere }) })).status).toBe(404);
  });

  test('says which field of a task is wrong', async () => {
    const wrong = await queue({ task: task(undefined, { accelerations: [0, 1], decimate: 'x' }) });
    const bad = await queue({ task: { version: 'v0', name: 'magic' } });
    expect(wrong.status).toBe(200);
    expect(bad.status).toBe(422);
    expect(errorOf(bad)).toMatchObject({ code: 'MRO_TASK_INVALID' });
    expect((await queue({ task: undefined })).status).toBe(422);
  });

  test('twice with one key gives one job; with another task it is refused', async () => {
    const key = { 'Idempotency-Key': 'once' };
    const [one, two] = await Promise.all([queue({}, key), queue({}, key)]);
    expect(one!.body.pipeline).toBe(two!.body.pipeline);
    expect((await queue({}, key)).body.pipeline).toBe(one!.body.pipeline);
    const changed = { ...task(), name: 'pmr' };
    expect((await queue({ task: changed }, key)).status).toBe(409);
    expect((await other.request('POST', '/task/queue', { task: task() }, key)).status).toBe(404);
  });

  test('takes the id of a reservation', async () => {
    const { body } = await library.request('POST', '/pipeline/request', { alias: 'x' });
    const id = await queued({ pipeline: body.pipeline });
    expect(id).toBe(body.pipeline);
    expect(await queued({ pipeline: body.pipeline })).toBe(id);
    expect((await queue({ pipeline: '../etc' })).status).toBe(422);
  });

  test('chooses a unit by id, by mode, or at all', async () => {
    const { computingUnits } = (await library.request('GET', '/computing-unit/list')).body as {
      computingUnits: { computingUnitId: string }[];
    };
    const unit = computingUnits[0]!.computingUnitId;
    expect((await queue({ computing_unit_id: unit })).status).toBe(200);
    expect(errorOf(await queue({ computing_unit_id: 'none' }))).toMatchObject({
      code: 'MRO_BRAIN_NOT_FOUND',
    });
    expect(errorOf(await queue({ mode: 'mode_2' }))).toMatchObject({ code: 'MRO_BRAIN_UNIT' });
    expect(errorOf(await queue({ mode: 'mode_9' }))).toMatchObject({ code: 'MRO_BRAIN_INVALID' });
  });

  test('ends at the quota of the month, and goes on with the next', async () => {
    const user = (await library.deps.records.users.byId(library.user.id))!;
    const queued = await queue();
    const { count } = (await library.request('GET', '/pipeline/count_calculations?mode=local')).body;
    const withQuota = { ...user, quota: { jobsPerMonth: { local: Number(count) } } };
    const refusal = expect.objectContaining({
      details: { limit: count, current_count: count, mode: 'local' },
    });
    await expect(requireQuota(library.deps, withQuota, 'local')).rejects.toEqual(refusal);
    const deleted = await library.request('DELETE', `/pipeline/delete?id=${queued.body.pipeline}`);
    expect(deleted.status).toBe(200);
    await expect(requireQuota(library.deps, withQuota, 'local')).rejects.toEqual(refusal);
    const april = { ...library.deps, clock: () => new Date('2026-04-01T00:00:00Z') };
    await requireQuota(april, withQuota, 'local');

    const none = await other.request('GET', '/pipeline/count_calculations');
    expect(none.body).toEqual({ count: 0, mode: 'all' });
    const limited = (await library.deps.records.users.byId(other.user.id))!;
    await library.deps.records.users.update({ ...limited, quota: { jobsPerMonth: { local: 0 } } });
    await other.upload('signal.npy', npyFile([4, 8, 8]));
    const [own] = await other.list();
    const refused = await other.request('POST', '/task/queue', { task: task({ id: own!.id }) });
    expect(refused).toMatchObject({
      status: 403,
      body: {
        error: { code: 'MRO_BRAIN_QUOTA', message: 'Monthly limit of 0 local calculations reached.' },
        limit: 0,
        current_count: 0,
        mode: 'local',
      },
    });
  });
});

describe('jobs', () => {
  test('are listed page by page, newest first, with what clients look for', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      library.clock.now += 10;
      ids.unshift(await queued());
    }
    const first = (await library.request('GET', '/pipeline/list?limit=3&cloudapp_name=MR%20Optimum')).body;
    const jobs = first.jobs as { id: string }[];
    expect(jobs.length).toBe(3);
    const second = (await library.request('GET', `/pipeline/list?limit=3&cursor=${first.nextCursor}`)).body;
    const seen = [...jobs, ...(second.jobs as { id: string }[])].map(({ id }) => id);
    expect(new Set(seen).size).toBe(6);
    expect(ids.every((id) => seen.includes(id) || id === ids.at(-1))).toBe(true);
    expect(jobs[0]).toMatchObject({ status: 'queued', alias: 'scan 1', setup: {}, files: [] });
  });

  test('of others are nowhere', async () => {
    const id = await queued();
    const answers = await Promise.all([
      other.request('GET', `/pipeline/${id}`),
      other.request('GET', `/pipeline/status/${id}`),
      other.request('GET', `/pipeline/${id}/events`),
      other.request('POST', `/pipeline/${id}/cancel`),
      other.request('POST', `/pipeline/${id}/retry`),
      other.request('POST', '/pipeline/update', { id, alias: 'mine' }),
      other.request('DELETE', `/pipeline/delete?id=${id}`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect((await other.request('GET', '/pipeline/list')).body.jobs).toEqual([]);
  });

  test('are renamed, unless somebody else did so before', async () => {
    const id = await queued();
    const { headers } = await library.request('GET', `/pipeline/${id}`);
    const etag = { 'If-Match': headers.get('etag')! };
    const renamed = await library.request(
      'POST',
      '/pipeline/update',
      { pipeline_id: id, alias: 'Kopf' },
      etag,
    );
    expect(renamed.body).toMatchObject({ id, alias: 'Kopf', status: 'queued' });
    const late = await library.request('POST', '/pipeline/update', { id, alias: 'Fuß' }, etag);
    expect(late.status).toBe(412);
  });

  test('are cancelled, tried again and removed', async () => {
    const id = await queued();
    const post = (what: string) => library.request('POST', `/pipeline/${id}/${what}`);
    expect((await post('retry')).status).toBe(409);
    expect((await post('cancel')).body).toMatchObject({ status: 'cancelled' });
    expect((await post('cancel')).body).toMatchObject({ status: 'cancelled' });
    expect((await post('retry')).body).toMatchObject({ status: 'queued' });
    expect((await library.request('GET', `/pipeline/status/${id}`)).body).toMatchObject({ status: 'queued' });
    expect((await library.request('DELETE', `/pipeline/delete?id=${id}`)).status).toBe(200);
    expect((await library.request('GET', `/pipeline/${id}`)).status).toBe(404);
  });
});

describe('events', () => {
  const step = (id: string, status: Pipeline['status'], from: Pipeline['status']) =>
    changePipeline(library.deps, id, [from], () => ({ fields: { status }, event: stateEvent(status) }));

  test('come as they happen, in order, and end with the job', async () => {
    const id = await queued();
    const seen: unknown[] = [];
    const following = (async () => {
      const never = new AbortController().signal;
      for await (const told of followPipeline(library.deps, id, 0, never))
        if ('event' in told) seen.push(told.event.data.status);
    })();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await step(id, 'running', 'queued');
    await step(id, 'failed', 'running');
    await following;
    expect(seen).toEqual(['queued', 'running', 'failed']);
  });

  test('reach 500 listeners at once', async () => {
    const id = await queued();
    const answers = await Promise.all(
      Array.from({ length: 500 }, () =>
        library.app.request(`/api/pipeline/${id}/events`, {
          headers: { Authorization: `Bearer ${library.token}` },
        }),
      ),
    );
    const texts = Promise.all(answers.map((answer) => answer.text()));
    await step(id, 'running', 'queued');
    await step(id, 'cancelled', 'running');
    for (const text of await texts) {
      expect(text.match(/"status":"(\w+)"/g)?.length).toBe(3);
    }
  });
});
