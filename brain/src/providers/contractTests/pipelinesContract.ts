import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Records } from '../records.ts';
import { expectCode } from './expectCode.ts';
import { later, pipeline } from './samples.ts';

const progress = (value: number) => ({ at: later(1), type: 'progress', data: { progress: value } }) as const;
const state = (status: string) => ({ at: later(1), type: 'state', data: { status } }) as const;

/** Jobs and their events. */
export function pipelinesContract(records: () => Records): void {
  describe('jobs', () => {
    test('begin with an event', async () => {
      const { pipelines } = records();
      const job = pipeline();
      expect(await pipelines.create(job)).toEqual(job);
      expect(await pipelines.byId(job.id)).toEqual(job);
      const first = {
        pipelineId: job.id,
        sequence: 1,
        at: job.createdAt,
        type: 'state',
        data: { status: 'queued' },
      };
      expect(await pipelines.events(job.id, 0, 10)).toEqual([first]);
      await expectCode(pipelines.create(job), 'MRO_BRAIN_EXISTS');
      expect(await pipelines.events(job.id, 0, 10)).toHaveLength(1);
    });

    test('are queued once by idempotency key, each user for himself', async () => {
      const { pipelines } = records();
      const userId = randomUUID();
      const job = pipeline({ userId, idempotencyKey: 'k' });
      const all = await Promise.all(
        [job, pipeline({ userId, idempotencyKey: 'k' }), pipeline({ userId, idempotencyKey: 'k' })].map(
          (one) => pipelines.create(one),
        ),
      );
      expect(new Set(all.map(({ id }) => id)).size).toBe(1);
      expect((await pipelines.listByUser(userId, { limit: 10 })).items).toHaveLength(1);
      const other = pipeline({ userId: randomUUID(), idempotencyKey: 'k' });
      expect((await pipelines.create(other)).id).toBe(other.id);
      await pipelines.delete(all[0]!.id);
      const again = pipeline({ userId, idempotencyKey: 'k' });
      expect((await pipelines.create(again)).id).toBe(again.id);
    });

    test('change state with an event, only from the states named and the version read', async () => {
      const { pipelines } = records();
      const job = await pipelines.create(pipeline());
      const running = await pipelines.transition({ ...job, status: 'running' }, ['queued'], state('running'));
      expect(running).toEqual({ ...job, status: 'running', version: 2 });
      expect(
        await pipelines.transition({ ...job, status: 'running' }, ['queued'], state('running')),
      ).toBeUndefined();
      const wrong = pipelines.transition({ ...running!, status: 'failed' }, ['queued'], state('failed'));
      expect(await wrong).toBeUndefined();
      expect(await pipelines.transition(pipeline(), ['queued'], state('running'))).toBeUndefined();
      expect(await pipelines.byId(job.id)).toEqual(running);
      const events = await pipelines.events(job.id, 0, 10);
      expect(events.map(({ sequence, data }) => [sequence, data.status])).toEqual([
        [1, 'queued'],
        [2, 'running'],
      ]);
    });

    test('of many who take the same job one gets it', async () => {
      const { pipelines } = records();
      const job = await pipelines.create(pipeline());
      const taken = await Promise.all(
        Array.from({ length: 10 }, () =>
          pipelines.transition({ ...job, status: 'running' }, ['queued'], state('running')),
        ),
      );
      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(await pipelines.events(job.id, 0, 20)).toHaveLength(2);
    });

    test('are queued oldest first for their unit', async () => {
      const { pipelines } = records();
      const unitId = randomUUID();
      const made = [2, 1, 3].map((seconds) => pipeline({ unitId, createdAt: later(seconds) }));
      for (const one of [...made, pipeline()]) await pipelines.create(one);
      const times = async () => (await pipelines.queued(unitId, 2)).map(({ createdAt }) => createdAt);
      expect(await times()).toEqual([later(1), later(2)]);
      await pipelines.transition({ ...made[1]!, status: 'running' }, ['queued'], state('running'));
      expect(await times()).toEqual([later(2), later(3)]);
    });

    test('are abandoned when running and their lease has ended', async () => {
      const { pipelines } = records();
      const lease = (expiresAt: string) => ({ id: 'l', worker: 'w', expiresAt });
      const [ended, held, queued] = [
        pipeline({ status: 'running', lease: lease(later(10)) }),
        pipeline({ status: 'running', lease: lease(later(30)) }),
        pipeline({ lease: lease(later(10)) }),
      ];
      for (const one of [ended, held, queued, pipeline({ status: 'running' })]) await pipelines.create(one);
      const found = async (now: string) => (await pipelines.abandoned(now, 10)).map(({ id }) => id);
      expect(await found(later(10))).toEqual([]);
      expect(await found(later(20))).toEqual([ended.id]);
      await pipelines.transition({ ...ended, lease: lease(later(40)) }, ['running'], state('running'));
      expect(await found(later(20))).toEqual([]);
    });

    test('are unstarted while they wait for a unit that is pushed to', async () => {
      const { pipelines } = records();
      const made = [
        pipeline({ mode: 'mode2', updatedAt: later(5) }),
        pipeline({ mode: 'mode1', updatedAt: later(4) }),
        pipeline({ mode: 'local', updatedAt: later(3) }),
        pipeline({ mode: 'mode1', updatedAt: later(3), status: 'running' }),
      ];
      for (const one of made) await pipelines.create(one);
      const found = async (before: string) => (await pipelines.unstarted(before, 10)).map(({ id }) => id);
      expect(await found(later(6))).toEqual([made[1]!.id, made[0]!.id]);
      expect(await found(later(5))).toEqual([made[1]!.id]);
      await pipelines.transition({ ...made[1]!, status: 'running' }, ['queued'], state('running'));
      expect(await found(later(6))).toEqual([made[0]!.id]);
      await pipelines.transition({ ...made[0]!, status: 'running' }, ['queued'], state('running'));
    });

    test('are listed by user and state, and counted', async () => {
      const { pipelines } = records();
      const userId = randomUUID();
      const states = ['queued', 'completed', 'completed', 'failed'] as const;
      const made = states.map((status, i) => pipeline({ userId, status, createdAt: later(i) }));
      for (const one of [...made, pipeline({ userId, mode: 'mode1', createdAt: later(9) }), pipeline()])
        await pipelines.create(one);
      const completed = await pipelines.listByUser(userId, { status: 'completed', limit: 1 });
      expect(completed.items).toEqual([made[2]]);
      const rest = await pipelines.listByUser(userId, {
        status: 'completed',
        limit: 1,
        cursor: completed.nextCursor!,
      });
      expect(rest).toEqual({ items: [made[1]] });
      expect((await pipelines.listByUser(userId, { limit: 10 })).items).toHaveLength(5);
      expect((await pipelines.countByStatus()).queued).toBeGreaterThanOrEqual(4);
    });

    test('stay counted in the month in which they were queued, also when they are deleted', async () => {
      const { pipelines } = records();
      const userId = randomUUID();
      const months = ['2026-01-31T23:59:59.999Z', '2026-02-01T00:00:00.000Z', '2026-02-28T12:00:00.000Z'];
      const made = months.map((createdAt) => pipeline({ userId, createdAt }));
      // A bundle that was brought was not queued.
      const others = [pipeline({ userId, mode: 'mode1' }), pipeline({ userId, status: 'completed' })];
      for (const one of [...made, ...others, pipeline()]) await pipelines.create(one);
      const key = { userId, idempotencyKey: 'k', createdAt: months[0]! };
      for (let again = 0; again < 3; again++) await pipelines.create(pipeline(key));
      await pipelines.delete(made[1]!.id);
      const counted = (mode: string, month: string) => pipelines.countInMonth(userId, mode, month);
      expect(await counted('local', '2026-01')).toBe(2);
      expect(await counted('local', '2026-02')).toBe(2);
      expect(await counted('local', '2026-03')).toBe(0);
      expect(await counted('mode1', '2026-01')).toBe(1);
    });

    test('are deleted with their events', async () => {
      const { pipelines } = records();
      const job = await pipelines.create(pipeline());
      await pipelines.append(job.id, [progress(0.5)]);
      await pipelines.delete(job.id);
      expect(await pipelines.byId(job.id)).toBeUndefined();
      expect(await pipelines.events(job.id, 0, 10)).toEqual([]);
      await expectCode(pipelines.append(job.id, [progress(1)]), 'MRO_BRAIN_NOT_FOUND');
    });
  });

  test('events are numbered without gaps, whoever adds them, and read on from any', async () => {
    const { pipelines } = records();
    const job = await pipelines.create(pipeline());
    await Promise.all(
      Array.from({ length: 10 }, (_, i) => pipelines.append(job.id, [progress(i), progress(i + 0.5)])),
    );
    expect(await pipelines.append(job.id, [progress(10)])).toBe(22);
    const all = await pipelines.events(job.id, 0, 100);
    expect(all.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 22 }, (_, i) => i + 1));
    expect((await pipelines.events(job.id, 20, 1)).map(({ sequence }) => sequence)).toEqual([21]);
    expect(await pipelines.events(job.id, 22, 10)).toEqual([]);
  });
}
