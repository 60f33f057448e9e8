import { type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  messageSchema,
  roiDeleteSchema,
  roiQuerySchema,
  roiSchema,
  roiStartedSchema,
  roiUploadSchema,
} from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { Env } from '../http/caller.ts';
import { defineRoute, json } from '../http/route.ts';
import { ownPipeline } from '../pipelines/service.ts';
import { deleteRoi, listRois, startRoi } from './service.ts';

const read = { kind: 'user', scope: 'jobs:read' } as const;
const write = { kind: 'user', scope: 'jobs:write' } as const;
const tags = ['regions'];

const list = defineRoute(read, {
  method: 'get',
  path: '/api/roi/list',
  tags,
  summary: 'Stored regions of interest of a job',
  request: { query: roiQuerySchema },
  responses: { 200: json(z.array(roiSchema), 'The regions') },
});

const upload = defineRoute(write, {
  method: 'post',
  path: '/api/roi/upload',
  tags,
  summary: 'Store a region: the answer says where its file is put',
  request: { body: json(roiUploadSchema, 'Name, job and size') },
  responses: { 200: json(roiStartedSchema, 'Links') },
});

const remove = defineRoute(write, {
  method: 'delete',
  path: '/api/roi/delete',
  tags,
  summary: 'Delete a region',
  request: { body: json(roiDeleteSchema, 'The region') },
  responses: { 200: json(messageSchema, 'Deleted') },
});

/** Regions of interest that were drawn on the maps of a job. */
export function registerRois(app: OpenAPIHono<Env>, deps: Deps): void {
  app.openapi(list, async (c) => {
    const { id } = await ownPipeline(deps, c.var.caller.user, c.req.valid('query').pipeline_id);
    return c.json(await listRois(deps, id), 200);
  });
  app.openapi(upload, async (c) => {
    const request = c.req.valid('json');
    await ownPipeline(deps, c.var.caller.user, request.pipeline_id);
    return c.json(await startRoi(deps, c.var.caller.user, request), 200);
  });
  app.openapi(remove, async (c) => {
    await deleteRoi(deps, c.var.caller.user.id, c.req.valid('json').roi_id);
    return c.json({ message: 'The region was deleted.' }, 200);
  });
}
