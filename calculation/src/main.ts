import { randomUUID } from 'node:crypto';
import { availableParallelism, totalmem } from 'node:os';
import { MroError } from '@mroptimum/contract';
import { logLine } from './aws/environment.ts';
import { s3Client } from './aws/objects.ts';
import { type Order, orderOf, orderSchema } from './aws/order.ts';
import { runOrder } from './aws/runOrder.ts';
import { asMroError, wasAborted } from './errors.ts';

/** Part of a task's memory that the calculation may use. */
const usable = 0.85;
/** As shells say that a process was ended by SIGTERM. */
const terminated = 143;

/**
 * What the environment of a Fargate task orders: JOB_BUCKET and JOB_KEY point to a job (JOB_SLICES "from-to" to some
 * of its slices), or FILE_EVENT holds the event of a file that was put into a bucket.
 *
 * @throws MRO_JOB_SETUP where it orders nothing
 */
function orderOfEnvironment(env: NodeJS.ProcessEnv): ReturnType<typeof orderOf> {
  const { JOB_BUCKET, JOB_KEY, JOB_SLICES, FILE_EVENT } = env;
  if (JOB_BUCKET && JOB_KEY) {
    const [, from, to] = /^(\d+)-(\d+)$/.exec(JOB_SLICES ?? '') ?? [];
    const order: Order = { job: { bucket: JOB_BUCKET, key: JOB_KEY } };
    if (!JOB_SLICES) return order;
    return orderSchema.parse({ ...order, slices: { from: Number(from), to: Number(to) } });
  }
  if (FILE_EVENT) return orderOf(JSON.parse(FILE_EVENT));
  throw new MroError('MRO_JOB_SETUP', 'Neither JOB_BUCKET and JOB_KEY nor FILE_EVENT is in the environment.');
}

/** The entry of a container: one job, then the process ends; its exit code says how it went. */
async function main(): Promise<number> {
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  try {
    const allowed = process.constrainedMemory();
    const memory = allowed > 0 && allowed < totalmem() ? allowed : totalmem();
    const outcome = await runOrder(orderOfEnvironment(process.env), {
      s3: s3Client(),
      threads: availableParallelism(),
      memoryLimit: usable * memory,
      platform: 'fargate',
      own: randomUUID(),
      signal: stop.signal,
    });
    logLine('info', 'Done.', outcome);
    return 0;
  } catch (thrown) {
    const error = asMroError(thrown, stop.signal);
    logLine('error', error.message, { code: error.code });
    return wasAborted(error) ? terminated : 1;
  }
}

process.exit(await main());
