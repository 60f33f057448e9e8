import { scopes } from '@mroptimum/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createToken } from '../src/auth/apiTokens.ts';
import { audience } from '../src/auth/authenticate.ts';
import { rotatingKeys } from '../src/auth/keys.ts';
import { startSession } from '../src/auth/sessions.ts';
import { type DiskObjects, registerObjectRoutes } from '../src/providers/index.ts';
import { accessTable, type Foreign, type Reach } from './accessTable.ts';
import { belongings, everythingOf } from './belongings.ts';
import { createPlatform, origin, type Platform } from './platform.ts';
import { accessText, type Operation, operationsOf } from './routes.ts';

let platform: Platform;
let olga: Foreign;
let operations: Operation[];
const names = Object.keys(accessTable);

beforeAll(async () => {
  platform = await createPlatform();
  registerObjectRoutes(platform.app, platform.deps.objects as DiskObjects);
  operations = await operationsOf(platform);
  olga = await belongings(platform, 'olga');
  await platform.addUser('ivan');
  await platform.addUser('dora', { role: 'developer' });
  await platform.addUser('root', { role: 'admin' });
  await platform.addUser('paul', { status: 'pending' });
  await platform.addUser('dirk', { status: 'disabled' });
});
afterAll(() => platform.close());

/** Status of the guard: 200 stands for "let in", whatever the route answers then. */
type Expected = 200 | 401 | 403;

const userOf = async (name: string) => (await platform.deps.records.users.byEmail(`${name}@lab.example`))!;
const sessionOf = async (name: string) => (await platform.signIn(await userOf(name))).access_token;
const tokenOf = async (name: string, granted: readonly (typeof scopes)[number][]) => {
  const user = await userOf(name);
  const token = await createToken(platform.deps, user, { name: 'test', scopes: granted });
  await platform.deps.records.apiTokens.delete(user.id, token.id);
  return token;
};

/** Who asks → the token, made afresh, as some routes end it. */
const callers: Record<string, () => Promise<string | undefined>> = {
  nobody: async () => undefined,
  garbage: async () => 'garbage',
  'garbage token': async () => `mro_${'a'.repeat(43)}`,
  'deleted token': async () => (await tokenOf('ivan', scopes)).token,
  expired: async () => signed({ expiresInSeconds: -1 }),
  'wrong audience': async () => signed({ audience: 'another' }),
  'foreign key': async () => {
    const store = { load: async () => undefined, save: async () => {} };
    return signed({}, rotatingKeys({ store, issuer: origin, clock: platform.deps.clock }));
  },
  unapproved: () => sessionOf('paul'),
  disabled: () => sessionOf('dirk'),
  'disabled, by token': () => livingToken('dirk', scopes),
  'unapproved, by token': () => livingToken('paul', scopes),
  user: () => sessionOf('ivan'),
  developer: () => sessionOf('dora'),
  administrator: () => sessionOf('root'),
  ...Object.fromEntries(scopes.map((scope) => [`token ${scope}`, () => livingToken('ivan', [scope])])),
  'token of an administrator': () => livingToken('root', scopes),
};

async function signed(
  change: Partial<{ audience: string; expiresInSeconds: number }>,
  keys = platform.deps.keys,
) {
  const user = await userOf('ivan');
  const { refresh_token } = await startSession(platform.deps, user, '');
  const claims = { sub: user.id, sid: refresh_token.split('.')[0]!, audience, expiresInSeconds: 900 };
  return keys.sign({ ...claims, ...change });
}

const living = new Map<string, string>();
/** Made once: there is a limit of tokens. */
async function livingToken(name: string, granted: readonly (typeof scopes)[number][]): Promise<string> {
  const known = `${name} ${granted.join()}`;
  const token =
    living.get(known) ??
    (await createToken(platform.deps, await userOf(name), { name: 'test', scopes: granted })).token;
  living.set(known, token);
  return token;
}

/** What the guard must say to this caller on a route with this access. */
function expected(access: string, caller: string): Expected {
  const [kind, scope] = access.split(' ');
  if (kind === 'public' || kind === 'link' || kind === 'unit') return 200;
  if (/^(unapproved|disabled)/.test(caller)) return 403;
  if (caller === 'administrator') return 200;
  if (caller === 'user' || caller === 'developer') return kind === 'user' ? 200 : 403;
  if (caller === 'token of an administrator') return kind === 'user' && scope !== undefined ? 200 : 403;
  if (caller.startsWith('token '))
    return kind === 'user' && ['any', caller.slice(6)].includes(scope!) ? 200 : 403;
  return 401;
}

const guardCodes = ['MRO_BRAIN_SIGN_IN', 'MRO_BRAIN_FORBIDDEN', 'MRO_BRAIN_PENDING', 'MRO_BRAIN_DISABLED'];

async function send(operation: Operation, token: string | undefined, reach: Reach = {}) {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(reach.params?.[name] ?? 'none'),
  );
  const query = new URLSearchParams(reach.query).toString();
  return platform.ask(operation.method, query === '' ? path : `${path}?${query}`, {
    ...(token !== undefined && { token }),
    ...(operation.takesJson && { body: reach.body ?? {} }),
  });
}

const operationNamed = (name: string): Operation => operations.find((operation) => operation.name === name)!;
const codeOf = (answer: { body: Record<string, unknown> }) =>
  (answer.body.error as { code?: string } | undefined)?.code;

/** Ids of records that never were. */
const nothing: Foreign = {
  user: 'nil',
  token: 'nil',
  data: 'nil',
  key: 'data/nil/nil',
  upload: 'nil',
  resultUpload: 'nil',
  queued: 'nil',
  completed: 'nil',
  lease: 'nil.nil',
  unit: 'nil',
  roi: 'nil',
  preset: 'nil',
};
const withoutId = (body: Record<string, unknown>) =>
  JSON.stringify(body).replace(/"requestId":"[^"]*"/, '"requestId":""');

test('every route of the OpenAPI document states its access and has a row here, and no row is left over', () => {
  const stated = Object.fromEntries(operations.map(({ name, access }) => [name, accessText(access)]));
  expect(stated).toEqual(Object.fromEntries(names.map((name) => [name, accessTable[name]![0]])));
});

describe.each(names)('%s', (name) => {
  const [access] = accessTable[name]!;

  test.each(Object.keys(callers))('asked by %s', async (caller) => {
    const answer = await send(operationNamed(name), await callers[caller]!());
    const wanted = expected(access, caller);
    if (wanted === 200) {
      expect(guardCodes).not.toContain(codeOf(answer));
      expect(answer.status).toBeLessThan(500);
    } else {
      expect({ status: answer.status, code: codeOf(answer) }).toEqual({
        status: wanted,
        code: expect.stringMatching(guardCodes.join('|')),
      });
    }
  });
});

const reached = names.filter((name) => accessTable[name]![1] !== undefined);

test.each(reached)('%s: what belongs to somebody else does not exist', async (name) => {
  const [access, reach, exception] = accessTable[name]!;
  const operation = operationNamed(name);
  const before = await everythingOf(platform, olga);
  const usual = access === 'unit' ? 401 : access === 'link' ? 403 : 404;
  for (const caller of exception?.administrators ? ['ivan'] : ['ivan', 'root']) {
    const token = await sessionOf(caller);
    const answer = await send(operation, token, reach!(olga));
    const missing = await send(operation, token, reach!(nothing));
    expect({ caller, status: answer.status }).toEqual({ caller, status: exception?.status ?? usual });
    expect(withoutId(answer.body)).toEqual(withoutId(missing.body));
  }
  expect(await everythingOf(platform, olga)).toEqual(before);
});

test('no list shows what belongs to somebody else', async () => {
  const lists = operations.filter(({ method, path, access }) => {
    return method === 'GET' && !path.includes('{') && access?.kind === 'user';
  });
  expect(lists.length).toBeGreaterThan(5);
  for (const list of lists) {
    for (const caller of ['ivan', 'root']) {
      expect(JSON.stringify((await send(list, await sessionOf(caller))).body), list.name).not.toContain(
        'olga',
      );
    }
  }
});

test('the owner reaches what others do not', async () => {
  const reads = reached.filter((name) => name.startsWith('GET /api'));
  expect(reads.length).toBeGreaterThan(5);
  for (const name of reads) {
    const answer = await send(operationNamed(name), await sessionOf('olga'), accessTable[name]![1]!(olga));
    const missing = await send(
      operationNamed(name),
      await sessionOf('olga'),
      accessTable[name]![1]!(nothing),
    );
    expect(withoutId(answer.body), name).not.toBe(withoutId(missing.body));
  }
});
