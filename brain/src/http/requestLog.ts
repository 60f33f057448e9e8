import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Logger } from 'pino';
import type { Env } from './caller.ts';
import type { Metrics } from './metrics.ts';

const acceptableId = /^[\w-]{8,64}$/;

/** Gives every request an id (a sensible one of the client is kept) and says it in the answer. */
export const requestId: MiddlewareHandler<Env> = async (c, next) => {
  const given = c.req.header('x-request-id');
  const id = given !== undefined && acceptableId.test(given) ? given : randomUUID();
  c.set('requestId', id);
  c.header('X-Request-Id', id);
  await next();
};

/**
 * One log line and one measurement per request. Query strings, bodies and headers never enter the log, nor does
 * the path of a link or of an address that no route has.
 */
export function requestLog(log: Logger, metrics: Metrics): MiddlewareHandler<Env> {
  return async (c, next) => {
    const started = performance.now();
    await next();
    const milliseconds = performance.now() - started;
    const { access, requestId: id } = c.var;
    const route = access === undefined ? 'none' : routeOf(c);
    const path = access === undefined || access.kind === 'link' ? route : c.req.path;
    const userId = access?.kind === 'user' || access?.kind === 'admin' ? c.var.caller?.user.id : undefined;
    metrics.observe(c.req.method, route, c.res.status, milliseconds / 1000);
    const line = { requestId: id, method: c.req.method, path, status: c.res.status, userId };
    log.info({ ...line, milliseconds: Math.round(milliseconds * 10) / 10 }, 'request');
  };
}

/** The pattern of the route that answered: identifiers stay out of the metrics. */
function routeOf(c: Parameters<MiddlewareHandler<Env>>[0]): string {
  return matchedRoutes(c).findLast(({ path }) => !path.includes('*'))?.path ?? 'none';
}
