import type { Deps } from '../deps.ts';
import type { Pipeline, PipelineEvent } from '../entities.ts';
import { busOf, pipelineTopic } from './bus.ts';

/** How often the records are looked at where no word comes from this process. */
const lookEveryMs = 5_000;
const pageSize = 500;

const ended = ({ status }: Pipeline): boolean => status !== 'queued' && status !== 'running';

/** What a stream says: an event, or that nothing happened for a while. */
export type Told = { readonly event: PipelineEvent } | { readonly quiet: true };

/**
 * Events of a job with a sequence beyond `after`, as they happen, until it has ended or is deleted.
 *
 * @param signal raised when nobody listens any more
 */
export async function* followPipeline(
  deps: Deps,
  id: string,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<Told> {
  const listener = busOf(deps).listen(pipelineTopic(id));
  let last = after;
  try {
    while (!signal.aborted) {
      // The state is read first: an event that follows it belongs to a later round.
      const pipeline = await deps.records.pipelines.byId(id);
      const events = await deps.records.pipelines.events(id, last, pageSize);
      for (const event of events) {
        last = event.sequence;
        yield { event };
      }
      if (events.length === pageSize) continue;
      if (!pipeline || ended(pipeline)) return;
      if (events.length === 0) yield { quiet: true };
      await listener.wait(lookEveryMs, signal);
    }
  } finally {
    listener.close();
  }
}

/** Whether a stream that resumes after `last` would have nothing more to say. */
export async function nothingFollows(deps: Deps, pipeline: Pipeline, last: number): Promise<boolean> {
  return ended(pipeline) && (await deps.records.pipelines.events(pipeline.id, last, 1)).length === 0;
}
