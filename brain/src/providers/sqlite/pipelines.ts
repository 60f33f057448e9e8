import { MroError } from '@mroptimum/contract';
import type { Pipeline, PipelineEvent } from '../../entities.ts';
import { monthOf } from '../month.ts';
import type { Records } from '../records.ts';
import type { Database } from './database.ts';
import { documents, record, records } from './documents.ts';
import { readPage } from './pages.ts';

type NewEvent = Omit<PipelineEvent, 'sequence' | 'pipelineId'>;

/** Jobs and their events: a change of state and its event are one transaction. */
export function pipelines(database: Database): Records['pipelines'] {
  const jobs = documents<Pipeline>(database, 'pipelines');

  /** Inside a transaction: the next sequences of a job. */
  const add = (pipelineId: string, events: readonly NewEvent[]): number => {
    let sequence = Number(
      database.get('SELECT coalesce(max(sequence), 0) AS last FROM events WHERE pipelineId = ?', pipelineId)
        ?.last,
    );
    for (const event of events) {
      sequence += 1;
      const { at, type, data } = event;
      const stored: PipelineEvent = { pipelineId, sequence, at, type, data };
      database.run('INSERT INTO events VALUES (?, ?, ?)', pipelineId, sequence, JSON.stringify(stored));
    }
    return sequence;
  };

  const byKey = (userId: string, key: string): Pipeline | undefined =>
    record<Pipeline>(
      database.get('SELECT doc FROM pipelines WHERE userId = ? AND idempotencyKey = ?', userId, key),
    );

  return {
    create: async (pipeline) =>
      database.transaction(() => {
        const { id, userId, mode, idempotencyKey, createdAt, status } = pipeline;
        const earlier = idempotencyKey !== undefined && byKey(userId, idempotencyKey);
        if (earlier) return earlier;
        jobs.insert(pipeline);
        add(id, [{ at: createdAt, type: 'state', data: { status } }]);
        if (status === 'queued') {
          database.run(
            `INSERT INTO monthlyJobs VALUES (?, ?, ?, 1)
             ON CONFLICT (userId, mode, month) DO UPDATE SET count = count + 1`,
            userId,
            mode,
            monthOf(createdAt),
          );
        }
        return pipeline;
      }),
    byId: async (id) => jobs.byId(id),
    byIdempotencyKey: async (userId, key) => byKey(userId, key),
    transition: async (pipeline, from, event) =>
      database.transaction(() => {
        const next = { ...pipeline, version: pipeline.version + 1 };
        const changed = database.run(
          `UPDATE pipelines SET doc = ?
           WHERE id = ? AND version = ? AND status IN (SELECT value FROM json_each(?))`,
          JSON.stringify(next),
          pipeline.id,
          pipeline.version,
          JSON.stringify(from),
        );
        if (changed === 0) return undefined;
        add(pipeline.id, [event]);
        return next;
      }),
    listByUser: async (userId, { status, ...page }) =>
      status === undefined
        ? readPage<Pipeline>(database, 'pipelines', 'userId = ?', [userId], page)
        : readPage<Pipeline>(database, 'pipelines', 'userId = ? AND status = ?', [userId, status], page),
    queued: async (unitId, limit) =>
      records<Pipeline>(
        database.all(
          `SELECT doc FROM pipelines WHERE unitId = ? AND status = 'queued' ORDER BY createdAt, id LIMIT ?`,
          unitId,
          limit,
        ),
      ),
    abandoned: async (now, limit) =>
      records<Pipeline>(
        database.all(
          `SELECT doc FROM pipelines WHERE status = 'running' AND leaseEndsAt < ? ORDER BY leaseEndsAt LIMIT ?`,
          now,
          limit,
        ),
      ),
    unstarted: async (before, limit) =>
      records<Pipeline>(
        database.all(
          `SELECT doc FROM pipelines WHERE status = 'queued' AND mode <> 'local' AND updatedAt < ?
           ORDER BY updatedAt LIMIT ?`,
          before,
          limit,
        ),
      ),
    countByStatus: async () => {
      const counts = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
      const rows = database.all('SELECT status, count(*) AS count FROM pipelines GROUP BY status');
      return Object.assign(
        counts,
        Object.fromEntries(rows.map(({ status, count }) => [String(status), Number(count)])),
      );
    },
    countInMonth: async (userId, mode, month) =>
      Number(
        database.get(
          'SELECT count FROM monthlyJobs WHERE userId = ? AND mode = ? AND month = ?',
          userId,
          mode,
          month,
        )?.count ?? 0,
      ),
    delete: async (id) =>
      database.transaction(() => {
        jobs.delete(id);
        database.run('DELETE FROM events WHERE pipelineId = ?', id);
      }),
    append: async (id, events) =>
      database.relaxed(() =>
        database.transaction(() => {
          if (!database.get('SELECT 1 FROM pipelines WHERE id = ?', id))
            throw new MroError('MRO_BRAIN_NOT_FOUND', 'The job was deleted in the meantime.');
          return add(id, events);
        }),
      ),
    events: async (id, after, limit) =>
      records<PipelineEvent>(
        database.all(
          'SELECT doc FROM events WHERE pipelineId = ? AND sequence > ? ORDER BY sequence LIMIT ?',
          id,
          after,
          limit,
        ),
      ),
  };
}
