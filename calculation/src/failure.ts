import { writeFailure } from '@mroptimum/bundle';
import type { Job, MroError } from '@mroptimum/contract';
import { asMroError } from './errors.ts';
import type { JobIo } from './io.ts';
import type { JobLog } from './log.ts';
import { published } from './published.ts';

/** What is known of a job when it fails. */
interface FailedJob {
  readonly error: MroError;
  /** As it arrived. */
  readonly request: unknown;
  /** As it was understood; undefined where it was not. */
  readonly job: Job | undefined;
  readonly log: JobLog;
  /** Seconds. */
  readonly calculationTime: number;
}

/** Writes the failure bundle, where the io wants one. Never throws. */
export async function deliverFailure(
  { error, request, job, log, calculationTime }: FailedJob,
  io: JobIo,
): Promise<void> {
  const event = published(asValue(request));
  try {
    const sink = await io.failure();
    if (!sink) return;
    await writeFailure(sink, {
      error: { code: error.code, message: error.message, hint: error.hint },
      event,
      options: job ? published(job) : event,
      info: {
        options: job ? published(job.task) : {},
        log: log.entries,
        calculationTime,
        summary: {},
        userId: job?.user_id ?? null,
      },
    });
  } catch (failure) {
    // The calculation's own error matters more than that its report could not be kept.
    log.warn(`The failure report could not be written: ${asMroError(failure).message}`);
  }
}

/** The request as a JSON value: only of values the secret fields can be told from the others. */
function asValue(request: unknown): unknown {
  if (typeof request !== 'string') return request;
  try {
    return JSON.parse(request) as unknown;
  } catch {
    return `${request.length} characters that are not JSON`;
  }
}
