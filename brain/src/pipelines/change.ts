import type { Deps } from '../deps.ts';
import type { Pipeline, PipelineEvent, PipelineStatus } from '../entities.ts';
import { busOf, pipelineTopic, queueTopic } from './bus.ts';

export interface Change {
  readonly fields: Partial<Omit<Pipeline, 'id' | 'userId' | 'version'>>;
  readonly event: Pick<PipelineEvent, 'type' | 'data'>;
}

/**
 * Changes a job that is in one of the states `from`, together with the event that tells of it. Where somebody
 * else was faster the job is read again and `decide` asked anew.
 *
 * @param decide the change, or undefined to leave the job alone
 * @returns the job as stored; undefined where nothing was changed
 */
export async function changePipeline(
  deps: Pick<Deps, 'records' | 'clock'>,
  id: string,
  from: readonly PipelineStatus[],
  decide: (current: Pipeline) => Change | undefined,
): Promise<Pipeline | undefined> {
  for (;;) {
    const current = await deps.records.pipelines.byId(id);
    if (!current || !from.includes(current.status)) return undefined;
    const change = decide(current);
    if (!change) return undefined;
    const at = deps.clock().toISOString();
    const next = { ...current, ...change.fields, updatedAt: at };
    const stored = await deps.records.pipelines.transition(next, from, { at, ...change.event });
    if (stored) {
      announce(deps, stored);
      return stored;
    }
  }
}

/** Wakes those who watch the job, and the workers where it waits for one. */
export function announce(deps: Pick<Deps, 'records'>, { id, unitId, status }: Pipeline): void {
  const bus = busOf(deps);
  bus.touch(pipelineTopic(id));
  if (status === 'queued') bus.touch(queueTopic(unitId));
}

export const stateEvent = (status: PipelineStatus, more: Record<string, unknown> = {}): Change['event'] => ({
  type: 'state',
  data: { status, ...more },
});

type Failure = NonNullable<Pipeline['error']>;

/** The end of a job that went wrong. */
export const failing = (deps: Pick<Deps, 'clock'>, error: Failure, failureKey?: string): Change => ({
  fields: {
    status: 'failed',
    error,
    lease: undefined,
    finishedAt: deps.clock().toISOString(),
    ...(failureKey !== undefined && { failureKey }),
  },
  event: stateEvent('failed', { error }),
});

/** Back to the queue, for the next worker. */
export const requeueing = (attempts: number, reason: string): Change => ({
  fields: { status: 'queued', lease: undefined, progress: 0, attempts },
  event: stateEvent('queued', { reason }),
});
