import { openBundle, openZip } from '@mroptimum/bundle';
import { MroError, type PipelineResult, withoutSecrets } from '@mroptimum/contract';
import { storeOf } from '../computing-units/stores.ts';
import type { Deps } from '../deps.ts';
import type { Pipeline, User } from '../entities.ts';
import { ownPipeline } from '../pipelines/service.ts';
import { linkSeconds } from '../uploads/transfer.ts';
import { bundleLimits, folderInside, openStored } from './verify.ts';

const notFound = (): MroError =>
  new MroError('MRO_BRAIN_NOT_FOUND', 'There is no such result for you.', {
    hint: 'Look into the list of jobs.',
  });

/**
 * What a finished job holds: its info.json with a link for each map. The links read the map inside the archive;
 * nothing is unpacked.
 *
 * @throws MRO_BRAIN_STATE before the job has ended; MRO_BRAIN_NOT_FOUND where it left nothing
 */
export async function pipelineResult(deps: Deps, pipeline: Pipeline): Promise<PipelineResult> {
  const { status, resultKey, failureKey, error } = pipeline;
  if (status === 'queued' || status === 'running') {
    throw new MroError('MRO_BRAIN_STATE', `The job is ${status}: it has no result yet.`, {
      hint: 'Wait until it is completed.',
    });
  }
  const key = status === 'completed' ? resultKey : failureKey;
  if (key === undefined) {
    throw new MroError('MRO_BRAIN_NOT_FOUND', `The job is ${status} and left no bundle.`, {
      hint: error?.hint ?? 'Run it again.',
    });
  }
  const objects = await storeOf(deps, pipeline.unitId);
  const source = await openStored({ objects }, key);
  try {
    const zip = await openZip(source, bundleLimits);
    const { info, failure } = await openBundle(zip);
    const folder = folderInside(zip.names);
    const name = pipeline.alias || pipeline.id;
    const link = (filename: string, entry?: string): Promise<string> =>
      objects.link({
        method: 'GET',
        key,
        expiresInSeconds: linkSeconds,
        filename,
        ...(entry !== undefined && { entry }),
      });
    return {
      // Bundles of earlier versions, and foreign ones, may hold a token.
      ...withoutSecrets(info),
      data: await Promise.all(
        info.data.map(async (map) => ({
          ...map,
          link: await link(map.filename.split('/').at(-1)!, folder + map.filename),
        })),
      ),
      link: await link(`${name}.zip`),
      ...(failure && { error: failure }),
    };
  } finally {
    await source.close();
  }
}

/**
 * The result at a place, as older clients ask for it.
 * @throws MRO_BRAIN_NOT_FOUND where there is none, or it is somebody else's
 */
export async function resultAt(deps: Deps, user: User, key: string): Promise<PipelineResult> {
  const id = /^(?:results|failed)\/([^/]+)\//.exec(key)?.[1];
  if (id === undefined) throw notFound();
  const pipeline = await ownPipeline(deps, user, id);
  if (pipeline.resultKey !== key && pipeline.failureKey !== key) throw notFound();
  return pipelineResult(deps, pipeline);
}
