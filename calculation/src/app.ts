import { availableParallelism } from 'node:os';
import { MroError } from '@mroptimum/contract';
import { numberSetting } from './aws/environment.ts';
import { lambdaThreads } from './aws/lambdaThreads.ts';
import { requestAt, s3Client } from './aws/objects.ts';
import { orderOf } from './aws/order.ts';
import type { Outcome } from './aws/runOrder.ts';

/** What Lambda says of an invocation, as far as it is used. */
export interface InvocationContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Part of a function's memory that the calculation may use. */
const usable = 0.85;
/** Before Lambda ends the invocation, there must be time to write a failure bundle. */
const reserveMs = 20_000;

/**
 * The Lambda function that calculates: called with `{job: {bucket, key}}`, with an S3 event of a job that was put into
 * a bucket, or with the job itself; for a divided job also with `slices` or `merge`.
 *
 * @throws the job's error, after its failure bundle was written: a failed calculation is a failed invocation
 */
export async function handler(event: unknown, context: InvocationContext): Promise<Outcome> {
  const memory = numberSetting('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 1769) * 2 ** 20;
  const deadline = new AbortController();
  const left = context.getRemainingTimeInMillis();
  const timer = setTimeout(
    () =>
      deadline.abort(
        new MroError('MRO_JOB_TIME', 'The job did not end within the 15 minutes of a function.'),
      ),
    Math.max(0.8 * left, left - reserveMs),
  );
  try {
    const order = orderOf(event);
    const s3 = s3Client();
    // The job is on its way while the calculation is loaded, which the first invocation waits for.
    const request = 'job' in order ? requestAt(s3, order.job) : undefined;
    request?.catch(() => {});
    const { runOrder } = await import('./aws/runOrder.ts');
    const machine = {
      s3,
      threads: Math.min(availableParallelism(), lambdaThreads(memory)),
      memoryLimit: usable * memory,
      platform: 'lambda',
      own: context.awsRequestId,
      signal: deadline.signal,
    } as const;
    return await runOrder(order, machine, request);
  } finally {
    clearTimeout(timer);
  }
}
