import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPlatform, type Platform, password } from '../../test/platform.ts';
import type { User } from '../entities.ts';
import { approve } from './service.ts';

let platform: Platform;
let token: string;
let root: User;
let rosa: User;

beforeEach(async () => {
  platform = await createPlatform();
  root = await platform.addUser('root', { role: 'admin' });
  platform.clock.now += 1000;
  rosa = await platform.addUser('rosa', { status: 'pending' });
  token = (await platform.signIn(root)).access_token;
});
afterEach(() => platform.close());

const users = (query = '') => platform.ask('GET', `/api/admin/users${query}`, { token });
const change = (id: string, what: string, body?: unknown, headers?: Record<string, string>) =>
  platform.ask('POST', `/api/admin/users/${id}/${what}`, {
    token,
    ...(body !== undefined && { body }),
    ...(headers && { headers }),
  });

test('users are listed page by page, newest first, without anything secret', async () => {
  const first = await users('?limit=1');
  expect(first.body).toMatchObject({ items: [{ username: 'rosa', status: 'pending' }] });
  const second = await users(`?limit=1&cursor=${first.body.nextCursor}`);
  expect(second.body).toMatchObject({ items: [{ username: 'root', isAdmin: true }] });
  expect(JSON.stringify([first.body, second.body])).not.toMatch(/argon2|tokensValidFrom|passwordHash/);
});

test('a user is found by address', async () => {
  expect((await users('?email=ROSA@lab.example')).body).toMatchObject({ items: [{ id: rosa.id }] });
  expect((await users('?email=nobody@lab.example')).body).toEqual({ items: [] });
});

test('a change that names an older version is refused; the current one is an ETag', async () => {
  const shown = await platform.ask('GET', `/api/admin/users/${rosa.id}`, { token });
  const etag = shown.headers.get('etag')!;
  const quota = { storageBytes: 1e6, jobsPerMonth: { local: 3 } };
  const changed = await change(rosa.id, 'quota', { quota }, { 'If-Match': etag });
  expect(changed).toMatchObject({ status: 200, body: { quota, version: 2 } });
  expect(changed.headers.get('etag')).not.toBe(etag);
  const late = await change(rosa.id, 'approve', undefined, { 'If-Match': etag });
  expect(late).toMatchObject({ status: 412, body: { error: { code: 'MRO_BRAIN_PRECONDITION' } } });
  expect((await change(rosa.id, 'approve', undefined, { 'If-Match': '*' })).status).toBe(200);
});

test('who was made administrator is one at once, and no longer when it was taken back', async () => {
  await change(rosa.id, 'approve');
  const hers = (await platform.signIn(rosa)).access_token;
  const list = () => platform.ask('GET', '/api/admin/users', { token: hers });
  expect((await list()).status).toBe(403);
  await change(rosa.id, 'role', { role: 'admin' });
  expect((await list()).status).toBe(200);
  await change(rosa.id, 'role', { role: 'user' });
  expect((await list()).status).toBe(403);
});

test('administrators do not disable or demote themselves', async () => {
  expect((await change(root.id, 'disable')).status).toBe(403);
  expect((await change(root.id, 'role', { role: 'user' })).status).toBe(403);
});

test('who was disabled can be let in again, with the password as it was', async () => {
  await change(rosa.id, 'approve');
  await change(rosa.id, 'disable');
  await change(rosa.id, 'approve');
  const body = { email: rosa.email, password };
  expect((await platform.ask('POST', '/api/auth/login', { body })).status).toBe(200);
});

test('an approval holds, even where no mail can be sent', async () => {
  const broken = { ...platform.deps, mail: { send: () => Promise.reject(new TypeError('no network')) } };
  expect((await approve(broken, root, rosa.id, () => {})).status).toBe('approved');
});
