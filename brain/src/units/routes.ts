import { type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  callbackAnswerSchema,
  callbackSignatureHeader,
  callbackTimeHeader,
  callbackUnitHeader,
  completedCallbackSchema,
  failedCallbackSchema,
  heartbeatAnswerSchema,
  heartbeatSchema,
  leaseAnswerSchema,
  leaseRequestSchema,
  messageSchema,
  outputAnswerSchema,
  outputRequestSchema,
} from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { Env } from '../http/caller.ts';
import { aliasOf, defineRoute, json } from '../http/route.ts';
import { completeJob, failJob } from './callbacks.ts';
import { heartbeat, leaseJob, outputLink, releaseLease } from './lease.ts';
import { unitSignature } from './signature.ts';

const tags = ['computing units'];
const runs = { kind: 'user', scope: 'unit:run' } as const;
const body = <Schema extends z.ZodType>(schema: Schema) => ({
  content: { 'application/json': { schema } },
});
const params = z.object({ id: z.string().min(1).max(300) });
const signed = z.object({
  [callbackTimeHeader]: z.string().openapi({ description: 'Seconds since 1970' }),
  [callbackSignatureHeader]: z
    .string()
    .openapi({ description: 'Hex HMAC-SHA256 of "time.body" with the secret of the lease or of the unit' }),
  [callbackUnitHeader]: z
    .string()
    .optional()
    .openapi({ description: 'Id of the unit: it is told where the job is gone, instead of being refused' }),
});

const lease = defineRoute(runs, {
  method: 'post',
  path: '/api/unit/lease',
  tags,
  summary: 'Take a job (long poll)',
  description:
    'Gives the oldest job that fits the free memory, with links to its files, or null after `waitSeconds`. The ' +
    'lease ends 30 s after the last heartbeat; then the job is given to somebody else.',
  request: { body: body(leaseRequestSchema) },
  responses: { 200: json(leaseAnswerSchema, 'A job, or none') },
});

const beat = defineRoute(runs, {
  method: 'post',
  path: '/api/unit/lease/{id}/heartbeat',
  tags,
  summary: 'Report progress and log lines, keep the lease',
  request: { params, body: body(heartbeatSchema) },
  responses: { 200: json(heartbeatAnswerSchema, 'Whether to go on') },
});

const output = defineRoute(runs, {
  method: 'post',
  path: '/api/unit/lease/{id}/output',
  tags,
  summary: 'A link to put the bundle of a leased job',
  request: { params, body: body(outputRequestSchema) },
  responses: { 200: json(outputAnswerSchema, 'The link') },
});

const release = defineRoute(runs, {
  method: 'post',
  path: '/api/unit/lease/{id}/release',
  tags,
  summary: 'Hand a job back to the queue',
  request: { params },
  responses: { 200: json(messageSchema, 'Handed back') },
});

const completed = defineRoute(
  { kind: 'unit' },
  {
    method: 'post',
    path: '/api/pipeline/completed',
    tags,
    summary: 'A computing unit reports a result',
    request: { headers: signed, body: body(completedCallbackSchema) },
    responses: { 200: json(callbackAnswerSchema, 'The state of the job') },
  },
);

const failed = defineRoute(
  { kind: 'unit' },
  {
    method: 'post',
    path: '/api/pipeline/failed',
    tags,
    summary: 'A computing unit reports a failure',
    request: { headers: signed, body: body(failedCallbackSchema) },
    responses: { 200: json(callbackAnswerSchema, 'The state of the job') },
  },
);

/** What computing units say and ask: leases, heartbeats, outputs, callbacks. */
export function registerUnits(app: OpenAPIHono<Env>, deps: Deps): void {
  app.openapi(lease, async (c) => {
    const given = await leaseJob(deps, c.var.caller.user, c.req.valid('json'), c.req.raw.signal);
    return c.json({ lease: given ?? null }, 200);
  });
  app.openapi(beat, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(await heartbeat(deps, c.var.caller.user, id, c.req.valid('json')), 200);
  });
  app.openapi(output, async (c) => {
    const { id } = c.req.valid('param');
    return c.json({ url: await outputLink(deps, c.var.caller.user, id, c.req.valid('json')) }, 200);
  });
  app.openapi(release, async (c) => {
    await releaseLease(deps, c.var.caller.user, c.req.valid('param').id);
    return c.json({ message: 'The job is back in the queue.' }, 200);
  });

  const isSigned = unitSignature(deps);
  for (const path of ['/api/pipeline/completed', '/api/pipeline/completed/{id}'] as const) {
    app.openapi(withSignature(aliasOf(completed, path), isSigned), async (c) => {
      const { pipeline, lease: leaseId } = c.req.valid('json');
      return c.json(await completeJob(deps, pipeline, leaseId), 200);
    });
  }
  for (const path of ['/api/pipeline/failed', '/api/pipeline/failed/{id}'] as const) {
    app.openapi(withSignature(aliasOf(failed, path), isSigned), async (c) => {
      const { pipeline, lease: leaseId, error, bundle } = c.req.valid('json');
      return c.json(await failJob(deps, pipeline, leaseId, { error, bundle }), 200);
    });
  }
}

/** The signature is checked after the guard and before anything is read out of the body. */
function withSignature<Route extends object>(
  route: Route,
  isSigned: ReturnType<typeof unitSignature>,
): Route {
  const { middleware } = route as { middleware?: unknown };
  return { ...route, middleware: [...(Array.isArray(middleware) ? middleware : []), isSigned] };
}
