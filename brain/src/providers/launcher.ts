import type { ComputingUnit, Pipeline } from '../entities.ts';

/** State of an execution as its unit tells it; 'unknown' where it never started or is forgotten. */
export type ExecutionState = 'waiting' | 'running' | 'succeeded' | 'failed' | 'unknown';

/**
 * Starts, looks at and stops jobs of units that the brain must push to (Step Functions). Local units pull: their
 * launcher leaves the job in the queue, and leases tell what became of it.
 */
export interface Launcher {
  start(unit: ComputingUnit, pipeline: Pipeline): Promise<void>;
  describe(unit: ComputingUnit, pipeline: Pipeline): Promise<ExecutionState>;
  stop(unit: ComputingUnit, pipeline: Pipeline): Promise<void>;
  /** Health of a unit in words; never throws for an unhealthy one. */
  check(
    unit: ComputingUnit,
  ): Promise<readonly { readonly what: string; readonly ok: boolean; readonly advice: string }[]>;
}
