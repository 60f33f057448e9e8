import { memoryZipSink, writeBundle } from '@mroptimum/bundle';
import { MroError, resultMaps } from '@mroptimum/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLibrary, npyFile } from '../../test/library.ts';
import type { PipelineStatus } from '../entities.ts';
import { bundleKey } from '../pipelines/keys.ts';
import { queueJob } from '../pipelines/queue.ts';
import { cancelPipeline, retryPipeline } from '../pipelines/service.ts';
import { completeJob, failJob } from './callbacks.ts';
import { heartbeat, leaseJob, releaseLease } from './lease.ts';
import { maximumAttempts } from './loss.ts';
import { sweep } from './watch.ts';

type Library = Awaited<ReturnType<typeof createLibrary>>;

let library: Library;
let data: string;
let bundle: Uint8Array;

beforeAll(async () => {
  library = await createLibrary({ quota: { storageBytes: 1e9, jobsPerMonth: 100_000 } });
  await library.upload('signal.npy', npyFile([4, 8, 8]));
  data = (await library.list())[0]!.id;
  const snr = { shape: [1, 4, 8], data: new Float32Array(32).fill(12), complex: false };
  const info = { options: {}, log: [], calculationTime: 1, summary: { slices: 1 } };
  bundle = (await writeBundle(memoryZipSink(), { maps: [{ map: resultMaps.snr, volume: snr }], info }))
    .result;
  await take();
});
afterAll(() => library.close());

const room = { worker: 'w', memoryBytes: 8e9, threads: 1, idle: true, waitSeconds: 0 };
const take = () => leaseJob(library.deps, library.user, room, new AbortController().signal);

/** Which state may follow which. */
const allowed: Readonly<Record<PipelineStatus, readonly PipelineStatus[]>> = {
  queued: ['running', 'cancelled'],
  running: ['queued', 'completed', 'failed', 'cancelled'],
  completed: [],
  failed: ['queued'],
  cancelled: ['queued'],
};

/** Steps of users, workers and time in any order; numbers choose among all leases that ever were. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('lease' as const) }),
  fc.record({
    kind: fc.constantFrom('beat', 'put and complete', 'complete', 'fail', 'release'),
    which: fc.nat(5),
  }),
  fc.record({ kind: fc.constantFrom('cancel', 'retry') }),
  fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(5, 11, 31) }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

async function perform(id: string, leases: string[], taken: Step): Promise<void> {
  const { deps, user, clock } = library;
  const lease = 'which' in taken ? leases[taken.which % Math.max(1, leases.length)] : undefined;
  if ('which' in taken && lease === undefined) return;
  switch (taken.kind) {
    case 'lease': {
      const given = await take();
      if (given) leases.push(given.leaseId);
      return;
    }
    case 'beat':
      await heartbeat(deps, user, lease!, { progress: 0.5, log: [] });
      return;
    case 'put and complete':
      await deps.objects.put(bundleKey('result', lease!), bundle);
      await completeJob(deps, id, lease!);
      return;
    case 'complete':
      await completeJob(deps, id, lease!);
      return;
    case 'fail':
      await failJob(deps, id, lease!, {
        error: { code: 'MRO_JOB_MASK', message: '', hint: '' },
        bundle: false,
      });
      return;
    case 'release':
      return releaseLease(deps, user, lease!);
    case 'cancel':
      await cancelPipeline(deps, user, id);
      return;
    case 'retry':
      await retryPipeline(deps, user, id);
      return;
    case 'wait':
      clock.now += 1000 * ('seconds' in taken ? taken.seconds : 0);
      await sweep(deps);
  }
}

async function newJob(): Promise<string> {
  const task = {
    version: 'v0',
    name: 'ac',
    options: {
      reconstructor: {
        name: 'rss',
        options: { signal: { type: 'file', id: data, options: { type: 's3', bucket: 'b', key: 'k' } } },
      },
    },
  };
  const request = { alias: 'job', task };
  return (await queueJob(library.deps, library.user, request)).pipeline.id;
}

describe('a job', () => {
  test('goes from state to state as allowed, whatever comes in whatever order', async () => {
    const reached = new Set<PipelineStatus>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const { records, objects } = library.deps;
        const id = await newJob();
        const leases: string[] = [];
        for (const taken of steps) {
          await perform(id, leases, taken).catch((error: unknown) => {
            if (!(error instanceof MroError) || error.code !== 'MRO_BRAIN_STATE') throw error;
          });
          const job = (await records.pipelines.byId(id))!;
          expect(job.lease !== undefined).toBe(job.status === 'running');
          expect(job.attempts).toBeLessThanOrEqual(maximumAttempts);
          expect(job.finishedAt !== undefined).toBe(allowed[job.status].every((next) => next === 'queued'));
          if (job.status === 'completed') expect(await exists(job.resultKey!)).toBe(true);
          if (job.status === 'failed') expect(job.error).toBeDefined();
        }
        const events = await records.pipelines.events(id, 0, 1000);
        expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
        const states = events
          .filter(({ type }) => type === 'state')
          .map(({ data: told }) => told.status as PipelineStatus);
        for (const [index, state] of states.entries()) {
          reached.add(state);
          if (index > 0) expect(allowed[states[index - 1]!]).toContain(state);
        }
        expect((await records.pipelines.byId(id))!.status).toBe(states.at(-1));

        async function exists(key: string): Promise<boolean> {
          const source = await objects.open(key);
          await source?.close();
          return source !== undefined;
        }
        await records.pipelines.delete(id);
      }),
      { numRuns: 150 },
    );
    expect([...reached].toSorted()).toEqual(Object.keys(allowed).toSorted());
  });

  test('is completed by one of many callbacks at once, and by no worker twice', async () => {
    const id = await newJob();
    const leases = (await Promise.all([take(), take(), take()])).flatMap((lease) => lease ?? []);
    expect(leases).toHaveLength(1);
    const { leaseId } = leases[0]!;
    await library.deps.objects.put(bundleKey('result', leaseId), bundle);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        index % 2 === 0
          ? completeJob(library.deps, id, leaseId)
          : heartbeat(library.deps, library.user, leaseId, { progress: index / 10, log: [] }),
      ),
    );
    expect(answers.filter((answer) => 'applied' in answer && answer.applied)).toHaveLength(1);
    expect(await library.deps.records.pipelines.byId(id)).toMatchObject({ status: 'completed', progress: 1 });
  });
});
