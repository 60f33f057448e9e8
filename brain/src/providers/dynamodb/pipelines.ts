import { createHash } from 'node:crypto';
import type { Pipeline } from '../../entities.ts';
import { monthOf } from '../month.ts';
import type { Records } from '../records.ts';
import { documents, timed } from './documents.ts';
import { eventLog } from './events.ts';
import { type Key, type Table, untilSettled } from './table.ts';

const states = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
/** Numbers of jobs by state are kept this often, so that jobs do not wait for each other to be counted. */
const counters = 16;

const jobsOf = (userId: string, status?: string): string =>
  status === undefined ? `jobs#${userId}` : `jobs#${userId}#${status}`;
/** Jobs of a user in a month; they stay counted when they are deleted. */
const monthly = (userId: string, mode: string, month: string): Key => ({
  pk: `made#${userId}#${mode}`,
  sk: month,
});
const queueOf = (unitId: string): string => `queue#${unitId}`;
const leases = 'leases';
const unstarted = 'unstarted';
const keyOf = (userId: string, key: string): string => `key#${userId}#${key}`;
const counterOf = (shard: number): string => `counts#${shard}`;
const shardOf = (id: string): number => createHash('sha256').update(id).digest()[0]! % counters;

function jobs(table: Table) {
  return documents<Pipeline>(table, {
    name: 'pipeline',
    places: (pipeline) => {
      const { id, userId, unitId, mode, status, lease, updatedAt } = pipeline;
      const at = timed(pipeline);
      return [
        { list: jobsOf(userId), at },
        { list: jobsOf(userId, status), at },
        ...(status === 'queued' ? [{ list: queueOf(unitId), at }] : []),
        ...(status === 'queued' && mode !== 'local' ? [{ list: unstarted, at: `${updatedAt}#${id}` }] : []),
        ...(status === 'running' && lease ? [{ list: leases, at: `${lease.expiresAt}#${id}` }] : []),
      ];
    },
    uniques: ({ userId, idempotencyKey }) =>
      idempotencyKey === undefined ? [] : [keyOf(userId, idempotencyKey)],
    counts: ({ id, status }) => [{ counter: counterOf(shardOf(id)), name: status, amount: 1 }],
  });
}

/** Jobs and their events: a change of state and its event are one transaction. */
export function pipelines(table: Table): Records['pipelines'] {
  const all = jobs(table);
  const log = eventLog(table);
  const byKey = (userId: string, key: string) => all.byUnique(keyOf(userId, key));

  return {
    create: (pipeline) =>
      untilSettled(async () => {
        const { id, userId, mode, idempotencyKey, createdAt, status } = pipeline;
        const earlier = idempotencyKey === undefined ? undefined : await byKey(userId, idempotencyKey);
        if (earlier) return earlier;
        const first = { at: createdAt, type: 'state', data: { status } } as const;
        const count = { add: monthly(userId, mode, monthOf(createdAt)), amounts: { count: 1 } };
        const failed = await table.write([
          ...all.change(undefined, pipeline),
          ...log.begin(id, first),
          ...(status === 'queued' ? [count] : []),
        ]);
        if (failed.length === 0) return pipeline;
        if (failed.includes(0)) throw all.exists();
        // Its key was taken at the same moment: the next round finds whose it is.
        return undefined;
      }),
    byId: all.byId,
    byIdempotencyKey: byKey,
    transition: (pipeline, from, event) =>
      untilSettled(async () => {
        const [before, last] = await Promise.all([all.stored(pipeline.id), log.last(pipeline.id)]);
        const isCurrent = before?.record.version === pipeline.version && from.includes(before.record.status);
        if (!isCurrent || last === undefined) return { next: undefined };
        const next = { ...pipeline, version: pipeline.version + 1 };
        const added = log.add(pipeline.id, last, [event]);
        const failed = await table.write([...all.change(before, next), ...added]);
        if (failed.length === 0) return { next };
        return failed.includes(0) ? { next: undefined } : undefined;
      }).then(({ next }) => next),
    listByUser: (userId, { status, ...page }) => all.page(jobsOf(userId, status), page),
    queued: (unitId, limit) => all.list(queueOf(unitId), { limit }),
    abandoned: (now, limit) => all.list(leases, { before: now, limit }),
    unstarted: (before, limit) => all.list(unstarted, { before, limit }),
    countByStatus: async () => {
      const keys = Array.from({ length: counters }, (_, shard) => ({ pk: counterOf(shard), sk: 'record' }));
      const items = await table.getAll(keys);
      const sum = (status: string) => items.reduce((count, item) => count + Number(item[status] ?? 0), 0);
      return Object.fromEntries(states.map((status) => [status, sum(status)])) as Awaited<
        ReturnType<Records['pipelines']['countByStatus']>
      >;
    },
    countInMonth: async (userId, mode, month) =>
      Number((await table.get(monthly(userId, mode, month)))?.count ?? 0),
    delete: async (id) => {
      await untilSettled(async () => {
        const before = await all.stored(id);
        if (!before) return true;
        const failed = await table.write([...all.change(before, undefined), log.end(id)]);
        return failed.length === 0 ? true : undefined;
      });
      await log.clear(id);
    },
    append: log.append,
    events: log.read,
  };
}
