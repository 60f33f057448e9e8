import { MroError } from '@mroptimum/contract';
import type { MiddlewareHandler } from 'hono';
import type { Access, Caller, Env } from './caller.ts';

/** Lets through whom the route is for; others get 401 or 403 before their body is read. */
export function guard(access: Access): MiddlewareHandler<Env> {
  return async (c, next) => {
    c.set('access', access);
    if (access.kind === 'user' || access.kind === 'admin') {
      const caller = await c.var.authenticate(c.req.header('authorization'));
      c.set('caller', caller);
      admit(access, caller);
    }
    await next();
  };
}

/**
 * Whether this caller may use a route for users or administrators.
 *
 * @throws MRO_BRAIN_PENDING, MRO_BRAIN_DISABLED, MRO_BRAIN_FORBIDDEN
 */
export function admit(access: Access, caller: Caller): void {
  if (caller.user.status === 'pending') {
    throw new MroError('MRO_BRAIN_PENDING', 'Your account waits for the approval of an administrator.');
  }
  if (caller.user.status === 'disabled') {
    throw new MroError('MRO_BRAIN_DISABLED', 'Your account was disabled by an administrator.');
  }
  if (access.kind === 'admin' && caller.user.role !== 'admin') {
    throw new MroError('MRO_BRAIN_FORBIDDEN', 'This is for administrators.', {
      hint: 'Ask an administrator to do it.',
    });
  }
  if (caller.via === 'session') return;
  const scope = access.kind === 'user' ? access.scope : undefined;
  if (scope === undefined) {
    throw new MroError('MRO_BRAIN_FORBIDDEN', 'This cannot be done with a personal token.', {
      hint: 'Sign in with e-mail and password.',
    });
  }
  if (scope !== 'any' && !caller.scopes.includes(scope)) {
    throw new MroError('MRO_BRAIN_FORBIDDEN', `The personal token lacks the scope ${scope}.`, {
      hint: `Use a token with the scope ${scope}.`,
    });
  }
}
