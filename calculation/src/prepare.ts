import {
  executionInputSchema,
  type ObjectPlace,
  objectPlaceSchema,
  withoutSecretFields,
} from '@mroptimum/contract';
import { z } from 'zod';
import { logLine, required } from './aws/environment.ts';
import { putBytes, requestAt, s3Client } from './aws/objects.ts';
import { planPlace } from './aws/order.ts';
import { machines, needOf } from './aws/plan.ts';
import { choosePlan, type Plan } from './platform.ts';

const eventSchema = z.union([
  z.object({ stage: z.unknown(), execution: z.string().min(1) }).required({ stage: true }),
  z.object({ plan: objectPlaceSchema, input: executionInputSchema.pick({ estimate: true }).partial() }),
]);

/** Where nothing is known of a job. */
const unknown = { seconds: 60, bytes: 2e9 };

/**
 * The Lambda function that prepares an execution, in two steps: `stage` puts a job that came with the execution's
 * input into the data bucket, since later steps take a pointer; `plan` opens the header of the raw file, and chooses
 * where the job runs.
 *
 * @throws MroError where the buckets cannot be read or written
 */
export async function handler(event: unknown): Promise<{ readonly job: ObjectPlace } | Plan> {
  const order = eventSchema.parse(event);
  if ('stage' in order) return { job: await stage(order.stage, order.execution) };
  const s3 = s3Client();
  const request = await requestAt(s3, order.plan);
  const plan = choosePlan(await needOf(request, s3, order.input.estimate ?? unknown), machines());
  await putBytes(s3, planPlace(order.plan), JSON.stringify(plan), 'application/json');
  logLine('info', `The job runs on ${plan.platform}.`, { fanOut: plan.fanOut, ...plan.estimate });
  return plan;
}

/** A job without lease: its bundles go to a place that is named as the execution, of which no server hears. */
async function stage(input: unknown, execution: string): Promise<ObjectPlace> {
  const given = input as { job?: unknown };
  const own = `direct/${execution}.zip`;
  const staged = {
    ...(withoutSecretFields(given.job ?? given) as object),
    deliver: {
      results: { bucket: required('ResultsBucketName'), key: own },
      failed: { bucket: required('FailedBucketName'), key: own },
    },
  };
  const place = { bucket: required('DataBucketName'), key: `jobs/direct-${execution}.json` };
  await putBytes(s3Client(), place, JSON.stringify(staged), 'application/json');
  return place;
}
