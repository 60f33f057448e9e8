import { unitGone } from '../computing-units/service.ts';
import { storeOf } from '../computing-units/stores.ts';
import type { Deps } from '../deps.ts';
import type { Pipeline } from '../entities.ts';
import { changePipeline, failing } from '../pipelines/change.ts';
import { leaseSeconds } from './hand.ts';
import { afterLoss, forgetBundles } from './loss.ts';
import { reconcile, startWaiting } from './reconcile.ts';

const batch = 100;

/**
 * Ends leases whose worker was silent too long: the job goes back to the queue, and fails after the third time. Of
 * units that are pushed to it asks what became of the job, and starts what nobody has started.
 *
 * @returns how many jobs were taken back
 */
export async function sweep(deps: Deps): Promise<number> {
  let taken = 0;
  for (;;) {
    const now = deps.clock();
    const abandoned = await deps.records.pipelines.abandoned(now.toISOString(), batch);
    for (const pipeline of abandoned) if (await takeBack(deps, pipeline)) taken += 1;
    if (abandoned.length < batch) break;
  }
  await startWaiting(deps);
  return taken;
}

async function takeBack(deps: Deps, seen: Pipeline): Promise<boolean> {
  const unit = await deps.records.units.byId(seen.unitId);
  const launcher = unit && deps.launchers[unit.provider];
  if (unit && launcher?.pushes) return reconcile(deps, launcher, unit, seen);
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
