import { type BundleFailure, MroError, withoutSecretsInText } from '@mroptimum/contract';
import { storeOf } from '../computing-units/stores.ts';
import type { Deps } from '../deps.ts';
import type { Pipeline } from '../entities.ts';
import { type Change, changePipeline, failing, stateEvent } from '../pipelines/change.ts';
import { bundleKey } from '../pipelines/keys.ts';
import type { Objects } from '../providers/objects.ts';
import { type VerifiedBundle, verifyBundle } from '../results/verify.ts';
import { holds } from './lease.ts';
import { afterLoss, forgetBundles } from './loss.ts';

/** What the unit is told: the state of the job, and whether this callback brought it there. */
export interface Outcome {
  readonly status: string;
  readonly applied: boolean;
}

/**
 * A unit says that it has put the result of a lease. The job is completed only after the bundle was opened and
 * read; a bundle that cannot be read fails it. Callbacks of leases that ended, and repeated ones, change nothing.
 */
export async function completeJob(deps: Deps, id: string, leaseId: string): Promise<Outcome> {
  const before = await deps.records.pipelines.byId(id);
  if (!holds(before, leaseId)) return ignored(before);
  const resultKey = bundleKey('result', leaseId);
  const end = await verified(await storeOf(deps, before?.unitId), resultKey);
  return apply(deps, id, leaseId, () =>
    'error' in end
      ? failing(deps, end.error)
      : {
          fields: {
            status: 'completed',
            lease: undefined,
            progress: 1,
            resultKey,
            result: { ...end.summary },
            error: undefined,
            finishedAt: deps.clock().toISOString(),
          },
          event: stateEvent('completed'),
        },
  );
}

type Verified = Pick<VerifiedBundle, 'summary'> | { readonly error: NonNullable<Pipeline['error']> };

async function verified(objects: Objects, key: string): Promise<Verified> {
  try {
    const { summary, failure } = await verifyBundle({ objects }, key);
    return failure ? { error: failure } : { summary };
  } catch (error) {
    // A disk that cannot be read now says nothing about the bundle: the unit reports again.
    if (!(error instanceof MroError) || !error.code.startsWith('MRO_BUNDLE_')) throw error;
    const { code, message, hint } = error;
    await objects.delete(key);
    return { error: { code, message: `The result cannot be used: ${message}`, hint } };
  }
}

/** A unit says that the job of a lease went wrong, with or without a bundle that tells how. */
export async function failJob(
  deps: Deps,
  id: string,
  leaseId: string,
  said: { readonly error: BundleFailure; readonly bundle: boolean },
): Promise<Outcome> {
  const before = await deps.records.pipelines.byId(id);
  if (!holds(before, leaseId)) return ignored(before);
  const failureKey = said.bundle
    ? await readable(await storeOf(deps, before?.unitId), bundleKey('failure', leaseId))
    : undefined;
  const error = {
    code: said.error.code,
    message: withoutSecretsInText(said.error.message),
    hint: withoutSecretsInText(said.error.hint),
  };
  // A calculation that was killed is a lost worker: the job is tried again as often as after those.
  const again = error.code === 'MRO_JOB_LOST';
  const outcome = await apply(deps, id, leaseId, (current) =>
    again ? afterLoss(deps, current, error.message, error) : failing(deps, error, failureKey),
  );
  if (again && outcome.applied) await forgetBundles(await storeOf(deps, before?.unitId), leaseId);
  return outcome;
}

/** The key of a failure bundle that can be read; the error itself matters more than its report. */
async function readable(objects: Objects, key: string): Promise<string | undefined> {
  try {
    await verifyBundle({ objects }, key);
    return key;
  } catch (error) {
    if (!(error instanceof MroError) || !error.code.startsWith('MRO_BUNDLE_')) throw error;
    await objects.delete(key);
    return undefined;
  }
}

async function apply(
  deps: Deps,
  id: string,
  leaseId: string,
  change: (current: Pipeline) => Change,
): Promise<Outcome> {
  const changed = await changePipeline(deps, id, ['running'], (current) =>
    holds(current, leaseId) ? change(current) : undefined,
  );
  return changed ? { status: changed.status, applied: true } : ignored(await deps.records.pipelines.byId(id));
}

/** What is said of a job that is not there. */
export const gone: Outcome = { status: 'deleted', applied: false };

const ignored = (pipeline: Pipeline | undefined): Outcome =>
  pipeline ? { status: pipeline.status, applied: false } : gone;
