import { type ErrorCode, errorCatalogue, MroError, type Problem } from '@mroptimum/contract';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Env } from './caller.ts';

/** Turns whatever was thrown into `{error: {code, message, hint, requestId}}`; only the unknown is logged whole. */
export function problemResponse(log: Logger): (error: Error, c: Context<Env>) => Response {
  return (error, c) => {
    const known = asMroError(error);
    const status = errorCatalogue[known.code].status;
    if (status >= 500) log.error({ requestId: c.var.requestId, err: error }, 'request failed');
    const retryAfter = known.details.retryAfterSeconds;
    if (typeof retryAfter === 'number') c.header('Retry-After', String(Math.max(1, Math.ceil(retryAfter))));
    if (status === 401) c.header('WWW-Authenticate', 'Bearer');
    return c.json(problem(known, c.var.requestId), statusOf(known.code));
  };
}

/** The answer for a path that no route has. */
export function noSuchRoute(c: Context<Env>): Response {
  const error = new MroError('MRO_BRAIN_NOT_FOUND', 'There is nothing at this address.', {
    hint: 'The routes are listed at /api/docs.',
  });
  return c.json(problem(error, c.var.requestId), 404);
}

/** Hook of all validators. @throws MRO_BRAIN_INVALID with the field and what was expected of it */
export function refuseInvalid(result: { success: boolean; target?: string; error?: z.ZodError }): void {
  if (result.success || result.error === undefined) return;
  throw invalidRequest(result.error, result.target);
}

function problem(error: MroError, requestId: string): Problem {
  const { code, message, hint, details } = error;
  const { limit, current_count, mode } = details;
  return {
    error: { code, message, hint, requestId },
    ...(typeof limit === 'number' && { limit }),
    ...(typeof current_count === 'number' && { current_count }),
    ...(typeof mode === 'string' && { mode }),
  };
}

function asMroError(error: Error): MroError {
  if (error instanceof MroError) return error;
  if (isZodError(error)) return invalidRequest(error);
  if (error instanceof HTTPException && error.status < 500) {
    const hint = 'Send a JSON body with the header Content-Type: application/json.';
    return new MroError('MRO_BRAIN_INVALID', 'The body of the request cannot be read.', { hint });
  }
  return new MroError('MRO_INTERNAL', 'The server could not do this.', {
    hint: 'Try again; if it stays, tell the operator the request id.',
  });
}

function invalidRequest(error: z.ZodError, target?: string): MroError {
  const [issue] = error.issues;
  const path = issue?.path.map(String).join('.') ?? '';
  const place = path === '' ? (target === 'json' ? 'the body' : (target ?? 'the request')) : path;
  return new MroError('MRO_BRAIN_INVALID', `${place}: ${issue?.message ?? 'not valid'}.`, {
    details: { path },
  });
}

function isZodError(error: Error): error is z.ZodError {
  return 'issues' in error && Array.isArray(error.issues);
}

/** 499 is no status that a server may send: what was aborted is answered as a conflict of states. */
function statusOf(code: ErrorCode): ContentfulStatusCode {
  const status = errorCatalogue[code].status;
  return status === 499 ? 409 : status;
}
