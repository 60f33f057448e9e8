import { type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  pipelineResultSchema,
  resultFinishedSchema,
  resultInitiateSchema,
  unzipSchema,
  uploadFinalizeSchema,
  uploadStartedSchema,
} from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { Env } from '../http/caller.ts';
import { defineRoute, json } from '../http/route.ts';
import { ownPipeline } from '../pipelines/service.ts';
import { finalizeResult, initiateResult } from './own.ts';
import { pipelineResult, resultAt } from './service.ts';

const read = { kind: 'user', scope: 'jobs:read' } as const;
const write = { kind: 'user', scope: 'jobs:write' } as const;
const tags = ['results'];

const results = defineRoute(read, {
  method: 'get',
  path: '/api/pipeline/{id}/results',
  tags,
  summary: 'What a finished job holds: info.json, with a link for each map',
  request: { params: z.object({ id: z.string().min(1).max(200) }) },
  responses: { 200: json(pipelineResultSchema, 'The result') },
});

const unzip = defineRoute(read, {
  method: 'post',
  path: '/api/unzip',
  tags,
  summary: 'The same by the place of the bundle, for older clients',
  request: { body: json(unzipSchema, 'Place of the bundle') },
  responses: { 200: json(pipelineResultSchema, 'The result') },
});

const initiate = defineRoute(write, {
  method: 'post',
  path: '/api/upload_initiate/results',
  tags,
  summary: 'Begin the upload of a result bundle that was made elsewhere',
  request: { body: json(resultInitiateSchema, 'Name and size') },
  responses: { 200: json(uploadStartedSchema, 'Links for the parts') },
});

const finalize = defineRoute(write, {
  method: 'post',
  path: '/api/upload_finalize/results',
  tags,
  summary: 'Complete it: the bundle is verified and becomes a completed job',
  request: { body: json(uploadFinalizeSchema, 'The upload, and checksums as the client knows them') },
  responses: { 200: json(resultFinishedSchema, 'The job') },
});

/** Results of jobs, and bundles of one's own. */
export function registerResults(app: OpenAPIHono<Env>, deps: Deps): void {
  app.openapi(results, async (c) => {
    const pipeline = await ownPipeline(deps, c.var.caller.user, c.req.valid('param').id);
    return c.json(await pipelineResult(deps, pipeline), 200);
  });
  app.openapi(unzip, async (c) =>
    c.json(await resultAt(deps, c.var.caller.user, c.req.valid('json').Key), 200),
  );
  app.openapi(initiate, async (c) =>
    c.json(await initiateResult(deps, c.var.caller.user, c.req.valid('json')), 200),
  );
  app.openapi(finalize, async (c) => {
    const pipeline = await finalizeResult(deps, c.var.caller.user, c.req.valid('json'));
    const answer = {
      message: 'The result is complete.',
      pipeline: pipeline.id,
      pipelineId: pipeline.id,
      results: await pipelineResult(deps, pipeline),
    };
    return c.json(answer, 200);
  });
}
