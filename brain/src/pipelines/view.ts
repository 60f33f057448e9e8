import type { PipelineView } from '@mroptimum/contract';
import { type StoreFor, storeOf } from '../computing-units/stores.ts';
import { unlessGone } from '../data/place.ts';
import type { Deps } from '../deps.ts';
import type { Pipeline } from '../entities.ts';

const linkSeconds = 3600;

/** A job as its owner sees it, with links to its bundle. */
export async function pipelineView(
  deps: Deps,
  pipeline: Pipeline,
  storeFor: StoreFor = (unitId) => storeOf(deps, unitId),
): Promise<PipelineView> {
  const { id, alias, status, progress, attempts, mode, unitId, createdAt, updatedAt } = pipeline;
  const { startedAt, finishedAt, error, result } = pipeline;
  return {
    id,
    pipeline_id: id,
    alias,
    status,
    progress,
    attempts,
    mode,
    computingUnitId: unitId,
    createdAt,
    updatedAt,
    ...(startedAt !== undefined && { startedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    ...(error !== undefined && { error }),
    ...(result !== undefined && { result }),
    setup: pipeline.job,
    files: await bundleFiles(storeFor, pipeline),
  };
}

async function bundleFiles(storeFor: StoreFor, pipeline: Pipeline): Promise<PipelineView['files']> {
  const { id, alias, status, unitId, resultKey, failureKey, createdAt, updatedAt } = pipeline;
  const key = status === 'completed' ? resultKey : status === 'failed' ? failureKey : undefined;
  if (key === undefined) return [];
  const fileName = `${alias || id}${status === 'failed' ? '-failed' : ''}.zip`;
  const store = await unlessGone(storeFor(unitId));
  if (!store) return [];
  const link = await store.link({
    method: 'GET',
    key,
    expiresInSeconds: linkSeconds,
    filename: fileName,
  });
  const location = JSON.stringify({ Bucket: status === 'failed' ? 'failed' : 'results', Key: key });
  return [{ id: key, fileName, link, status: 'available', database: 's3', location, createdAt, updatedAt }];
}
