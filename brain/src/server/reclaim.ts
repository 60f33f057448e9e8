import type { Deps } from '../deps.ts';
import { changePipeline } from '../pipelines/change.ts';
import { afterLoss, forgetBundles } from '../units/watch.ts';

/** Beyond every lease: lists all running jobs. */
const always = '9999';
const most = 10_000;

/**
 * Gives back the jobs of a unit whose worker is known to be gone, without waiting for their leases to end. What
 * that worker still reports of an old lease changes nothing.
 *
 * @returns how many jobs were running
 */
export async function reclaim(deps: Deps, unitId: string): Promise<number> {
  const running = await deps.records.pipelines.abandoned(always, most);
  const mine = running.filter((pipeline) => pipeline.unitId === unitId);
  for (const { id, lease } of mine) {
    const changed = await changePipeline(deps, id, ['running'], (current) =>
      afterLoss(deps, current, 'the computing unit ended'),
    );
    if (changed && lease) await forgetBundles(deps.objects, lease.id);
  }
  return mine.length;
}
