import { errorCatalogue } from '@mroptimum/contract';
import { unitGone } from '../computing-units/service.ts';
import { storeOf } from '../computing-units/stores.ts';
import type { Deps } from '../deps.ts';
import type { Pipeline } from '../entities.ts';
import { type Change, changePipeline, failing, requeueing } from '../pipelines/change.ts';
import { bundleKey } from '../pipelines/keys.ts';
import type { Objects } from '../providers/objects.ts';
import { leaseSeconds } from './hand.ts';

/** A job is tried this often before it is given up. */
export const maximumAttempts = 3;

const batch = 100;

/**
 * Ends leases whose worker was silent too long: the job goes back to the queue, and fails after the third time.
 *
 * @returns how many jobs were taken back
 */
export async function sweep(deps: Deps): Promise<number> {
  let taken = 0;
  for (;;) {
    const now = deps.clock();
    const abandoned = await deps.records.pipelines.abandoned(now.toISOString(), batch);
    for (const pipeline of abandoned) if (await takeBack(deps, pipeline)) taken += 1;
    if (abandoned.length < batch) return taken;
  }
}

async function takeBack(deps: Deps, seen: Pipeline): Promise<boolean> {
  const unit = await deps.records.units.byId(seen.unitId);
  const changed = await changePipeline(deps, seen.id, ['running'], (current) => {
    const alive = current.lease && Date.parse(current.lease.expiresAt) >= deps.clock().getTime();
    if (alive) return undefined;
    if (!unit) return failing(deps, unitGone);
    return afterLoss(deps, current, 'the worker was silent');
  });
  if (!changed) return false;
  deps.log.warn({ pipeline: seen.id, attempt: seen.attempts, now: changed.status }, 'worker lost');
  if (seen.lease && unit) await forgetBundles(await storeOf(deps, unit.id), seen.lease.id);
  return true;
}

/** What becomes of a job whose worker is gone: the next one tries it, or it is given up. */
export const afterLoss = (
  deps: Pick<Deps, 'clock'>,
  { attempts }: Pipeline,
  reason: string,
  error: NonNullable<Pipeline['error']> = lost(attempts),
): Change => (attempts >= maximumAttempts ? failing(deps, error) : requeueing(attempts, reason));

/** Removes what a worker may have put before its lease was taken away: no record will name it. */
export async function forgetBundles(objects: Objects, leaseId: string): Promise<void> {
  await objects.delete(bundleKey('result', leaseId));
  await objects.delete(bundleKey('failure', leaseId));
}

const lost = (attempts: number) => ({
  code: 'MRO_JOB_LOST',
  message: `The computing unit stopped in the middle of the job, ${attempts} times.`,
  hint: errorCatalogue.MRO_JOB_LOST.hint,
});

/**
 * Looks after running jobs, a round at a time. In the first seconds nothing is taken back: workers may have been
 * unable to report because this server was not there.
 *
 * @returns does one round; gives how many jobs were taken back
 */
export function watcher(deps: Deps, graceMs = 1000 * leaseSeconds): () => Promise<number> {
  const from = performance.now() + graceMs;
  return async () => (performance.now() < from ? 0 : sweep(deps));
}
