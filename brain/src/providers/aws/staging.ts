import {
  bundleKeyOfLease,
  type Companion,
  MroError,
  type StagedJob,
  stagedJobSchema,
} from '@mroptimum/contract';
import type { DataFile, Pipeline } from '../../entities.ts';
import { filesOf } from '../../pipelines/inputs.ts';
import { type Buckets, bundleBucket } from '../s3/client.ts';

/**
 * The job of a lease as a unit in the cloud reads it: its files by bucket and key, and where its bundles go. Links,
 * tokens and addresses are not in it.
 *
 * @param inputs the files that the job reads
 * @param companionsOf the other halves of files of formats of two
 * @throws MRO_JOB_FETCH where a file was removed from the library
 */
export async function stageJob(
  pipeline: Pipeline,
  lease: string,
  buckets: Buckets,
  inputs: readonly DataFile[],
  companionsOf: (file: DataFile) => Promise<readonly DataFile[]>,
): Promise<StagedJob> {
  const task = structuredClone(pipeline.job.task);
  const known = new Map(inputs.map((file) => [file.id, file]));
  for (const [path, reference] of filesOf(task)) {
    const file = known.get(String(reference.id));
    if (!file) {
      throw new MroError('MRO_JOB_FETCH', `${path}: the file was removed from the library.`, {
        hint: 'Upload the file again and queue the task with it.',
      });
    }
    const companions: Companion[] = (await companionsOf(file)).map(({ objectKey, filename }) => ({
      bucket: buckets.data,
      key: objectKey,
      filename,
    }));
    Object.assign(reference.options, {
      type: 's3',
      bucket: buckets.data,
      key: file.objectKey,
      filename: file.filename,
      ...(companions.length > 0 && { companions }),
    });
    delete reference.options.presigned_url;
  }
  const { presigned_upload_url: _link, ...job } = pipeline.job;
  const place = (kind: 'result' | 'failure') => ({
    bucket: bundleBucket(buckets, kind),
    key: bundleKeyOfLease(kind, lease),
  });
  return stagedJobSchema.parse({
    ...job,
    task,
    lease,
    deliver: { results: place('result'), failed: place('failure') },
    ...(pipeline.estimate && { estimate: pipeline.estimate }),
  });
}
