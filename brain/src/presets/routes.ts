import type { OpenAPIHono } from '@hono/zod-openapi';
import {
  messageSchema,
  presetCreateSchema,
  presetListSchema,
  presetQuerySchema,
  presetSchema,
  presetUpdateSchema,
} from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { Env } from '../http/caller.ts';
import { defineRoute, json } from '../http/route.ts';
import { createPreset, deletePreset, listPresets, updatePreset } from './service.ts';

const read = { kind: 'user', scope: 'jobs:read' } as const;
const write = { kind: 'user', scope: 'jobs:write' } as const;
const tags = ['presets'];

const list = defineRoute(read, {
  method: 'get',
  path: '/api/preset/list',
  tags,
  summary: 'Settings that were kept: own ones, and those that others share',
  responses: { 200: json(presetListSchema, 'The presets') },
});

const create = defineRoute(write, {
  method: 'post',
  path: '/api/preset/create',
  tags,
  summary: 'Keep the settings of a job under a name; its files are left out',
  request: { body: json(presetCreateSchema, 'Name, job, and whether everybody sees it') },
  responses: { 200: json(presetSchema, 'The preset') },
});

const update = defineRoute(write, {
  method: 'post',
  path: '/api/preset/update',
  tags,
  summary: 'Change, rename or share a preset of one’s own',
  request: { body: json(presetUpdateSchema, 'What changes') },
  responses: { 200: json(presetSchema, 'The preset') },
});

const remove = defineRoute(write, {
  method: 'delete',
  path: '/api/preset/delete',
  tags,
  summary: 'Delete a preset; administrators may delete what others share',
  request: { query: presetQuerySchema },
  responses: { 200: json(messageSchema, 'Deleted') },
});

/** Presets: settings of jobs under a name. */
export function registerPresets(app: OpenAPIHono<Env>, deps: Deps): void {
  app.openapi(list, async (c) => c.json({ presets: await listPresets(deps, c.var.caller.user) }, 200));
  app.openapi(create, async (c) =>
    c.json(await createPreset(deps, c.var.caller.user, c.req.valid('json')), 200),
  );
  app.openapi(update, async (c) =>
    c.json(await updatePreset(deps, c.var.caller.user, c.req.valid('json')), 200),
  );
  app.openapi(remove, async (c) => {
    await deletePreset(deps, c.var.caller.user, c.req.valid('query').id);
    return c.json({ message: 'The preset was deleted.' }, 200);
  });
}
