import { createRoute, type RouteConfig } from '@hono/zod-openapi';
import { problemSchema } from '@mroptimum/contract';
import type { Access } from './caller.ts';
import { guard } from './guard.ts';
import { readJson } from './readJson.ts';

type RouteShape<Path extends string> = Omit<RouteConfig, 'path' | 'middleware'> & { path: Path };

/**
 * One route of the API: who may call it, and what it takes and gives. Adds `x-access`, the guard, the limit of
 * JSON bodies and the answers that every route can give. Paths are whole (`/api/…`); JSON bodies are required.
 *
 * @example
 * const list = defineRoute({ kind: 'user', scope: 'data:read' }, {
 *   method: 'get', path: '/api/data', tags: ['data'], summary: 'Files of the library',
 *   request: { query: pageQuerySchema },
 *   responses: { 200: json(dataListSchema, 'One page') },
 * });
 * app.openapi(list, async (c) => c.json(await listData(deps, c.var.caller.user, c.req.valid('query')), 200));
 */
export function defineRoute<Path extends string, Shape extends RouteShape<Path>>(
  access: Access,
  shape: Shape & { path: Path },
) {
  const body = shape.request?.body;
  const takesJson = body !== undefined && 'application/json' in body.content;
  const route = createRoute({
    ...shape,
    ...(shape.request !== undefined && {
      request: { ...shape.request, ...(body !== undefined && { body: { required: true, ...body } }) },
    }),
    ...(access.kind === 'user' || access.kind === 'admin' ? { security: [{ bearer: [] }] } : {}),
    'x-access': access,
    responses: { ...shape.responses, default: json(problemSchema, 'Refused: code, message and hint') },
    middleware: takesJson ? [guard(access), readJson] : [guard(access)],
  });
  // Handlers see the answers they give; problems are thrown and answered in one place.
  return route as unknown as ReturnType<typeof createRoute<Path, Shape>>;
}

/** The same route under another path, as older clients call it. */
export function aliasOf<Route extends { path: string }, Path extends string>(
  route: Route,
  path: Path,
): Omit<Route, 'path' | 'getRoutingPath'> & { path: Path } {
  return { ...route, path };
}

/** A JSON body or answer. */
export function json<Schema>(schema: Schema, description: string) {
  return { content: { 'application/json': { schema } }, description };
}
