import { writeFailure } from '@mroptimum/bundle';
import { objectPlaceSchema, withoutSecretFields } from '@mroptimum/contract';
import { z } from 'zod';
import { whatHappened } from './aws/death.ts';
import { failureUpload } from './aws/deliver.ts';
import { logLine } from './aws/environment.ts';
import { exists, requestAt, s3Client } from './aws/objects.ts';
import { deliveryOf } from './aws/order.ts';
import { errorOfBundle } from './aws/report.ts';
import { published } from './published.ts';

const eventSchema = z.object({
  execution: z.string().min(1),
  /** What the state machine knows: the job, as a pointer or itself, and what went wrong. */
  input: z.looseObject({
    job: z.unknown().optional(),
    failure: z.object({ Error: z.string().optional(), Cause: z.string().optional() }),
  }),
});

interface Left {
  /** Why the execution fails, for the state machine. */
  readonly error: { readonly code: string; readonly message: string };
  /** Whether this invocation wrote the bundle, or another had before. */
  readonly written: boolean;
}

/**
 * The Lambda function of the state machine's last resort: leaves a failure bundle where the calculation left none,
 * because its container died, had no memory or time left, or never started. One that is there is never replaced.
 */
export async function handler(event: unknown): Promise<Left> {
  const { execution, input } = eventSchema.parse(event);
  const { failure, ...given } = input;
  const s3 = s3Client();
  const job = objectPlaceSchema.safeParse(given.job).data;
  const request = job ? await requestAt(s3, job).catch(() => undefined) : (given.job ?? given);
  const { results, failed } = deliveryOf(request, job, execution);
  // Its answer may have been lost after its bundle was there.
  const error = whatHappened(failure);
  if (await exists(s3, failed)) return { error: await errorOfBundle(s3, failed), written: false };
  if (await exists(s3, results)) return { error, written: false };
  logLine('error', error.message, { code: error.code, step: failure.Error });
  const task = (request as { task?: unknown } | undefined)?.task;
  await writeFailure(failureUpload(s3, failed, { onlyFirst: true }), {
    error,
    event: published(withoutSecretFields(request ?? { job })),
    options: published(withoutSecretFields(request ?? {})),
    info: {
      options: (task ? published(task) : {}) as Record<string, unknown>,
      log: [{ when: new Date().toISOString(), what: `${error.message} ${error.hint}`.trim(), type: 'ERROR' }],
      calculationTime: 0,
      summary: {},
      userId: userOf(request),
    },
  });
  return { error, written: true };
}

const userOf = (request: unknown): string | number | null =>
  (request as { user_id?: string | number | null } | undefined)?.user_id ?? null;
