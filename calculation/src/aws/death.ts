import { type ErrorCode, errorCatalogue, type MroError } from '@mroptimum/contract';

/** What the state machine says of a step that failed. */
export interface StepFailure {
  readonly Error?: string | undefined;
  readonly Cause?: string | undefined;
}

export type Said = Pick<MroError, 'code' | 'message' | 'hint'>;

const said = (code: ErrorCode, message: string, hint?: string): Said => ({
  code,
  message,
  hint: hint ?? errorCatalogue[code].hint,
});

/**
 * What killed a calculation, of what the services say, in words for its user. An error that the calculation itself
 * threw keeps code and message; of everything else nothing of the services' texts is kept, which name accounts.
 */
export function whatHappened({ Error: name = '', Cause: cause = '' }: StepFailure): Said {
  const { errorMessage } = jsonOf(cause) as { errorMessage?: string };
  if (name in errorCatalogue && errorMessage) return said(name as ErrorCode, errorMessage);
  const task = taskOf(cause);
  if (/Timedout|States\.Timeout|TIMED_OUT/i.test(name) || /Task timed out/.test(cause)) {
    return said('MRO_JOB_TIME', 'The calculation did not end in its time and was stopped.');
  }
  if (/OutOfMemory/i.test(`${name} ${cause}`) || task?.exitCode === 137 || /signal: killed/.test(cause)) {
    return said('MRO_JOB_MEMORY', 'The machine had no memory left for the data of this job, and ended.');
  }
  if (task?.pull) {
    return said(
      'MRO_JOB_SETUP',
      'The calculation never started: its image could not be loaded.',
      'Tell the operator: the image may be missing, or its repository not be reachable from the network of the tasks.',
    );
  }
  if (task?.neverStarted || /RunTask|ECS\.|Capacity/i.test(name)) {
    return said(
      'MRO_JOB_SETUP',
      'The calculation never started: there was no machine for it.',
      'Try it again later; if it stays, tell the operator.',
    );
  }
  const what = name ? ` (${name.replace(/[^\w.]/g, '')})` : '';
  return said('MRO_JOB_LOST', `The calculation ended in its middle${what}.`);
}

/** What ECS says of a task that ended badly. */
function taskOf(cause: string) {
  const task = jsonOf(cause) as {
    Containers?: readonly { ExitCode?: number; Reason?: string }[];
    StopCode?: string;
    StoppedReason?: string;
  };
  if (!task.Containers && !task.StopCode) return undefined;
  const [container] = task.Containers ?? [];
  const reasons = `${task.StoppedReason ?? ''} ${container?.Reason ?? ''}`;
  return {
    exitCode: container?.ExitCode,
    pull: /CannotPull|ResourceInitializationError/i.test(reasons),
    neverStarted: task.StopCode === 'TaskFailedToStart',
  };
}

function jsonOf(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
