import { type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  countAnswerSchema,
  estimateAnswerSchema,
  MroError,
  messageSchema,
  modeOf,
  pageQuerySchema,
  pipelineListSchema,
  pipelineRequestSchema,
  pipelineReservationSchema,
  pipelineSchema,
  pipelineStatusSchema,
  pipelineUpdateSchema,
  queueAnswerSchema,
  queueRequestSchema,
  statusAnswerSchema,
} from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { Env } from '../http/caller.ts';
import { checkIfMatch, etagOf } from '../http/etag.ts';
import { aliasOf, defineRoute, json } from '../http/route.ts';
import { answerEvents } from './buffered.ts';
import { nothingFollows } from './events.ts';
import { estimateJob, queueJob, reservePipeline } from './queue.ts';
import { countCalculations } from './quota.ts';
import {
  cancelPipeline,
  deletePipeline,
  listPipelines,
  ownPipeline,
  renamePipeline,
  retryPipeline,
} from './service.ts';
import { streamPipeline } from './stream.ts';
import { pipelineView } from './view.ts';

const tags = ['jobs'];
const reads = { kind: 'user', scope: 'jobs:read' } as const;
const writes = { kind: 'user', scope: 'jobs:write' } as const;
const body = <Schema extends z.ZodType>(schema: Schema) => ({
  content: { 'application/json': { schema } },
});
const identifier = z.string().min(1).max(200);
const params = z.object({ id: identifier });

const queue = defineRoute(writes, {
  method: 'post',
  path: '/api/task/queue',
  tags,
  summary: 'Queue a job',
  description:
    'The task names files of the library, by id or by bucket and key. With the header Idempotency-Key a ' +
    'repeated request gives the job of the first.',
  request: {
    headers: z.object({ 'idempotency-key': z.string().min(1).max(200).optional() }),
    body: body(queueRequestSchema),
  },
  responses: { 200: json(queueAnswerSchema, 'Queued') },
});

const estimate = defineRoute(reads, {
  method: 'post',
  path: '/api/task/estimate',
  tags,
  summary: 'What a job would take: time, memory, cost; nothing is queued',
  request: { body: body(queueRequestSchema) },
  responses: { 200: json(estimateAnswerSchema, 'The estimate') },
});

const request = defineRoute(writes, {
  method: 'post',
  path: '/api/pipeline/request',
  tags,
  summary: 'Reserve the id of a job that is queued later',
  request: { body: body(pipelineRequestSchema) },
  responses: { 200: json(pipelineReservationSchema, 'The id') },
});

const list = defineRoute(reads, {
  method: 'get',
  path: '/api/pipeline/list',
  tags,
  summary: 'Jobs, newest first',
  request: { query: pageQuerySchema.extend({ status: pipelineStatusSchema.optional() }) },
  responses: { 200: json(pipelineListSchema, 'One page') },
});

const count = defineRoute(reads, {
  method: 'get',
  path: '/api/pipeline/count_calculations',
  tags,
  summary: 'Calculations of this month, of one mode or of all',
  request: { query: z.object({ mode: z.string().max(40).optional() }) },
  responses: { 200: json(countAnswerSchema, 'How many, and how many there may be') },
});

const show = defineRoute(reads, {
  method: 'get',
  path: '/api/pipeline/{id}',
  tags,
  summary: 'One job',
  request: { params },
  responses: { 200: json(pipelineSchema, 'The job') },
});

const status = defineRoute(reads, {
  method: 'get',
  path: '/api/pipeline/status/{id}',
  tags,
  summary: 'State of one job',
  request: { params },
  responses: { 200: json(statusAnswerSchema, 'The state') },
});

const events = defineRoute(reads, {
  method: 'get',
  path: '/api/pipeline/{id}/events',
  tags,
  summary: 'What happens to a job: states, progress, log lines, as server-sent events',
  description: 'Last-Event-ID resumes; 204 where the job has ended and nothing more follows.',
  request: {
    params,
    headers: z.object({ 'last-event-id': z.coerce.number().int().min(0).optional() }),
  },
  responses: {
    200: { content: { 'text/event-stream': { schema: z.string() } }, description: 'Events' },
    204: { description: 'Nothing follows' },
  },
});

const update = defineRoute(writes, {
  method: 'post',
  path: '/api/pipeline/update',
  tags,
  summary: 'Rename a job',
  request: { body: body(pipelineUpdateSchema) },
  responses: { 200: json(pipelineSchema, 'The job') },
});

const remove = defineRoute(writes, {
  method: 'delete',
  path: '/api/pipeline/delete',
  tags,
  summary: 'Remove a job and its result; one that runs is stopped',
  request: { query: z.object({ id: identifier }) },
  responses: { 200: json(messageSchema, 'Removed') },
});

const cancel = defineRoute(writes, {
  method: 'post',
  path: '/api/pipeline/{id}/cancel',
  tags,
  summary: 'Stop a job',
  request: { params },
  responses: { 200: json(pipelineSchema, 'The job') },
});

const retry = defineRoute(writes, {
  method: 'post',
  path: '/api/pipeline/{id}/retry',
  tags,
  summary: 'Queue a failed or cancelled job once more',
  request: { params },
  responses: { 200: json(pipelineSchema, 'The job') },
});

/** Jobs: queue, look at, follow, stop, try again, rename, remove. */
export function registerPipelines(app: OpenAPIHono<Env>, deps: Deps): void {
  for (const route of [queue, aliasOf(queue, '/api/pipeline/queue_job')]) {
    app.openapi(route, async (c) => {
      const key = c.req.valid('header')['idempotency-key'];
      const { pipeline, unit } = await queueJob(deps, c.var.caller.user, c.req.valid('json'), key);
      const { id } = pipeline;
      return c.json(
        {
          pipeline: id,
          pipelineId: id,
          id,
          executionArn: pipeline.lease?.worker ?? `${unit.provider}:${id}`,
          computingUnit: { computingUnitId: unit.id, mode: unit.mode, alias: unit.alias },
          message: `The job was queued at ${unit.alias}.`,
          job: await pipelineView(deps, pipeline),
        },
        200,
      );
    });
  }
  app.openapi(estimate, async (c) =>
    c.json(await estimateJob(deps, c.var.caller.user, c.req.valid('json')), 200),
  );
  app.openapi(request, (c) => {
    const id = reservePipeline();
    return c.json({ pipeline: id, pipelineId: id, id }, 200);
  });
  for (const route of [list, aliasOf(list, '/api/pipeline')]) {
    app.openapi(route, async (c) =>
      c.json(await listPipelines(deps, c.var.caller.user, c.req.valid('query')), 200),
    );
  }
  app.openapi(count, async (c) => {
    const { mode: asked } = c.req.valid('query');
    const mode = asked === undefined ? undefined : modeOf(asked);
    if (asked !== undefined && mode === undefined)
      throw new MroError('MRO_BRAIN_INVALID', `mode: expected local, mode1 or mode2, found "${asked}".`);
    return c.json(await countCalculations(deps, c.var.caller.user, mode), 200);
  });
  app.openapi(status, async (c) => {
    const pipeline = await ownPipeline(deps, c.var.caller.user, c.req.valid('param').id);
    const { status: state, progress, error } = pipeline;
    return c.json({ status: state, progress, ...(error && { error }) }, 200);
  });
  app.openapi(show, async (c) => {
    const pipeline = await ownPipeline(deps, c.var.caller.user, c.req.valid('param').id);
    c.header('ETag', etagOf(pipeline));
    return c.json(await pipelineView(deps, pipeline), 200);
  });
  app.openapi(events, async (c) => {
    const pipeline = await ownPipeline(deps, c.var.caller.user, c.req.valid('param').id);
    const last = c.req.valid('header')['last-event-id'] ?? 0;
    if (await nothingFollows(deps, pipeline, last)) return c.body(null, 204);
    if (deps.settings.wholeAnswers) return answerEvents(c, deps, pipeline.id, last);
    return streamPipeline(c, deps, pipeline.id, last);
  });
  app.openapi(update, async (c) => {
    const { id, pipeline, pipeline_id, alias } = c.req.valid('json');
    const named = id ?? pipeline ?? pipeline_id ?? '';
    checkIfMatch(c, await ownPipeline(deps, c.var.caller.user, named));
    const renamed = await renamePipeline(deps, c.var.caller.user, named, alias);
    return c.json(await pipelineView(deps, renamed), 200);
  });
  app.openapi(remove, async (c) => {
    await deletePipeline(deps, c.var.caller.user, c.req.valid('query').id);
    return c.json({ message: 'The job was removed.' }, 200);
  });
  app.openapi(cancel, async (c) => {
    const cancelled = await cancelPipeline(deps, c.var.caller.user, c.req.valid('param').id);
    return c.json(await pipelineView(deps, cancelled), 200);
  });
  app.openapi(retry, async (c) => {
    const queued = await retryPipeline(deps, c.var.caller.user, c.req.valid('param').id);
    return c.json(await pipelineView(deps, queued), 200);
  });
}
