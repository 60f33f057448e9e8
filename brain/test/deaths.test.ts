import { memoryZipSink, writeBundle } from '@mroptimum/bundle';
import { type Lease, MroError, resultMaps, type UploadStarted } from '@mroptimum/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { collectAbandoned, collectOrphans } from '../src/data/collect.ts';
import { abortUpload, deleteFile } from '../src/data/service.ts';
import { finalizeUpload, initiateUpload } from '../src/data/upload.ts';
import type { Deps } from '../src/deps.ts';
import { bundleKey } from '../src/pipelines/keys.ts';
import { queueJob } from '../src/pipelines/queue.ts';
import { cancelPipeline, deletePipeline, retryPipeline } from '../src/pipelines/service.ts';
import { finalizeResult, initiateResult } from '../src/results/own.ts';
import { reclaim } from '../src/server/reclaim.ts';
import { completeJob, failJob } from '../src/units/callbacks.ts';
import { leaseJob } from '../src/units/lease.ts';
import { sweep } from '../src/units/watch.ts';
import { createLibrary, sha256 as hashOf, npyFile, twixFile } from './library.ts';
import { withEveryDeath } from './mortal.ts';

type Library = Awaited<ReturnType<typeof createLibrary>>;

const settings = { quota: { storageBytes: 1e9, jobsPerMonth: 100_000 } };
const day = 86_400_000;
const array = npyFile([4, 8, 8]);
const room = { worker: 'w', memoryBytes: 8e9, threads: 1, idle: true, waitSeconds: 0 };
const failure = { error: { code: 'MRO_JOB_MASK', message: 'No.', hint: 'Yes.' }, bundle: true };

let library: Library;
let input: string;
let unitId: string;
let bundle: Uint8Array;

beforeAll(async () => {
  library = await createLibrary(settings);
  await library.upload('signal.npy', array);
  input = (await library.list())[0]!.id;
  const snr = { shape: [1, 4, 8], data: new Float32Array(32).fill(12), complex: false };
  const info = { options: {}, log: [], calculationTime: 1, summary: { slices: 1 } };
  bundle = (await writeBundle(memoryZipSink(), { maps: [{ map: resultMaps.snr, volume: snr }], info }))
    .result;
  await take();
  unitId = (await library.deps.records.units.listVisible(library.user.id))[0]!.id;
});
afterAll(() => library.close());

const task = () => ({
  version: 'v0',
  name: 'ac',
  options: {
    reconstructor: {
      name: 'rss',
      options: { signal: { type: 'file', id: input, options: { type: 's3', bucket: 'b', key: 'k' } } },
    },
  },
});
let keys = 0;
const newKey = async (): Promise<string> => `key ${keys++}`;
const queue = async (deps: Deps, key: string) =>
  (await queueJob(deps, library.user, { alias: 'job', task: task() }, key)).pipeline;
const take = (deps: Deps = library.deps) => leaseJob(deps, library.user, room, new AbortController().signal);
const job = (id: string) => library.deps.records.pipelines.byId(id);

/** A job that a worker has, with its bundle in place. */
async function leased(kind: 'result' | 'failure' = 'result'): Promise<Lease> {
  await queue(library.deps, await newKey());
  const lease = (await take())!;
  await library.deps.objects.put(bundleKey(kind, lease.leaseId), bundle);
  return lease;
}

/** A worker of a server that was started again does all that is left to do. */
async function workOn(): Promise<void> {
  await reclaim(library.deps, unitId, 'server');
  for (let lease = await take(); lease; lease = await take()) {
    await library.deps.objects.put(bundleKey('result', lease.leaseId), bundle);
    await completeJob(library.deps, lease.pipeline, lease.leaseId);
  }
}

/** How often a job came into a state. */
async function times(id: string, status: string): Promise<number> {
  const events = await library.deps.records.pipelines.events(id, 0, 1000);
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  return events.filter(({ type, data }) => type === 'state' && data.status === status).length;
}

/** After the collectors were there, the store holds what records name, and nothing else. */
async function agree({ deps, user }: Library): Promise<void> {
  const later = { ...deps, clock: () => new Date(Date.now() + 4 * day) };
  await collectAbandoned(later);
  await collectOrphans(later);
  const files = (await deps.records.data.listByUser(user.id, { limit: 10_000 })).items;
  const jobs = (await deps.records.pipelines.listByUser(user.id, { limit: 10_000 })).items;
  const named = [
    ...files.flatMap(({ status, objectKey }) => (status === 'available' ? [objectKey] : [])),
    ...jobs.flatMap(({ resultKey, failureKey }) => [resultKey, failureKey]),
  ].filter((key) => key !== undefined);
  const stored: string[] = [];
  for await (const { key } of deps.objects.list('')) stored.push(key);
  expect(stored.toSorted()).toEqual(named.toSorted());
  expect(await deps.records.data.usage(user.id)).toBe(files.reduce((sum, { size }) => sum + size, 0));
}

describe('whenever a server dies', () => {
  beforeEach(async () => {
    library.clock.now += 1000;
    await workOn();
  });

  test('while it queues a job, the same request queues it once', async () => {
    const deaths = await withEveryDeath({
      deps: library.deps,
      prepare: newKey,
      act: queue,
      check: async (key) => {
        const { id } = await queue(library.deps, key);
        expect((await queue(library.deps, key)).id).toBe(id);
        await workOn();
        expect(await job(id)).toMatchObject({ status: 'completed', attempts: 1 });
        expect(await times(id, 'queued')).toBe(1);
      },
    });
    expect(deaths).toBeGreaterThan(3);
  });

  test('while it gives a job to a worker, another gets it', async () => {
    const deaths = await withEveryDeath({
      deps: library.deps,
      prepare: async () => (await queue(library.deps, await newKey())).id,
      act: take,
      check: async (id, lease) => {
        expect((await job(id))!.attempts).toBe(await times(id, 'running'));
        if (lease) expect(lease.pipeline).toBe(id);
        // Nobody knows of the worker: its lease ends by time.
        library.clock.now += 31_000;
        await sweep(library.deps);
        expect(await job(id)).toMatchObject({ status: 'queued' });
        await workOn();
        expect(await job(id)).toMatchObject({ status: 'completed' });
      },
    });
    expect(deaths).toBeGreaterThan(4);
  });

  test.each(['its worker reports again', 'its worker is gone too'])(
    'while it completes a job, and %s, the job is completed once, with its bundle',
    async (after) => {
      const deaths = await withEveryDeath({
        deps: library.deps,
        prepare: leased,
        act: (deps, { pipeline, leaseId }) => completeJob(deps, pipeline, leaseId),
        check: async ({ pipeline, leaseId }) => {
          if (after === 'its worker reports again') await completeJob(library.deps, pipeline, leaseId);
          else await workOn();
          // Too late, whatever it was.
          expect(await completeJob(library.deps, pipeline, leaseId)).toMatchObject({ applied: false });
          expect(await job(pipeline)).toMatchObject({ status: 'completed' });
          expect(await times(pipeline, 'completed')).toBe(1);
          await agree(library);
        },
      });
      expect(deaths).toBeGreaterThan(2);
    },
  );

  test('while it notes a failure, the failure is noted once, with its report', async () => {
    const deaths = await withEveryDeath({
      deps: library.deps,
      prepare: () => leased('failure'),
      act: (deps, { pipeline, leaseId }) => failJob(deps, pipeline, leaseId, failure),
      check: async ({ pipeline, leaseId }) => {
        await failJob(library.deps, pipeline, leaseId, failure);
        const failureKey = bundleKey('failure', leaseId);
        expect(await job(pipeline)).toMatchObject({ status: 'failed', error: failure.error, failureKey });
        expect(await times(pipeline, 'failed')).toBe(1);
        await agree(library);
      },
    });
    expect(deaths).toBeGreaterThan(2);
  });

  test('while it takes jobs back from a unit that is gone, none is lost', async () => {
    const deaths = await withEveryDeath({
      deps: library.deps,
      prepare: async () => [await leased(), await leased()],
      act: async (deps) => reclaim(deps, unitId, 'worker'),
      check: async (leases) => {
        await workOn();
        for (const { pipeline } of leases) {
          expect((await job(pipeline))!.status).toBe('completed');
          expect(await times(pipeline, 'completed')).toBe(1);
        }
        await agree(library);
      },
    });
    expect(deaths).toBeGreaterThan(6);
  });

  test('and starts again, that is no try of a job, unless it happens ten times', async () => {
    const { id } = await queue(library.deps, await newKey());
    for (let death = 1; death <= 12; death += 1) {
      await take();
      await reclaim(library.deps, unitId, 'server');
      expect(await job(id)).toMatchObject({ status: 'queued', attempts: Math.max(0, death - 10) });
    }
    await take();
    await reclaim(library.deps, unitId, 'server');
    expect(await job(id)).toMatchObject({ status: 'failed', error: { code: 'MRO_JOB_LOST' } });
    await retryPipeline(library.deps, library.user, id);
    await take();
    await reclaim(library.deps, unitId, 'server');
    expect(await job(id)).toMatchObject({ status: 'queued', attempts: 0 });
  });

  test.each(['cancels', 'deletes'] as const)('while it %s a job, asking again does it', async (what) => {
    const act = async (deps: Deps, id: string): Promise<unknown> =>
      what === 'cancels'
        ? cancelPipeline(deps, library.user, id)
        : deletePipeline(deps, library.user, id).catch(unlessGone);
    const deaths = await withEveryDeath({
      deps: library.deps,
      prepare: async () => (await leased()).pipeline,
      act,
      check: async (id) => {
        await act(library.deps, id);
        await workOn();
        expect((await job(id))?.status).toBe(what === 'cancels' ? 'cancelled' : undefined);
        await agree(library);
      },
    });
    expect(deaths).toBeGreaterThan(2);
  });

  test('while an upload begins, nothing of it stays', async () => {
    const deaths = await withEveryDeath({
      deps: library.deps,
      prepare: async () => ({ filename: 'begun.npy', filesize: array.length }),
      act: (deps, request) => initiateUpload(deps, library.user, request),
      check: async () => agree(library),
    });
    expect(deaths).toBeGreaterThan(5);
  });

  test('while an upload is ended or a file deleted, asking again does it', async () => {
    await withEveryDeath({
      deps: library.deps,
      prepare: () => library.initiate('ended.npy', array.length),
      act: (deps, { uploadId }) => abortUpload(deps, library.user.id, uploadId).catch(unlessGone),
      check: async ({ uploadId }) => {
        await abortUpload(library.deps, library.user.id, uploadId).catch(unlessGone);
        await agree(library);
      },
    });
    await withEveryDeath({
      deps: library.deps,
      prepare: async () => (await finished(library, 'deleted.npy', array)).id,
      act: async (deps, id) => deleteFile(deps, (await deps.records.data.byId(id))!),
      check: async (id) => {
        const left = await library.deps.records.data.byId(id);
        if (left) await deleteFile(library.deps, left);
        await agree(library);
      },
    });
  });

  test('while it takes a bundle of one’s own, the bundle becomes one job', async () => {
    await withEveryDeath({
      deps: library.deps,
      prepare: async () => {
        const request = { filename: 'own.zip', filesize: bundle.length };
        const started = await initiateResult(library.deps, library.user, request);
        await library.putParts(started, bundle);
        return started.uploadId;
      },
      act: (deps, uploadId) => finalizeResult(deps, library.user, { uploadId }),
      check: async (uploadId) => {
        const { id } = await finalizeResult(library.deps, library.user, { uploadId });
        expect((await finalizeResult(library.deps, library.user, { uploadId })).id).toBe(id);
        expect(await job(id)).toMatchObject({ status: 'completed' });
        await agree(library);
      },
    });
  });
});

/** What was begun before the death may be done: then there is nothing more to end. */
function unlessGone(error: unknown): void {
  if (!(error instanceof MroError) || error.code !== 'MRO_BRAIN_NOT_FOUND') throw error;
}

async function started(
  { initiate, putParts }: Library,
  name: string,
  bytes: Uint8Array,
): Promise<UploadStarted> {
  const upload = await initiate(name, bytes.length);
  await putParts(upload, bytes);
  return upload;
}
const finished = async (where: Library, name: string, bytes: Uint8Array) =>
  finalizeUpload(where.deps, where.user.id, { uploadId: (await started(where, name, bytes)).uploadId });

test.each(['warn', 'scrub', 'refuse'] as const)(
  'whenever a server dies while it completes an upload, completing it again does (identity: %s)',
  async (privacy) => {
    const where = await createLibrary({ ...settings, privacy });
    const twix = await twixFile();
    const finish = (deps: Deps, { uploadId }: UploadStarted) =>
      finalizeUpload(deps, where.user.id, { uploadId }).catch((error: unknown) => {
        if (!(error instanceof MroError)) throw error;
        return error.code;
      });
    const deaths = await withEveryDeath({
      deps: where.deps,
      prepare: () => started(where, 'meas.dat', twix),
      act: finish,
      check: async (upload) => {
        const first = await finish(where.deps, upload);
        expect(await finish(where.deps, upload)).toEqual(first);
        if (privacy === 'refuse') {
          expect(first).toBe('MRO_BRAIN_PRIVACY');
        } else {
          expect(first).toMatchObject({ status: 'available', size: twix.length });
          const { objectKey, sha256 } = first as { objectKey: string; sha256: string };
          const source = (await where.deps.objects.open(objectKey))!;
          const bytes = await source.read(0, source.size);
          await source.close();
          expect(Buffer.from(bytes).includes('DOE^JANE')).toBe(privacy === 'warn');
          expect(hashOf(bytes)).toBe(sha256);
        }
        await agree(where);
      },
    });
    expect(deaths).toBeGreaterThan(6);
    await where.close();
  },
);
