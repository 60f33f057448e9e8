import type { OpenAPIHono } from '@hono/zod-openapi';
import { appCreatedSchema, appCreateSchema, appListSchema } from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { Env } from '../http/caller.ts';
import { defineRoute, json } from '../http/route.ts';
import { createApp, listApps } from './service.ts';

const tags = ['applications'];

const list = defineRoute(
  { kind: 'user', scope: 'jobs:read' },
  {
    method: 'get',
    path: '/api/cloudapp/list',
    tags,
    summary: 'Applications that jobs and computing units belong to',
    responses: { 200: json(appListSchema, 'All applications') },
  },
);

const create = defineRoute(
  { kind: 'admin' },
  {
    method: 'post',
    path: '/api/cloudapp/create',
    tags,
    summary: 'Add an application',
    request: { body: json(appCreateSchema, 'Name and description') },
    responses: { 200: json(appCreatedSchema, 'The application') },
  },
);

/** Applications: MR Optimum, and what an operator adds. */
export function registerApps(app: OpenAPIHono<Env>, deps: Deps): void {
  app.openapi(list, async (c) => {
    const apps = await listApps(deps);
    return c.json({ apps, count: apps.length }, 200);
  });
  app.openapi(create, async (c) => {
    const created = await createApp(deps, c.req.valid('json'));
    return c.json({ appId: created.appId, data: { app: created } }, 200);
  });
}
