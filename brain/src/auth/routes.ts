import type { OpenAPIHono } from '@hono/zod-openapi';
import {
  changePasswordSchema,
  forgotPasswordSchema,
  loginSchema,
  messageSchema,
  profileSchema,
  refreshSchema,
  registeredSchema,
  registerSchema,
  resetPasswordSchema,
  signedInSchema,
} from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { Env } from '../http/caller.ts';
import { etagOf } from '../http/etag.ts';
import { aliasOf, defineRoute, json } from '../http/route.ts';
import { accountView, register } from './accounts.ts';
import { changePassword, forgotPassword, resetPassword } from './recovery.ts';
import { login, logout, logoutEverywhere, refresh } from './sessions.ts';
import { registerTokens } from './tokenRoutes.ts';

const tags = ['auth'];

const registerRoute = defineRoute(
  { kind: 'public' },
  {
    method: 'post',
    path: '/api/auth/register',
    tags,
    summary: 'Create an account; it may wait for the approval of an administrator',
    request: { body: json(registerSchema, 'Who you are') },
    responses: { 201: json(registeredSchema, 'Created') },
  },
);

const loginRoute = defineRoute(
  { kind: 'public' },
  {
    method: 'post',
    path: '/api/auth/login',
    tags,
    summary: 'Sign in with e-mail and password',
    request: { body: json(loginSchema, 'E-mail and password') },
    responses: { 200: json(signedInSchema, 'Signed in') },
  },
);

const refreshRoute = defineRoute(
  { kind: 'public' },
  {
    method: 'post',
    path: '/api/auth/refresh',
    tags,
    summary: 'Exchange a refresh token for new tokens; every refresh token works once',
    request: { body: json(refreshSchema, 'The refresh token') },
    responses: { 200: json(signedInSchema, 'New tokens') },
  },
);

const logoutRoute = defineRoute(
  { kind: 'user' },
  {
    method: 'post',
    path: '/api/auth/logout',
    tags,
    summary: 'Sign this device out',
    responses: { 200: json(messageSchema, 'Signed out') },
  },
);

const logoutEverywhereRoute = defineRoute(
  { kind: 'user' },
  {
    method: 'post',
    path: '/api/auth/logout-everywhere',
    tags,
    summary: 'Sign all devices out; personal tokens stay',
    responses: { 200: json(messageSchema, 'Signed out') },
  },
);

const changePasswordRoute = defineRoute(
  { kind: 'user' },
  {
    method: 'post',
    path: '/api/auth/change-password',
    tags,
    summary: 'Change the password; all other devices are signed out',
    request: { body: json(changePasswordSchema, 'Old and new password') },
    responses: { 200: json(signedInSchema, 'Changed, with new tokens') },
  },
);

const forgotPasswordRoute = defineRoute(
  { kind: 'public' },
  {
    method: 'post',
    path: '/api/auth/forgot-password',
    tags,
    summary: 'Ask for a code by mail',
    request: { body: json(forgotPasswordSchema, 'E-mail') },
    responses: { 200: json(messageSchema, 'The same whether or not the account exists') },
  },
);

const resetPasswordRoute = defineRoute(
  { kind: 'public' },
  {
    method: 'post',
    path: '/api/auth/reset-password',
    tags,
    summary: 'Set a new password with a code',
    request: { body: json(resetPasswordSchema, 'E-mail, code and new password') },
    responses: { 200: json(messageSchema, 'The password was changed') },
  },
);

const profileRoute = defineRoute(
  { kind: 'user', scope: 'any' },
  {
    method: 'get',
    path: '/api/auth/profile',
    tags,
    summary: 'The account of whoever asks',
    responses: { 200: json(profileSchema, 'The account') },
  },
);

/** Accounts of users themselves: sign-in, passwords, profile, personal tokens. */
export function registerAuth(app: OpenAPIHono<Env>, deps: Deps): void {
  app.openapi(registerRoute, async (c) =>
    c.json(await register(deps, c.req.valid('json'), c.var.address), 201),
  );
  app.openapi(loginRoute, async (c) =>
    c.json(await login(deps, { ...c.req.valid('json'), address: c.var.address }), 200),
  );
  app.openapi(refreshRoute, async (c) => c.json(await refresh(deps, c.req.valid('json').refresh_token), 200));
  app.openapi(logoutRoute, async (c) => {
    await logout(deps, c.var.caller.sessionId);
    return c.json({ message: 'You were signed out.' }, 200);
  });
  app.openapi(logoutEverywhereRoute, async (c) => {
    await logoutEverywhere(deps, c.var.caller.user.id);
    return c.json({ message: 'All devices were signed out.' }, 200);
  });
  app.openapi(changePasswordRoute, async (c) =>
    c.json(await changePassword(deps, c.var.caller.user, c.req.valid('json')), 200),
  );
  app.openapi(forgotPasswordRoute, async (c) => {
    await forgotPassword(deps, c.req.valid('json').email, c.var.address);
    return c.json({ message: 'If there is such an account, a code was sent to it.' }, 200);
  });
  app.openapi(resetPasswordRoute, async (c) => {
    await resetPassword(deps, { ...c.req.valid('json'), address: c.var.address });
    return c.json({ message: 'The password was changed: sign in.' }, 200);
  });
  for (const route of [profileRoute, aliasOf(profileRoute, '/api/profile')]) {
    app.openapi(route, async (c) => {
      const { user } = c.var.caller;
      const usage = {
        storageBytes: await deps.records.data.usage(user.id),
        storageLimit: user.quota.storageBytes ?? deps.settings.quota.storageBytes,
      };
      c.header('ETag', etagOf(user));
      return c.json({ ...accountView(user), userId: user.id, sub: user.id, usage }, 200);
    });
  }
  registerTokens(app, deps);
}
