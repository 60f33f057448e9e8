import type { Context } from 'hono';
import type { Deps } from '../deps.ts';
import type { Env } from '../http/caller.ts';
import { nothingFollows } from './events.ts';

/** Gateways of the cloud give up after 30 s. */
const longestMs = 20_000;
const lookEveryMs = 1_000;
const pageSize = 500;

/**
 * Events of a job where answers are handed on only when they have ended: as soon as there are some, all of them, or
 * none after 20 s. Clients that read streams come again with the last sequence, and miss nothing.
 */
export async function answerEvents(
  c: Context<Env>,
  deps: Deps,
  id: string,
  after: number,
  patienceMs = longestMs,
): Promise<Response> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const pipeline = await deps.records.pipelines.byId(id);
    const events = await deps.records.pipelines.events(id, after, pageSize);
    const isOver = !pipeline || (await nothingFollows(deps, pipeline, after));
    if (events.length > 0 || isOver || performance.now() >= end) {
      const told = events.map(({ sequence, at, type, data }) => {
        const text = JSON.stringify({ sequence, at, type, data });
        return `id: ${sequence}\nevent: ${type}\ndata: ${text}\n\n`;
      });
      return c.body(`retry: 1000\n\n${told.join('')}`, 200, { 'Content-Type': 'text/event-stream' });
    }
    await new Promise((resolve) => setTimeout(resolve, Math.min(lookEveryMs, patienceMs)));
  }
}
