import type { Deps } from '../deps.ts';
import type { Pipeline } from '../entities.ts';
import { type Change, changePipeline, requeueing } from '../pipelines/change.ts';
import { afterLoss, forgetBundles } from '../units/loss.ts';

/** Beyond every lease: lists all running jobs. */
const always = '9999';
const most = 10_000;

/** A job during which the server ended that often may be why: from then on it counts as a try of the job. */
const mostInterruptions = 10;

/**
 * Gives back the jobs of a unit whose worker is known to be gone, without waiting for their leases to end. What
 * that worker still reports of an old lease changes nothing.
 *
 * @param gone whether the worker died, or the server and with it the worker
 * @returns how many jobs were running
 */
export async function reclaim(deps: Deps, unitId: string, gone: 'worker' | 'server'): Promise<number> {
  const running = await deps.records.pipelines.abandoned(always, most);
  const mine = running.filter((pipeline) => pipeline.unitId === unitId);
  for (const { id, lease } of mine) {
    const changed = await changePipeline(deps, id, ['running'], (current) =>
      gone === 'server' ? afterRestart(deps, current) : afterLoss(deps, current, 'the computing unit ended'),
    );
    if (changed && lease) await forgetBundles(deps.objects, lease.id);
  }
  return mine.length;
}

function afterRestart(deps: Deps, current: Pipeline): Change {
  const interruptions = (current.interruptions ?? 0) + 1;
  if (interruptions > mostInterruptions) return afterLoss(deps, current, `${restarted} again and again`);
  const back = requeueing(current.attempts - 1, restarted);
  return { ...back, fields: { ...back.fields, interruptions } };
}

const restarted = 'the server was started again';
