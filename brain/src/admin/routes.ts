import type { OpenAPIHono } from '@hono/zod-openapi';
import {
  accountSchema,
  idParamsSchema,
  quotaChangeSchema,
  roleSchema,
  userPageSchema,
  userQuerySchema,
} from '@mroptimum/contract';
import type { Context } from 'hono';
import { accountView } from '../auth/accounts.ts';
import type { Deps } from '../deps.ts';
import type { User } from '../entities.ts';
import type { Env } from '../http/caller.ts';
import { checkIfMatch, etagOf } from '../http/etag.ts';
import { defineRoute, json } from '../http/route.ts';
import { approve, disable, findUser, listUsers, setQuota, setRole } from './service.ts';

const tags = ['admin'];
const answers = { 200: json(accountSchema, 'The user, with an ETag') };

const list = defineRoute(
  { kind: 'admin' },
  {
    method: 'get',
    path: '/api/admin/users',
    tags,
    summary: 'All users, newest first',
    request: { query: userQuerySchema },
    responses: { 200: json(userPageSchema, 'One page') },
  },
);

const one = defineRoute(
  { kind: 'admin' },
  {
    method: 'get',
    path: '/api/admin/users/{id}',
    tags,
    summary: 'One user',
    request: { params: idParamsSchema },
    responses: answers,
  },
);

const approveRoute = defineRoute(
  { kind: 'admin' },
  {
    method: 'post',
    path: '/api/admin/users/{id}/approve',
    tags,
    summary: 'Let a waiting or disabled user in',
    request: { params: idParamsSchema },
    responses: answers,
  },
);

const disableRoute = defineRoute(
  { kind: 'admin' },
  {
    method: 'post',
    path: '/api/admin/users/{id}/disable',
    tags,
    summary: 'Shut a user out at once',
    request: { params: idParamsSchema },
    responses: answers,
  },
);

const roleRoute = defineRoute(
  { kind: 'admin' },
  {
    method: 'post',
    path: '/api/admin/users/{id}/role',
    tags,
    summary: 'Change the role of a user',
    request: { params: idParamsSchema, body: json(roleSchema, 'The role') },
    responses: answers,
  },
);

const quotaRoute = defineRoute(
  { kind: 'admin' },
  {
    method: 'post',
    path: '/api/admin/users/{id}/quota',
    tags,
    summary: 'Set the limits of a user; absent ones follow the setting of the server',
    request: { params: idParamsSchema, body: json(quotaChangeSchema, 'The limits') },
    responses: answers,
  },
);

/** What administrators do with users. Changes accept If-Match. */
export function registerAdmin(app: OpenAPIHono<Env>, deps: Deps): void {
  const show = (c: Context, user: User) => {
    c.header('ETag', etagOf(user));
    return accountView(user);
  };
  const unchanged = (c: Context) => (user: User) => checkIfMatch(c, user);

  app.openapi(list, async (c) => {
    const page = await listUsers(deps, c.req.valid('query'));
    return c.json({ ...page, items: page.items.map(accountView) }, 200);
  });
  app.openapi(one, async (c) => c.json(show(c, await findUser(deps, c.req.valid('param').id)), 200));
  app.openapi(approveRoute, async (c) => {
    const user = await approve(deps, c.var.caller.user, c.req.valid('param').id, unchanged(c));
    return c.json(show(c, user), 200);
  });
  app.openapi(disableRoute, async (c) => {
    const user = await disable(deps, c.var.caller.user, c.req.valid('param').id, unchanged(c));
    return c.json(show(c, user), 200);
  });
  app.openapi(roleRoute, async (c) => {
    const { role } = c.req.valid('json');
    const user = await setRole(deps, c.var.caller.user, c.req.valid('param').id, role, unchanged(c));
    return c.json(show(c, user), 200);
  });
  app.openapi(quotaRoute, async (c) => {
    const quota = c.req.valid('json').quota;
    const user = await setQuota(deps, c.var.caller.user, c.req.valid('param').id, quota, unchanged(c));
    return c.json(show(c, user), 200);
  });
}
