import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPlatform, type Platform, password } from '../../test/platform.ts';
import { ensureAdministrator } from './administrator.ts';

let platform: Platform;
beforeEach(async () => {
  platform = await createPlatform();
});
afterEach(() => platform.close());

const login = (email: string, secret = password, address?: string) =>
  platform.ask('POST', '/api/auth/login', { body: { email, password: secret }, ...(address && { address }) });
const profile = (token: string) => platform.ask('GET', '/api/auth/profile', { token });
const refresh = (token: unknown) =>
  platform.ask('POST', '/api/auth/refresh', { body: { refresh_token: token } });
const codeOf = (answer: { body: Record<string, unknown> }) => (answer.body.error as { code: string }).code;

describe('an account', () => {
  const registration = {
    email: ' Rosa@Lab.Example ',
    password,
    username: 'Rosa',
    firstname: 'Rosa',
    lastname: 'Bloch',
    institution: 'Lab',
    title: 'Dr',
    cloudapp_name: 'MR Optimum',
  };

  test('is registered, waits, is approved, signs in', async () => {
    const { deps } = platform;
    const registered = await platform.ask('POST', '/api/auth/register', { body: registration });
    expect(registered).toMatchObject({ status: 201, body: { status: 'pending' } });
    expect(codeOf(await login('rosa@lab.example'))).toBe('MRO_BRAIN_PENDING');

    const first = await deps.records.users.byEmail('rosa@lab.example');
    const admin = await platform.signIn(await platform.addUser('root', { role: 'admin' }));
    const approved = await platform.ask('POST', `/api/admin/users/${first?.id}/approve`, {
      token: admin.access_token,
    });
    expect(approved.body).toMatchObject({ status: 'approved', username: 'rosa', version: 2 });
    expect(platform.mails.at(-1)?.to).toBe('rosa@lab.example');

    const signedIn = await login('ROSA@lab.example');
    expect(signedIn.body).toMatchObject({
      success: true,
      message: expect.any(String),
      token_type: 'Bearer',
      expires_in: 900,
      user_id: first?.id,
      id_token: signedIn.body.access_token,
    });
    expect((await profile(String(signedIn.body.id_token))).body).toMatchObject({
      email: 'rosa@lab.example',
      level: 'user',
      isAdmin: false,
      userId: first?.id,
      sub: first?.id,
      usage: { storageBytes: 0 },
    });
  });

  test('is ready at once where registration is open', async () => {
    await platform.close();
    platform = await createPlatform({ registration: 'open' });
    await platform.ask('POST', '/api/auth/register', { body: registration });
    expect((await login('rosa@lab.example')).status).toBe(200);
  });

  test('has one address and one name, whatever their case', async () => {
    await platform.ask('POST', '/api/auth/register', { body: registration });
    const again = { ...registration, username: 'other' };
    expect(codeOf(await platform.ask('POST', '/api/auth/register', { body: again }))).toBe(
      'MRO_BRAIN_EXISTS',
    );
    const named = { ...registration, email: 'other@lab.example' };
    expect(codeOf(await platform.ask('POST', '/api/auth/register', { body: named }))).toBe(
      'MRO_BRAIN_EXISTS',
    );
  });

  test.each(['short1A!', 'no digits Here!', 'NO LOWER 12!', 'no upper 12!', 'NoSpecial1234'])(
    'refuses the password %s',
    async (bad) => {
      const answer = await platform.ask('POST', '/api/auth/register', {
        body: { ...registration, password: bad },
      });
      expect(answer).toMatchObject({
        status: 422,
        body: { error: { message: expect.stringContaining('needs') } },
      });
    },
  );

  test('begins with an administrator on a new server, once', async () => {
    const created = await ensureAdministrator(platform.deps);
    expect((await login(created!.email, created!.password)).status).toBe(200);
    expect(await ensureAdministrator(platform.deps)).toBeUndefined();
  });
});

describe('signing in', () => {
  test('says the same of unknown accounts and wrong passwords', async () => {
    await platform.addUser('rosa');
    const [unknown, wrong] = [
      await login('nobody@lab.example'),
      await login('rosa@lab.example', 'Wrong 1234!'),
    ];
    const withoutId = ({ body }: typeof unknown) => ({ ...(body.error as object), requestId: '' });
    expect(unknown.status).toBe(401);
    expect(withoutId(unknown)).toEqual(withoutId(wrong));
  });

  test('is limited per account and address, with Retry-After, and nobody is locked out elsewhere', async () => {
    await platform.addUser('rosa');
    for (let i = 0; i < 10; i += 1) expect((await login('rosa@lab.example', 'Wrong 1234!')).status).toBe(401);
    const limited = await login('rosa@lab.example');
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(800);
    expect((await login('rosa@lab.example', password, '198.51.100.7')).status).toBe(200);
    platform.clock.now += 15 * 60_000 + 1000;
    expect((await login('rosa@lab.example')).status).toBe(200);
  });

  test('ends after 15 minutes, at logout, and when the account is disabled', async () => {
    const user = await platform.addUser('rosa');
    const { access_token: token } = await platform.signIn(user);
    expect((await profile(token)).status).toBe(200);
    platform.clock.now += 901_000;
    expect((await profile(token)).status).toBe(401);

    const second = await platform.signIn(user);
    expect((await platform.ask('POST', '/api/auth/logout', { token: second.access_token })).status).toBe(200);
    expect((await profile(second.access_token)).status).toBe(401);
    expect((await refresh(second.refresh_token)).status).toBe(401);

    const third = await platform.signIn(user);
    const admin = await platform.signIn(await platform.addUser('root', { role: 'admin' }));
    await platform.ask('POST', `/api/admin/users/${user.id}/disable`, { token: admin.access_token });
    expect((await profile(third.access_token)).status).toBe(401);
    expect(codeOf(await login('rosa@lab.example'))).toBe('MRO_BRAIN_DISABLED');
  });

  test('is ended on every device at once, and on those of nobody else', async () => {
    const user = await platform.addUser('rosa');
    const [one, two] = [await platform.signIn(user), await platform.signIn(user)];
    const other = await platform.signIn(await platform.addUser('felix'));
    const ended = await platform.ask('POST', '/api/auth/logout-everywhere', { token: one.access_token });
    expect(ended.status).toBe(200);
    for (const { access_token, refresh_token } of [one, two]) {
      expect((await profile(access_token)).status).toBe(401);
      expect((await refresh(refresh_token)).status).toBe(401);
    }
    expect((await profile(other.access_token)).status).toBe(200);
  });

  test('is carried on by refresh tokens that work once; reuse signs the device out', async () => {
    const first = await platform.signIn(await platform.addUser('rosa'));
    const second = (await refresh(first.refresh_token)).body;
    expect((await profile(String(second.access_token))).status).toBe(200);
    platform.clock.now += 31_000;
    expect((await refresh(first.refresh_token)).status).toBe(401);
    expect((await refresh(second.refresh_token)).status).toBe(401);
    expect((await profile(String(second.access_token))).status).toBe(401);
  });

  test('goes on where the answer to a refresh was lost, a short while, until the next token is used', async () => {
    const first = await platform.signIn(await platform.addUser('rosa'));
    const lost = (await refresh(first.refresh_token)).body;
    platform.clock.now += 29_000;
    const again = (await refresh(first.refresh_token)).body;
    expect(again.refresh_token).toBe(lost.refresh_token);
    expect((await profile(String(again.access_token))).status).toBe(200);
    const third = (await refresh(again.refresh_token)).body;
    expect(third.refresh_token).not.toBe(again.refresh_token);
    expect((await refresh(first.refresh_token)).status).toBe(401);
    expect((await refresh(third.refresh_token)).status).toBe(401);
  });

  test('of refreshes at once, all give the same next token', async () => {
    const { refresh_token: token } = await platform.signIn(await platform.addUser('rosa'));
    const answers = await Promise.all([refresh(token), refresh(token), refresh(token)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    expect((await refresh(answers[0]?.body.refresh_token)).status).toBe(200);
  });

  test('ends with a token of its own that was never given, and leaves its record unreadable', async () => {
    const { refresh_token: token } = await platform.signIn(await platform.addUser('rosa'));
    const next = String((await refresh(token)).body.refresh_token);
    const [id, secret] = next.split('.') as [string, string];
    expect(JSON.stringify(await platform.deps.records.sessions.byId(id))).not.toContain(secret);
    expect((await refresh(`${id}.${'A'.repeat(43)}`)).status).toBe(401);
    expect((await refresh(next)).status).toBe(401);
  });

  test('ends after a month without use', async () => {
    const { refresh_token: token } = await platform.signIn(await platform.addUser('rosa'));
    platform.clock.now += 31 * 24 * 3600_000;
    expect((await refresh(token)).status).toBe(401);
  });
});

describe('a password', () => {
  test('is changed by who knows it; other devices are signed out, this one gets new tokens', async () => {
    const user = await platform.addUser('rosa');
    const [here, there] = [await platform.signIn(user), await platform.signIn(user)];
    const body = { oldPassword: 'Wrong 1234!', newPassword: 'Spin-echo 4321' };
    const token = here.access_token;
    expect(codeOf(await platform.ask('POST', '/api/auth/change-password', { token, body }))).toBe(
      'MRO_BRAIN_CREDENTIALS',
    );
    platform.clock.now += 1;
    const changed = await platform.ask('POST', '/api/auth/change-password', {
      token,
      body: { ...body, oldPassword: password },
    });
    expect(changed.status).toBe(200);
    expect((await profile(there.access_token)).status).toBe(401);
    expect((await profile(token)).status).toBe(401);
    expect((await profile(String(changed.body.access_token))).status).toBe(200);
    expect((await login('rosa@lab.example', 'Spin-echo 4321')).status).toBe(200);
  });

  const forgot = (email: string, address?: string) =>
    platform.ask('POST', '/api/auth/forgot-password', { body: { email }, ...(address && { address }) });
  const reset = (code: string, email = 'rosa@lab.example') =>
    platform.ask('POST', '/api/auth/reset-password', {
      body: { email, code, newPassword: 'Spin-echo 4321' },
    });
  const sentCode = () => /code is (\d{8})/.exec(platform.mails.at(-1)?.text ?? '')?.[1] ?? '';

  test('is reset by a code that works once', async () => {
    const before = await platform.signIn(await platform.addUser('rosa'));
    const [known, unknown] = [await forgot('Rosa@lab.example'), await forgot('nobody@lab.example')];
    expect(known.body).toEqual(unknown.body);
    expect(platform.mails).toHaveLength(1);
    platform.clock.now += 1;
    expect((await reset(sentCode())).status).toBe(200);
    expect((await login('rosa@lab.example', 'Spin-echo 4321')).status).toBe(200);
    expect((await profile(before.access_token)).status).toBe(401);
    expect((await reset(sentCode())).status).toBe(401);
  });

  test('codes that somebody else asks for leave its owner free to ask', async () => {
    await platform.addUser('rosa');
    for (let i = 0; i < 5; i++) expect((await forgot('rosa@lab.example', '203.0.113.9')).status).toBe(200);
    const refused = await forgot('rosa@lab.example', '203.0.113.9');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await forgot('rosa@lab.example')).status).toBe(200);
    platform.clock.now += 1;
    expect((await reset(sentCode())).status).toBe(200);
  });

  test('codes end after 15 minutes', async () => {
    await platform.addUser('rosa');
    await forgot('rosa@lab.example');
    platform.clock.now += 15 * 60_000 + 1;
    expect((await reset(sentCode())).status).toBe(401);
  });

  test('codes allow five attempts, also at once', async () => {
    await platform.addUser('rosa');
    await forgot('rosa@lab.example');
    const wrong = await Promise.all(Array.from({ length: 5 }, () => reset('00000000x')));
    expect(wrong.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    expect((await reset(sentCode())).status).toBe(429);
  });
});

describe('a personal token', () => {
  const create = async (token: string, scopes: string[], more = {}) =>
    (await platform.ask('POST', '/api/auth/tokens', { token, body: { name: 'script', scopes, ...more } }))
      .body;

  test('is shown once, signs in, is listed without its secret, and deleted', async () => {
    const user = await platform.addUser('rosa');
    const { access_token: token } = await platform.signIn(user);
    const created = await create(token, ['data:read']);
    expect(created.token).toMatch(/^mro_[\w-]{43}$/);
    expect((await profile(String(created.token))).body).toMatchObject({ userId: user.id });
    const list = await platform.ask('GET', '/api/auth/tokens', { token });
    expect(list.body).toMatchObject({
      items: [{ id: created.id, scopes: ['data:read'], lastUsedAt: expect.any(String) }],
    });
    expect(JSON.stringify(list.body)).not.toContain('hash');
    expect((await platform.ask('DELETE', `/api/auth/tokens?id=${created.id}`, { token })).status).toBe(200);
    expect((await profile(String(created.token))).status).toBe(401);
  });

  test('makes no other token and ends when it says', async () => {
    const { access_token: token } = await platform.signIn(await platform.addUser('rosa'));
    const created = await create(token, ['data:write'], { expiresInDays: 1 });
    const another = await platform.ask('POST', '/api/auth/tokens', {
      token: String(created.token),
      body: { name: 'more', scopes: ['data:read'] },
    });
    expect(another.status).toBe(403);
    platform.clock.now += 24 * 3600_000;
    expect((await profile(String(created.token))).status).toBe(401);
  });

  test('of another user cannot be deleted', async () => {
    const rosa = await platform.signIn(await platform.addUser('rosa'));
    const felix = await platform.signIn(await platform.addUser('felix'));
    const created = await create(rosa.access_token, ['data:read']);
    const path = `/api/auth/tokens/${created.id}`;
    expect((await platform.ask('DELETE', path, { token: felix.access_token })).status).toBe(404);
    expect((await platform.ask('DELETE', path, { token: rosa.access_token })).status).toBe(200);
  });
});

test('no password, token, code or e-mail reaches the log', async () => {
  await platform.addUser('rosa');
  const signedIn = await login('rosa@lab.example');
  await platform.ask('POST', '/api/auth/forgot-password', { body: { email: 'rosa@lab.example' } });
  await refresh(signedIn.body.refresh_token);
  await platform.ask('GET', `/api/none/${signedIn.body.access_token}?token=${signedIn.body.access_token}`);
  const log = platform.logged.join('');
  expect(log).toContain('"path":"/api/auth/login"');
  for (const secret of [
    password,
    signedIn.body.access_token,
    signedIn.body.refresh_token,
    'rosa@lab.example',
  ]) {
    expect(log).not.toContain(String(secret));
  }
});
