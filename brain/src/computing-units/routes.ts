import { type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  messageSchema,
  modeOf,
  unitDeleteSchema,
  unitListSchema,
  unitRegisteredSchema,
  unitRegistrationSchema,
  unitReportSchema,
} from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { Env } from '../http/caller.ts';
import { defineRoute, json } from '../http/route.ts';
import { checkUnit, deleteUnit, listUnits, registerUnit } from './service.ts';
import { unitView } from './view.ts';

const tags = ['computing units'];
const writes = { kind: 'user', scope: 'units:write' } as const;
const body = <Schema extends z.ZodType>(schema: Schema) => ({
  content: { 'application/json': { schema } },
});

const register = defineRoute(writes, {
  method: 'post',
  path: '/api/computing-unit/register',
  tags,
  summary: 'Register a computing unit, or update the one of the same place',
  description:
    'Mode 1 is for administrators. External id and callback secret are shown once, when it is new.',
  request: { body: body(unitRegistrationSchema) },
  responses: { 200: json(unitRegisteredSchema, 'The unit') },
});

const list = defineRoute(
  { kind: 'user', scope: 'jobs:read' },
  {
    method: 'get',
    path: '/api/computing-unit/list',
    tags,
    summary: 'Own computing units and shared ones',
    request: { query: z.object({ mode: z.string().max(40).optional() }) },
    responses: { 200: json(unitListSchema, 'The units') },
  },
);

const remove = defineRoute(writes, {
  method: 'post',
  path: '/api/computing-unit/delete',
  tags,
  summary: 'Remove a computing unit',
  request: { body: body(unitDeleteSchema) },
  responses: { 200: json(messageSchema, 'Removed') },
});

const check = defineRoute(writes, {
  method: 'post',
  path: '/api/computing-unit/{id}/check',
  tags,
  summary: 'Health of a computing unit, in words',
  request: { params: z.object({ id: z.string().max(200) }) },
  responses: { 200: json(unitReportSchema, 'The report') },
});

/** Computing units: register, list, delete, check. */
export function registerComputingUnits(app: OpenAPIHono<Env>, deps: Deps): void {
  app.openapi(register, async (c) => {
    const { unit, created, newSecret } = await registerUnit(deps, c.var.caller.user, c.req.valid('json'));
    const externalId = unit.cloud?.externalId;
    const { brainRoleArn } = deps.settings;
    return c.json(
      {
        computingUnitId: unit.id,
        computingUnit: unitView(unit),
        created,
        ...(newSecret && { callbackSecret: unit.callbackSecret }),
        ...(created && externalId !== undefined && { externalId }),
        ...(unit.mode === 'mode2' && brainRoleArn !== undefined && { brainRoleArn }),
      },
      200,
    );
  });
  app.openapi(list, async (c) => {
    const mode = c.req.valid('query').mode;
    const wanted = mode === undefined ? undefined : modeOf(mode);
    const units = await listUnits(deps, c.var.caller.user);
    const computingUnits = units.filter((unit) => mode === undefined || unit.mode === wanted).map(unitView);
    return c.json({ computingUnits }, 200);
  });
  app.openapi(remove, async (c) => {
    await deleteUnit(deps, c.var.caller.user, c.req.valid('json').computingUnitId);
    return c.json({ message: 'The computing unit was removed.' }, 200);
  });
  app.openapi(check, async (c) =>
    c.json(await checkUnit(deps, c.var.caller.user, c.req.valid('param').id), 200),
  );
}
