import { errorCatalogue } from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { Pipeline } from '../entities.ts';
import { type Change, failing, requeueing } from '../pipelines/change.ts';
import { bundleKey } from '../pipelines/keys.ts';
import type { Objects } from '../providers/objects.ts';

/** A job is tried this often before it is given up. */
export const maximumAttempts = 3;

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
