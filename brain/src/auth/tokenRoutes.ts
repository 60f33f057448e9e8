import { type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  createdTokenSchema,
  idParamsSchema,
  idSchema,
  messageSchema,
  newTokenSchema,
  tokenListSchema,
} from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { Env } from '../http/caller.ts';
import { defineRoute, json } from '../http/route.ts';
import { createToken, deleteToken, listTokens } from './apiTokens.ts';

const tags = ['auth'];

const list = defineRoute(
  { kind: 'user' },
  {
    method: 'get',
    path: '/api/auth/tokens',
    tags,
    summary: 'Personal tokens, without their secrets',
    responses: { 200: json(tokenListSchema, 'All of them') },
  },
);

const create = defineRoute(
  { kind: 'user' },
  {
    method: 'post',
    path: '/api/auth/tokens',
    tags,
    summary: 'Create a personal token; its secret is shown this once',
    request: { body: json(newTokenSchema, 'Name, scopes and life') },
    responses: { 201: json(createdTokenSchema, 'The token with its secret') },
  },
);

const remove = defineRoute(
  { kind: 'user' },
  {
    method: 'delete',
    path: '/api/auth/tokens/{id}',
    tags,
    summary: 'Delete a personal token; it stops working at once',
    request: { params: idParamsSchema },
    responses: { 200: json(messageSchema, 'Deleted') },
  },
);

const removeByQuery = defineRoute(
  { kind: 'user' },
  {
    method: 'delete',
    path: '/api/auth/tokens',
    tags,
    summary: 'Delete a personal token, named in the query',
    request: { query: z.object({ id: idSchema }) },
    responses: { 200: json(messageSchema, 'Deleted') },
  },
);

/** Personal tokens. They are managed by sessions alone: no token makes another one. */
export function registerTokens(app: OpenAPIHono<Env>, deps: Deps): void {
  const deleted = { message: 'The token was deleted.' };
  app.openapi(list, async (c) => c.json({ items: await listTokens(deps, c.var.caller.user) }, 200));
  app.openapi(create, async (c) =>
    c.json(await createToken(deps, c.var.caller.user, c.req.valid('json')), 201),
  );
  app.openapi(remove, async (c) => {
    await deleteToken(deps, c.var.caller.user, c.req.valid('param').id);
    return c.json(deleted, 200);
  });
  app.openapi(removeByQuery, async (c) => {
    await deleteToken(deps, c.var.caller.user, c.req.valid('query').id);
    return c.json(deleted, 200);
  });
}
