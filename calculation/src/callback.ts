import { type BundleKind, leaseOfBundleKey } from '@mroptimum/contract';
import { z } from 'zod';
import { required } from './aws/environment.ts';
import { exists, s3Client } from './aws/objects.ts';
import { placesOfS3Event } from './aws/order.ts';
import { errorOfBundle, type Report, reportToServer } from './aws/report.ts';

const executionSchema = z.object({
  source: z.literal('aws.states'),
  detail: z.object({ name: z.string(), status: z.string() }),
});

const aborted = {
  code: 'MRO_JOB_ABORTED',
  message: 'The calculation was stopped in the cloud.',
  hint: 'Start it again.',
};
const overtime = {
  code: 'MRO_JOB_TIME',
  message: 'The execution did not end in its time and was stopped.',
  hint: 'Run it on a unit without that limit, or with fewer slices or replicas.',
};
const lost = {
  code: 'MRO_JOB_LOST',
  message: 'The execution failed and left no report.',
  hint: 'Look into the history of the execution, then try the job again.',
};
const errors: Readonly<Record<string, typeof lost>> = { ABORTED: aborted, TIMED_OUT: overtime };

/**
 * The Lambda function that tells the server how a job ended: called for each bundle that appears in the results and
 * failed buckets, and for executions that failed, ran out of time or were stopped. Repeated and late calls change
 * nothing there. Keys that no lease names are somebody's own and ignored.
 *
 * @throws what may pass, so that it is called again, and at the end the event lies in the dead-letter queue
 */
export async function handler(event: unknown): Promise<{ readonly reported: number }> {
  const reports: Report[] = [];
  for (const { key } of placesOfS3Event(event) ?? []) {
    const told = leaseOfBundleKey(key);
    if (told) reports.push(await reportOf(told.kind, told));
  }
  const execution = executionSchema.safeParse(event);
  if (execution.success) {
    const report = await reportOfExecution(execution.data.detail);
    if (report) reports.push(report);
  }
  for (const report of reports) await reportToServer(report);
  return { reported: reports.length };
}

async function reportOf(
  kind: BundleKind,
  { pipeline, lease }: { readonly pipeline: string; readonly lease: string },
): Promise<Report> {
  if (kind === 'result') return { what: 'completed', body: { pipeline, lease } };
  const failed = { bucket: required('FailedBucketName'), key: keyOf('failed', lease) };
  return {
    what: 'failed',
    body: { pipeline, lease, error: await errorOfBundle(s3Client(), failed), bundle: true },
  };
}

const keyOf = (folder: string, lease: string): string => `${folder}/${lease.replace('.', '/')}.zip`;

/** The bundles have the last word: an execution may fail after its result was there. */
async function reportOfExecution({
  name,
  status,
}: {
  readonly name: string;
  readonly status: string;
}): Promise<Report | undefined> {
  const told = leaseOfBundleKey(keyOf('failed', name));
  if (!told || told.lease !== name) return undefined;
  const s3 = s3Client();
  if (await exists(s3, { bucket: required('ResultsBucketName'), key: keyOf('results', name) }))
    return reportOf('result', told);
  if (await exists(s3, { bucket: required('FailedBucketName'), key: keyOf('failed', name) }))
    return reportOf('failure', told);
  const error = errors[status] ?? lost;
  return {
    what: 'failed',
    body: { pipeline: told.pipeline, lease: name, error, bundle: false },
  };
}
