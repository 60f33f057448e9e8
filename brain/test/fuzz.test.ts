import { scopes } from '@mroptimum/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createToken } from '../src/auth/apiTokens.ts';
import { type DiskObjects, registerObjectRoutes } from '../src/providers/index.ts';
import { accessTable, type Foreign } from './accessTable.ts';
import { belongings } from './belongings.ts';
import { createPlatform, type Platform } from './platform.ts';
import { type Operation, operationsOf } from './routes.ts';

let platform: Platform;
let operations: Operation[];
let own: Foreign;
let tokens: readonly string[];
const names = Object.keys(accessTable);
/** Rounds per route; a long run raises it. */
const rounds = Number(process.env.MRO_FUZZ_ROUNDS ?? 25);

beforeAll(async () => {
  platform = await createPlatform();
  registerObjectRoutes(platform.app, platform.deps.objects as DiskObjects);
  operations = await operationsOf(platform);
  own = await belongings(platform, 'olga');
  const admin = await platform.addUser('root', { role: 'admin' });
  const user = (await platform.deps.records.users.byId(own.user))!;
  const personal = await createToken(platform.deps, user, { name: 'fuzz', scopes });
  tokens = [personal.token, (await platform.signIn(admin)).access_token];
});
afterAll(() => platform.close());

const nasty = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  fc.constantFrom<unknown>(
    '',
    ' ',
    '../../etc/passwd',
    '..%2f..%2f',
    '\u0000',
    '\ud800',
    '__proto__',
    'constructor',
    "' OR 1=1 --",
    '{{7*7}}',
    'x'.repeat(20_000),
    '٣'.repeat(300),
    '2026-02-30T25:61:00Z',
    -1,
    0,
    1.5,
    1e308,
    -1e308,
    Number.MAX_SAFE_INTEGER + 2,
    true,
    null,
    [],
    {},
    [[[[]]]],
    [null],
    { length: -1 },
  ),
);

/** Values that mean something: ids of records that exist, words that fields take. */
const known = fc
  .nat(12)
  .map((index) => [...Object.values(own), 'mode1', 'admin', 'GET'][index % 14] ?? 'local');

const bodyFor = ({ fields }: Operation) =>
  fc.oneof(fc.dictionary(fc.constantFrom(...fields, '__proto__', 'toString'), fc.oneof(nasty, known)), nasty);

/** A request of any shape to one route. */
const requestTo = (operation: Operation) =>
  fc.record({
    token: fc.constantFrom(...tokens, undefined),
    // The events of a job that still waits have no end.
    id: fc
      .oneof(known, nasty.map(String))
      .filter((id) => id !== own.queued || !operation.path.endsWith('/events')),
    query: fc.dictionary(
      fc.constantFrom(...operation.query, 'cloudapp_name'),
      fc.oneof(known, nasty.map(String)),
    ),
    body: bodyFor(operation),
    headers: fc.dictionary(
      fc.constantFrom('If-Match', 'Last-Event-ID', 'Idempotency-Key', 'Range', 'X-Request-Id'),
      fc.string({ maxLength: 40 }).filter((text) => /^[\x20-\x7e]*$/.test(text)),
    ),
  });

/** Path segments survive only as well-formed text without slashes, as a client would send them. */
const encoded = (text: string): string => encodeURIComponent(text.toWellFormed()) || 'empty';

async function send(operation: Operation, request: Fuzzed) {
  const { token, id, query, body, headers } = request;
  const path = operation.path.replace(/\{\w+\}/g, () => encoded(id).slice(0, 2000));
  const search = new URLSearchParams(query).toString().slice(0, 4000);
  // Nobody waits for work here, and no event stream is held open.
  const settled = body !== null && typeof body === 'object' ? { ...body, waitSeconds: 0 } : body;
  return platform.ask(operation.method, search === '' ? path : `${path}?${search}`, {
    ...(token !== undefined && { token }),
    ...(operation.takesJson && { body: typeof settled === 'string' ? JSON.stringify(settled) : settled }),
    headers,
  });
}

interface Fuzzed {
  readonly token: string | undefined;
  readonly id: string;
  readonly query: Record<string, string>;
  readonly body: unknown;
  readonly headers: Record<string, string>;
}

test.each(names)('%s answers anything without a 5xx', async (name) => {
  const operation = operations.find((entry) => entry.name === name)!;
  await fc.assert(
    fc.asyncProperty(requestTo(operation), async (request) => {
      const answer = await send(operation, request);
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(500);
      if (answer.status >= 400) {
        expect(answer.body).toEqual({
          error: {
            code: expect.stringMatching(/^MRO_/),
            message: expect.any(String),
            hint: expect.any(String),
            requestId: expect.any(String),
          },
        });
      }
    }),
    { numRuns: rounds, seed: 20260301 },
  );
});

test.each([
  ['no JSON', '{"email":', 422],
  ['no body', '', 422],
  ['a nest of 100,000 lists', '['.repeat(100_000) + ']'.repeat(100_000), 422],
  ['two megabytes', JSON.stringify({ email: 'x'.repeat(2_000_000) }), 413],
])('%s is refused on every route with a body', async (_, body, status) => {
  for (const operation of operations.filter(
    ({ takesJson, access }) => takesJson && access?.kind !== 'unit',
  )) {
    const path = operation.path.replace(/\{\w+\}/g, 'none');
    const headers = { 'Content-Type': 'application/json' };
    const token = operation.access?.kind === 'user' ? tokens[0]! : tokens[1]!;
    const session = (await platform.signIn((await platform.deps.records.users.byEmail('root@lab.example'))!))
      .access_token;
    const isTokenRoute = operation.access?.kind === 'user' && operation.access.scope !== undefined;
    const answer = await platform.ask(operation.method, path, {
      token: isTokenRoute ? token : session,
      body,
      headers,
    });
    expect({ route: operation.name, status: answer.status }).toEqual({ route: operation.name, status });
  }
});

test('another content type is refused in words', async () => {
  const answer = await platform.ask('POST', '/api/auth/login', {
    body: 'email=x',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  });
  expect(answer).toMatchObject({ status: 422, body: { error: { hint: expect.stringContaining('JSON') } } });
});
