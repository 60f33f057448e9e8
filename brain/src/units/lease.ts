import {
  type Heartbeat,
  type Lease,
  type LeaseRequest,
  MroError,
  type Verdict,
  withoutSecretsInText,
} from '@mroptimum/contract';
import { mayServe, servedUnit } from '../computing-units/service.ts';
import type { Deps } from '../deps.ts';
import type { ComputingUnit, Pipeline, User } from '../entities.ts';
import { busOf, pipelineTopic, queueTopic } from '../pipelines/bus.ts';
import { changePipeline, failing, requeueing, stateEvent } from '../pipelines/change.ts';
import { bundleKey, newLeaseId, pipelineOfLease } from '../pipelines/keys.ts';
import { chooseJob } from './fit.ts';
import { firstLeaseSeconds, handOver, leaseSeconds } from './hand.ts';

/** How often the queue is looked at where no word comes from this process. */
const lookEveryMs = 1_000;
const longestLine = 2_000;

/**
 * Hands a job to a worker of the user's unit, waiting for one at most as long as it says.
 *
 * @param signal raised when the worker does not listen any more: then the job goes back
 */
export async function leaseJob(
  deps: Deps,
  user: User,
  request: LeaseRequest,
  signal: AbortSignal,
): Promise<Lease | undefined> {
  const unit = await servedUnit(deps, user, request.computingUnitId);
  await noteSeen(deps, unit, request);
  const listener = busOf(deps).listen(queueTopic(unit.id));
  const end = performance.now() + 1000 * request.waitSeconds;
  try {
    while (!signal.aborted) {
      const lease = await takeNext(deps, unit, request);
      if (lease && signal.aborted) {
        await giveBack(deps, lease.leaseId, 'the worker went away');
        return undefined;
      }
      const left = end - performance.now();
      if (lease || left <= 0) return lease;
      await listener.wait(Math.min(left, lookEveryMs), signal);
    }
    return undefined;
  } finally {
    listener.close();
  }
}

async function takeNext(deps: Deps, unit: ComputingUnit, request: LeaseRequest): Promise<Lease | undefined> {
  for (;;) {
    const queued = await deps.records.pipelines.queued(unit.id, 100);
    const chosen = chooseJob(queued, request, deps.clock());
    if (!chosen) return undefined;
    const now = deps.clock();
    const lease = {
      id: newLeaseId(chosen.id),
      worker: request.worker,
      expiresAt: after(now, firstLeaseSeconds),
    };
    const taken = await changePipeline(deps, chosen.id, ['queued'], ({ attempts, startedAt }) => ({
      fields: {
        status: 'running',
        attempts: attempts + 1,
        progress: 0,
        lease,
        startedAt: startedAt ?? now.toISOString(),
      },
      event: stateEvent('running', { attempt: attempts + 1 }),
    }));
    if (!taken) continue;
    const handed = await handOver(deps, unit, taken);
    if (handed) return handed;
    await changePipeline(deps, chosen.id, ['running'], () => failing(deps, inputGone));
  }
}

const inputGone = {
  code: 'MRO_JOB_FETCH',
  message: 'A file of the job was removed from the library.',
  hint: 'Upload the file again and queue the task with it.',
};

const after = (now: Date, seconds: number): string => new Date(now.getTime() + 1000 * seconds).toISOString();

/** Remembers from time to time that the unit is there, and what it can carry. */
async function noteSeen(deps: Deps, unit: ComputingUnit, request: LeaseRequest): Promise<void> {
  const { memoryBytes, threads, idle } = request;
  const now = deps.clock();
  const fresh = now.getTime() - Date.parse(unit.lastSeenAt ?? '1970-01-01') < 10_000;
  const capacity = idle || !unit.capacity ? { memoryBytes, threads } : unit.capacity;
  if (fresh && capacity.memoryBytes === unit.capacity?.memoryBytes) return;
  try {
    await deps.records.units.update({ ...unit, lastSeenAt: now.toISOString(), capacity });
  } catch (error) {
    // Another worker of the unit said the same at the same moment.
    if (!(error instanceof MroError)) throw error;
  }
}

/** Whether a lease is still the one by which its job runs. */
export const holds = (pipeline: Pipeline | undefined, leaseId: string): boolean =>
  pipeline?.status === 'running' && pipeline.lease?.id === leaseId;

/** The job of a lease, if the user may serve its unit. */
async function leased(deps: Deps, user: User, leaseId: string): Promise<Pipeline | undefined> {
  const pipeline = await deps.records.pipelines.byId(pipelineOfLease(leaseId));
  if (!pipeline) return undefined;
  const unit = await deps.records.units.byId(pipeline.unitId);
  return unit && mayServe(user, unit) ? pipeline : undefined;
}

/** Takes progress and log lines of a job, keeps its lease, and tells the worker whether to go on. */
export async function heartbeat(
  deps: Deps,
  user: User,
  leaseId: string,
  { progress, log }: Heartbeat,
): Promise<{ verdict: Verdict }> {
  const pipeline = await leased(deps, user, leaseId);
  if (!holds(pipeline, leaseId)) {
    return { verdict: pipeline?.status === 'cancelled' ? 'cancel' : 'lost' };
  }
  const { id } = pipeline!;
  const lines = log.map(({ when, what, type }) => ({
    at: deps.clock().toISOString(),
    type: 'log' as const,
    data: { when, type, what: withoutSecretsInText(what).slice(0, longestLine) },
  }));
  if (lines.length > 0) {
    await deps.records.pipelines.append(id, lines);
    busOf(deps).touch(pipelineTopic(id));
  }
  return { verdict: (await extend(deps, id, leaseId, progress)) ? 'continue' : 'lost' };
}

/** A new end of the lease, written only when there is progress or the old one comes near. */
async function extend(
  deps: Deps,
  id: string,
  leaseId: string,
  progress: number | undefined,
): Promise<boolean> {
  let held = false;
  await changePipeline(deps, id, ['running'], (current) => {
    held = holds(current, leaseId);
    if (!held) return undefined;
    const reached = Math.max(current.progress, progress ?? 0);
    const now = deps.clock();
    const left = Date.parse(current.lease!.expiresAt) - now.getTime();
    if (reached < current.progress + 0.01 && left > (2 / 3) * 1000 * leaseSeconds) return undefined;
    return {
      fields: { progress: reached, lease: { ...current.lease!, expiresAt: after(now, leaseSeconds) } },
      event: { type: 'progress', data: { progress: reached } },
    };
  });
  return held;
}

/**
 * A link to which the worker puts its bundle.
 *
 * @throws MRO_BRAIN_STATE where the lease has ended, MRO_BRAIN_TOO_LARGE
 */
export async function outputLink(
  deps: Deps,
  user: User,
  leaseId: string,
  { kind, size }: { readonly kind: 'result' | 'failure'; readonly size: number },
): Promise<string> {
  if (!holds(await leased(deps, user, leaseId), leaseId)) {
    throw new MroError('MRO_BRAIN_STATE', 'This lease has ended: the job is somebody else’s or was stopped.');
  }
  if (size > deps.settings.maximumUploadBytes) {
    throw new MroError(
      'MRO_BRAIN_TOO_LARGE',
      `The bundle is larger than ${deps.settings.maximumUploadBytes} bytes.`,
    );
  }
  return deps.objects.link({ method: 'PUT', key: bundleKey(kind, leaseId), expiresInSeconds: 3600, size });
}

/** A worker that ends hands its job back; this attempt does not count. */
export async function releaseLease(deps: Deps, user: User, leaseId: string): Promise<void> {
  if (holds(await leased(deps, user, leaseId), leaseId)) await giveBack(deps, leaseId, 'handed back');
}

async function giveBack(deps: Deps, leaseId: string, reason: string): Promise<void> {
  await changePipeline(deps, pipelineOfLease(leaseId), ['running'], (current) =>
    holds(current, leaseId) ? requeueing(current.attempts - 1, reason) : undefined,
  );
}
