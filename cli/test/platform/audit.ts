import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { collectAbandoned, collectOrphans } from '../../../brain/src/data/collect.ts';
import type { Deps } from '../../../brain/src/deps.ts';
import type { Pipeline, PipelineStatus } from '../../../brain/src/entities.ts';
import { createLog } from '../../../brain/src/http/log.ts';
import { isSound, requiredObjects } from '../../../brain/src/providers/sqlite/snapshot.ts';
import { serverOptions } from '../../../brain/src/server/options.ts';
import { placesIn } from '../../../brain/src/server/places.ts';
import { openPlatform } from '../../../brain/src/server/platform.ts';

/** Which state may follow which; the first of a job is "queued". */
const allowed: Readonly<Record<PipelineStatus, readonly PipelineStatus[]>> = {
  queued: ['running', 'cancelled'],
  running: ['queued', 'completed', 'failed', 'cancelled'],
  completed: [],
  failed: ['queued'],
  cancelled: ['queued'],
};

const day = 86_400_000;

/**
 * What a stopped server left in its data folder: the history of every job is one that can be, database and objects
 * agree, and after the collectors have been there, nothing lies around that no record names.
 *
 * @param keys idempotency keys with which jobs were queued
 * @param uploads names of the files that were uploaded, each once
 * @returns how often jobs were begun again
 */
export async function audit(
  data: string,
  keys: readonly string[],
  uploads: readonly string[],
): Promise<number> {
  const { records: database, objects } = placesIn(data);
  expect(isSound(database)).toBe(true);
  const { settings } = serverOptions(['--data', data], {});
  const log = createLog({ destination: { write: () => {} } });
  const { deps, disk, close } = await openPlatform(data, { ...settings, origin: 'http://audit.test' }, log);
  try {
    const jobs = await allJobs(deps, keys);
    let begun = 0;
    for (const job of jobs) begun += await auditHistory(deps, job);
    const later = new Date(Date.now() + 4 * day);
    await collectAbandoned({ ...deps, clock: () => later });
    await collectOrphans({ ...deps, clock: () => later });
    await disk.collect(later);

    const owner = jobs[0]!.userId;
    const files = (await deps.records.data.listByUser(owner, { limit: 10_000 })).items;
    const named = files.map(({ filename }) => filename);
    for (const name of uploads)
      expect(
        named.filter((one) => one === name),
        name,
      ).toEqual([name]);
    expect(files.every(({ status }) => status === 'available')).toBe(true);
    // Uploads that were begun and never ended count no more either.
    expect(await deps.records.data.usage(owner)).toBe(files.reduce((sum, { size }) => sum + size, 0));

    const stored: string[] = [];
    for await (const { key } of deps.objects.list('')) stored.push(key);
    expect(stored.toSorted()).toEqual(requiredObjects(database).toSorted());
    for (const place of ['multipart', 'temporary']) expect(readdirSync(join(objects, place))).toEqual([]);
    return begun - jobs.length;
  } finally {
    await close();
  }
}

/** Every key made one job, and there are no others. */
async function allJobs({ records }: Deps, keys: readonly string[]): Promise<readonly Pipeline[]> {
  const counts = await records.pipelines.countByStatus();
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const owner = (await records.users.list({ limit: 100 })).items.find(({ role }) => role === 'admin')!;
  const { items } = await records.pipelines.listByUser(owner.id, { limit: total + 1 });
  expect(items.map(({ idempotencyKey }) => idempotencyKey).toSorted()).toEqual(keys.toSorted());
  expect(total).toBe(keys.length);
  return items;
}

/** Why a job comes back to the queue without that a worker was lost. */
const noTry = new Set(['handed back', 'the worker went away', 'the server was started again']);

/** The events of a job, in order and without a gap, tell of states that may follow each other; gives how often it ran. */
async function auditHistory({ records }: Deps, job: Pipeline): Promise<number> {
  const events = await records.pipelines.events(job.id, 0, 100_000);
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  const of = (type: string) => events.filter((event) => event.type === type);
  const states = of('state').map(({ data }) => data.status as PipelineStatus);
  expect(states[0]).toBe('queued');
  states.slice(1).forEach((state, index) => {
    expect(allowed[states[index]!], `${states.join(' → ')}`).toContain(state);
  });
  expect(states.filter((state) => state === 'completed')).toEqual(['completed']);
  expect(job.status).toBe(states.at(-1));
  expect(job.lease).toBeUndefined();
  // The record changes with its events alone: each made it one version older.
  expect(job.version).toBe(of('state').length + of('progress').length);
  // Attempts are counted from the last time that somebody asked for another try.
  const asked = of('state').findLastIndex(({ data }) => data.reason === 'retry');
  const started = states.slice(asked + 1).filter((state) => state === 'running').length;
  const uncounted = of('state')
    .slice(asked + 1)
    .filter(({ data }) => noTry.has(String(data.reason))).length;
  expect(job.attempts).toBe(started - uncounted);
  expect(job.attempts).toBeLessThanOrEqual(3);
  return states.filter((state) => state === 'running').length;
}
