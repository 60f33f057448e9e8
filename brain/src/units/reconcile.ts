import { errorCatalogue, MroError } from '@mroptimum/contract';
import { unitGone } from '../computing-units/service.ts';
import { storeOf } from '../computing-units/stores.ts';
import type { Deps } from '../deps.ts';
import type { ComputingUnit, Pipeline } from '../entities.ts';
import { type Change, changePipeline, failing } from '../pipelines/change.ts';
import { bundleKey } from '../pipelines/keys.ts';
import { launch } from '../pipelines/queue.ts';
import type { ExecutionState, Launcher } from '../providers/launcher.ts';
import { verifyBundle } from '../results/verify.ts';
import { completeJob, failJob, type Outcome } from './callbacks.ts';
import { holds } from './lease.ts';
import { afterLoss } from './loss.ts';

/** An execution that still runs is looked at again after this. */
const againMs = 10 * 60_000;
/** A unit that cannot be asked for so long after a job began has lost it. */
const patienceMs = 24 * 3600_000;
/** A job that waits this long was never started: its server ended between queueing and starting it. */
const startedWithinMs = 60_000;

/**
 * Finds out what became of a job whose unit was expected to have reported: asks the unit, then does what its
 * callback would have done. The callback may still come: whoever is first ends the lease.
 *
 * @returns whether the job was ended or taken back
 */
export async function reconcile(
  deps: Deps,
  launcher: Launcher,
  unit: ComputingUnit,
  seen: Pipeline,
): Promise<boolean> {
  const leaseId = seen.lease?.id;
  if (leaseId === undefined) return false;
  const state = await stateOf(deps, launcher, unit, seen);
  try {
    return await settle(deps, seen, leaseId, state);
  } catch (error) {
    // What is wrong with one job must not keep the others from being looked at.
    deps.log.error({ err: error, pipeline: seen.id, state }, 'the job cannot be settled');
    return lookAgain(deps, seen, leaseId, true);
  }
}

async function settle(
  deps: Deps,
  seen: Pipeline,
  leaseId: string,
  state: ExecutionState | 'unreachable',
): Promise<boolean> {
  switch (state) {
    case 'running':
    case 'waiting':
    case 'unreachable':
      return lookAgain(deps, seen, leaseId, state === 'unreachable');
    case 'succeeded':
      return (await completeJob(deps, seen.id, leaseId)).applied;
    case 'failed':
      return (await failed(deps, seen, leaseId)).applied;
    case 'unknown':
      return changed(deps, seen, leaseId, (current) =>
        afterLoss(deps, current, 'the execution never started'),
      );
  }
}

async function stateOf(
  deps: Deps,
  launcher: Launcher,
  unit: ComputingUnit,
  pipeline: Pipeline,
): Promise<ExecutionState | 'unreachable'> {
  try {
    return await launcher.describe(unit, pipeline);
  } catch (error) {
    deps.log.warn({ err: error, pipeline: pipeline.id, unit: unit.id }, 'the unit cannot be asked');
    return 'unreachable';
  }
}

/** Gives the lease more time; a unit that cannot be asked for a whole day has lost the job. */
async function lookAgain(deps: Deps, seen: Pipeline, leaseId: string, isAway: boolean): Promise<boolean> {
  const now = deps.clock().getTime();
  const isLost = isAway && now - Date.parse(seen.startedAt ?? seen.createdAt) > patienceMs;
  if (isLost) return changed(deps, seen, leaseId, () => failing(deps, unreachable));
  await changed(deps, seen, leaseId, (current) => ({
    fields: { lease: { ...current.lease!, expiresAt: new Date(now + againMs).toISOString() } },
    event: { type: 'progress', data: { progress: current.progress } },
  }));
  return false;
}

const unreachable = {
  code: 'MRO_BRAIN_UNIT',
  message: 'The computing unit could not be asked about the job for a day.',
  hint: 'Check the unit: its health report says what is wrong.',
};

/** What the failure bundle says, or that the execution ended without one. */
async function failed(deps: Deps, { id, unitId }: Pipeline, leaseId: string): Promise<Outcome> {
  const objects = await storeOf(deps, unitId);
  try {
    const { failure } = await verifyBundle({ objects }, bundleKey('failure', leaseId));
    if (failure) return await failJob(deps, id, leaseId, { error: failure, bundle: true });
  } catch (error) {
    if (!(error instanceof MroError) || !error.code.startsWith('MRO_BUNDLE_')) throw error;
  }
  const { hint } = errorCatalogue.MRO_JOB_LOST;
  const error = { code: 'MRO_JOB_LOST', message: 'The execution ended without a result.', hint };
  return failJob(deps, id, leaseId, { error, bundle: false });
}

const changed = async (
  deps: Deps,
  { id }: Pipeline,
  leaseId: string,
  change: (current: Pipeline) => Change,
): Promise<boolean> =>
  (await changePipeline(deps, id, ['running'], (current) =>
    holds(current, leaseId) ? change(current) : undefined,
  )) !== undefined;

/**
 * Starts jobs of units that are pushed to and that nobody has started: those that were taken back, and those whose
 * server ended between queueing and starting.
 *
 * @returns how many
 */
export async function startWaiting(deps: Deps, limit = 100): Promise<number> {
  const before = new Date(deps.clock().getTime() - startedWithinMs).toISOString();
  const waiting = await deps.records.pipelines.unstarted(before, limit);
  for (const pipeline of waiting) {
    const unit = await deps.records.units.byId(pipeline.unitId);
    if (unit) await launch(deps, unit, pipeline);
    else await changePipeline(deps, pipeline.id, ['queued'], () => failing(deps, unitGone));
  }
  return waiting.length;
}
