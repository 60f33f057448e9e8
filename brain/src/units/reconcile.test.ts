import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPlatform, type Platform } from '../../test/platform.ts';
import { storedZip } from '../../test/zip.ts';
import type { ComputingUnit, Pipeline } from '../entities.ts';
import { bundleKey, newLeaseId } from '../pipelines/keys.ts';
import { pipeline, unit } from '../providers/contractTests/samples.ts';
import type { ExecutionState, Launcher } from '../providers/launcher.ts';
import { sweep } from './watch.ts';

/** A unit in the cloud that is asked, and what it answers. */
let state: ExecutionState | 'away';
let started: string[];
let platform: Platform;
let cloud: ComputingUnit;

const launcher = (): Launcher => ({
  pushes: true,
  start: async (_unit, one) => {
    started.push(one.id);
    const lease = { id: newLeaseId(one.id), worker: 'arn', expiresAt: inMinutes(10) };
    const running = { ...one, status: 'running', attempts: one.attempts + 1, lease } as const;
    const event = { at: now(), type: 'state', data: { status: 'running' } } as const;
    return (await platform.deps.records.pipelines.transition(running, ['queued'], event)) ?? one;
  },
  describe: async () => {
    if (state === 'away') throw new Error('AccessDenied');
    return state;
  },
  stop: async () => {},
  check: async () => [],
});

const now = () => new Date(platform.clock.now).toISOString();
const inMinutes = (minutes: number) => new Date(platform.clock.now + 60_000 * minutes).toISOString();

beforeEach(async () => {
  started = [];
  platform = await createPlatform();
  Object.assign(platform.deps.launchers, { aws: launcher() });
  cloud = unit({ mode: 'mode1', provider: 'aws' });
  await platform.deps.records.units.create(cloud);
});
afterEach(() => platform.close());

/** A running job whose lease ended a minute ago. */
async function overdue(changes: Partial<Pipeline> = {}): Promise<Pipeline> {
  const base = pipeline({
    unitId: cloud.id,
    mode: 'mode1',
    status: 'running',
    attempts: 1,
    createdAt: now(),
  });
  const lease = { id: newLeaseId(base.id), worker: 'arn', expiresAt: inMinutes(-1) };
  return platform.deps.records.pipelines.create({ ...base, lease, startedAt: now(), ...changes });
}
const look = async ({ id }: Pipeline) => (await platform.deps.records.pipelines.byId(id))!;

describe('a job in the cloud that is past its time', () => {
  test.each(['running', 'waiting'] as const)('that is %s gets more time', async (answer) => {
    state = answer;
    const job = await overdue();
    await sweep(platform.deps);
    expect(await look(job)).toMatchObject({
      status: 'running',
      lease: { id: job.lease!.id, expiresAt: inMinutes(10) },
    });
  });

  test('that succeeded without a word is completed only with its bundle', async () => {
    state = 'succeeded';
    const job = await overdue();
    await sweep(platform.deps);
    expect(await look(job)).toMatchObject({ status: 'failed', error: { code: 'MRO_BUNDLE_MISSING' } });
  });

  test('that failed tells what its failure bundle says', async () => {
    state = 'failed';
    const job = await overdue();
    const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
    const error = { code: 'MRO_RAW_CORRUPT', message: 'It cannot be read.', hint: 'Upload it again.' };
    const zip = storedZip([
      ['error.json', text(error)],
      ['info.json', text({ headers: { calculation_time: 0, options: {}, log: [] }, data: [], info: {} })],
    ]);
    await platform.deps.objects.put(bundleKey('failure', job.lease!.id), zip);
    await sweep(platform.deps);
    expect(await look(job)).toMatchObject({ status: 'failed', error });
  });

  test('that failed without a bundle, or never started, is tried again, three times in all', async () => {
    for (const answer of ['failed', 'unknown'] as const) {
      state = answer;
      const job = await overdue();
      await sweep(platform.deps);
      expect((await look(job)).status).toBe('queued');
      expect(started).not.toContain(job.id);
      platform.clock.now += 61_000;
      await sweep(platform.deps);
      expect(started).toContain(job.id);
      expect(await look(job)).toMatchObject({ status: 'running', attempts: 2 });
      const last = await overdue({ attempts: 3 });
      await sweep(platform.deps);
      expect(await look(last)).toMatchObject({ status: 'failed', error: { code: 'MRO_JOB_LOST' } });
    }
  });

  test('that cannot be settled does not keep others from it', async () => {
    state = 'succeeded';
    const [one, other] = [await overdue({ createdAt: inMinutes(-5) }), await overdue()];
    const { open } = platform.deps.objects;
    const broken = bundleKey('result', one.lease!.id);
    platform.deps.objects.open = async (key) => {
      if (key === broken) throw new Error('the network is down');
      return open(key);
    };
    await sweep(platform.deps);
    expect((await look(one)).status).toBe('running');
    expect((await look(other)).status).toBe('failed');
  });

  test('of a unit that cannot be asked waits a day', async () => {
    state = 'away';
    const job = await overdue();
    await sweep(platform.deps);
    expect((await look(job)).status).toBe('running');
    platform.clock.now += 25 * 3600_000;
    await sweep(platform.deps);
    expect(await look(job)).toMatchObject({ status: 'failed', error: { code: 'MRO_BRAIN_UNIT' } });
  });
});

test('a job whose server ended before it was started is started by the next round', async () => {
  const created = { createdAt: now(), updatedAt: now() };
  const job = await platform.deps.records.pipelines.create(
    pipeline({ unitId: cloud.id, mode: 'mode1', ...created }),
  );
  const gone = await platform.deps.records.pipelines.create(
    pipeline({ unitId: 'gone', mode: 'mode1', ...created }),
  );
  await sweep(platform.deps);
  expect(started).toEqual([]);
  platform.clock.now += 61_000;
  await sweep(platform.deps);
  expect(started).toEqual([job.id]);
  expect(await look(gone)).toMatchObject({ status: 'failed', error: { code: 'MRO_BRAIN_UNIT' } });
});
