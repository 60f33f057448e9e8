import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Deps } from '../deps.ts';
import type { Env } from '../http/caller.ts';
import { followPipeline } from './events.ts';

/** A quiet connection is kept open by a comment this often. */
const heartbeatMs = 15_000;
/** Then the client comes again, with a token that is still good. */
const longestMs = 15 * 60_000;

/** Answers with the events of a job as a server-sent stream; each carries its sequence as id. */
export function streamPipeline(c: Context<Env>, deps: Deps, id: string, after: number): Response {
  // Proxies must hand every event on at once.
  c.header('X-Accel-Buffering', 'no');
  return streamSSE(c, async (stream) => {
    const end = new AbortController();
    const limit = setTimeout(() => end.abort(), longestMs);
    stream.onAbort(() => end.abort());
    try {
      await stream.write('retry: 1000\n\n');
      let spoken = performance.now();
      for await (const told of followPipeline(deps, id, after, end.signal)) {
        if ('event' in told) {
          const { sequence, at, type, data } = told.event;
          const text = JSON.stringify({ sequence, at, type, data });
          await stream.writeSSE({ id: String(sequence), event: type, data: text });
        } else if (performance.now() - spoken < heartbeatMs) continue;
        else await stream.write(': still here\n\n');
        spoken = performance.now();
      }
    } finally {
      clearTimeout(limit);
      end.abort();
    }
  });
}
