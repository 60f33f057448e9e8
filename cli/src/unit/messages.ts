import type { RemoteInput } from '@mroptimum/calculation/local';
import type { LogEntry } from '@mroptimum/contract';

/** Command by which the unit starts its calculating process. */
export const childCommand = 'unit-job';

/** What the unit tells its calculating process. */
export interface JobOrder {
  readonly job: unknown;
  readonly inputs: readonly RemoteInput[];
  readonly spool: string;
  readonly threads: number;
  readonly memoryLimit: number;
}

/** How a job went, and where its bundle lies. */
export type JobOutcome =
  | { readonly kind: 'done' }
  | {
      readonly kind: 'failed';
      readonly error: { readonly code: string; readonly message: string; readonly hint: string };
    };

/** What the calculating process tells. */
export type JobNews =
  | { readonly kind: 'progress'; readonly fraction: number }
  | { readonly kind: 'log'; readonly entry: LogEntry }
  | JobOutcome;
