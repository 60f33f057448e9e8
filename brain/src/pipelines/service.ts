import { MroError, type PipelineView } from '@mroptimum/contract';
import { storeOf, storesOf } from '../computing-units/stores.ts';
import { unlessGone } from '../data/place.ts';
import type { Deps } from '../deps.ts';
import type { Page, PageRequest, Pipeline, PipelineStatus, User } from '../entities.ts';
import { changePipeline, stateEvent } from './change.ts';
import { bundleFolders } from './keys.ts';
import { launch } from './queue.ts';
import { pipelineView } from './view.ts';

/** @throws MRO_BRAIN_NOT_FOUND for what does not exist or belongs to somebody else */
export async function ownPipeline(deps: Deps, user: User, id: string): Promise<Pipeline> {
  const pipeline = await deps.records.pipelines.byId(id);
  if (pipeline?.userId !== user.id) {
    throw new MroError('MRO_BRAIN_NOT_FOUND', 'There is no such job for you.', {
      hint: 'Look into the list of jobs.',
    });
  }
  return pipeline;
}

/** Jobs of a user, newest first. */
export async function listPipelines(
  deps: Deps,
  user: User,
  page: PageRequest & { readonly status?: PipelineStatus },
): Promise<{ jobs: PipelineView[]; nextCursor?: string }> {
  const { items, nextCursor }: Page<Pipeline> = await deps.records.pipelines.listByUser(user.id, page);
  const storeFor = storesOf(deps);
  const jobs = await Promise.all(items.map((pipeline) => pipelineView(deps, pipeline, storeFor)));
  return { jobs, ...(nextCursor !== undefined && { nextCursor }) };
}

/** Another name. */
export async function renamePipeline(deps: Deps, user: User, id: string, alias: string): Promise<Pipeline> {
  const { status } = await ownPipeline(deps, user, id);
  const every: readonly PipelineStatus[] = ['queued', 'running', 'completed', 'failed', 'cancelled'];
  const renamed = await changePipeline(deps, id, every, (current) => ({
    fields: { alias },
    event: stateEvent(current.status, { alias }),
  }));
  return renamed ?? refuseState(status, 'renamed');
}

/**
 * Stops a job. A waiting one is never started; the worker of a running one hears of it with its next heartbeat
 * and gives up, and whatever it still reports changes nothing.
 *
 * @throws MRO_BRAIN_STATE where it has ended already
 */
export async function cancelPipeline(deps: Deps, user: User, id: string): Promise<Pipeline> {
  const before = await ownPipeline(deps, user, id);
  if (before.status === 'cancelled') return before;
  let lease: Pipeline['lease'];
  const cancelled = await changePipeline(deps, id, ['queued', 'running'], (current) => {
    lease = current.lease;
    return {
      fields: {
        status: 'cancelled',
        lease: undefined,
        cancelRequested: current.status === 'running',
        finishedAt: deps.clock().toISOString(),
      },
      event: stateEvent('cancelled'),
    };
  });
  if (!cancelled) return refuseState((await ownPipeline(deps, user, id)).status, 'cancelled');
  if (cancelled.cancelRequested) await stopExecution(deps, { ...cancelled, lease });
  return cancelled;
}

async function stopExecution(deps: Deps, pipeline: Pipeline): Promise<void> {
  const unit = await deps.records.units.byId(pipeline.unitId);
  try {
    if (unit) await deps.launchers[unit.provider]?.stop(unit, pipeline);
  } catch (error) {
    deps.log.warn({ err: error, pipeline: pipeline.id }, 'the unit could not be told to stop');
  }
}

/**
 * Queues a job that failed or was cancelled once more.
 *
 * @throws MRO_BRAIN_STATE for one that waits, runs or is completed, MRO_BRAIN_UNIT where its unit is gone
 */
export async function retryPipeline(deps: Deps, user: User, id: string): Promise<Pipeline> {
  const before = await ownPipeline(deps, user, id);
  const unit = await deps.records.units.byId(before.unitId);
  if (!unit) {
    throw new MroError('MRO_BRAIN_UNIT', 'The computing unit of this job was removed.', {
      hint: 'Queue the task again.',
    });
  }
  const queued = await changePipeline(deps, id, ['failed', 'cancelled'], () => ({
    fields: {
      status: 'queued',
      attempts: 0,
      interruptions: undefined,
      progress: 0,
      cancelRequested: false,
      error: undefined,
      startedAt: undefined,
      finishedAt: undefined,
      failureKey: undefined,
    },
    event: stateEvent('queued', { reason: 'retry' }),
  }));
  if (!queued) return refuseState((await ownPipeline(deps, user, id)).status, 'tried again');
  return launch(deps, unit, queued);
}

/** Removes a job with its bundles and regions; one that runs is stopped. */
export async function deletePipeline(deps: Deps, user: User, id: string): Promise<void> {
  const { status } = await ownPipeline(deps, user, id);
  if (status === 'queued' || status === 'running') await cancelPipeline(deps, user, id).catch(onlyState);
  for (const roi of await deps.records.rois.listByPipeline(id)) {
    await deps.records.rois.delete(roi.id);
    await deps.objects.delete(roi.objectKey);
  }
  const { resultKey, unitId } = await ownPipeline(deps, user, id);
  await deps.records.pipelines.delete(id);
  const store = await unlessGone(storeOf(deps, unitId));
  if (!store) return;
  if (resultKey !== undefined) await store.delete(resultKey);
  for (const folder of bundleFolders(id))
    for await (const { key } of store.list(folder)) await store.delete(key);
}

/** It ended by itself in the meantime. */
function onlyState(error: unknown): void {
  if (!(error instanceof MroError) || error.code !== 'MRO_BRAIN_STATE') throw error;
}

function refuseState(status: PipelineStatus, what: string): never {
  throw new MroError('MRO_BRAIN_STATE', `The job is ${status}: it cannot be ${what}.`);
}
