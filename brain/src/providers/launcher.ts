import type { ComputingUnit, Pipeline } from '../entities.ts';

/** State of an execution as its unit tells it; 'unknown' where it never started or is forgotten. */
export type ExecutionState = 'waiting' | 'running' | 'succeeded' | 'failed' | 'unknown';

/** One thing that was looked at, in words. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly advice: string;
}

/**
 * Starts, looks at and stops jobs of units that the brain must push to (Step Functions). Local units pull: their
 * launcher leaves the job in the queue, and leases tell what became of it.
 */
export interface Launcher {
  /** Whether jobs are started here; else workers come for them. */
  readonly pushes: boolean;
  /** Gives the job as it is then. */
  start(unit: ComputingUnit, pipeline: Pipeline): Promise<Pipeline>;
  describe(unit: ComputingUnit, pipeline: Pipeline): Promise<ExecutionState>;
  /** @param pipeline with the lease that is to be stopped */
  stop(unit: ComputingUnit, pipeline: Pipeline): Promise<void>;
  /** Health of a unit in words; never throws for an unhealthy one. */
  check(unit: ComputingUnit): Promise<readonly Finding[]>;
  /** Looks at a unit before it is registered. @throws MRO_BRAIN_UNIT where it would be dangerous to use */
  admit?(unit: ComputingUnit): Promise<void>;
}
