import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Rotation, User } from '../../entities.ts';
import type { Records } from '../records.ts';
import { expectCode } from './expectCode.ts';
import { later, session, user } from './samples.ts';

/** Users, sessions, tokens, codes and limits. */
export function accountsContract(records: () => Records): void {
  describe('users', () => {
    test('are found by id, e-mail and username, and by nothing else', async () => {
      const { users } = records();
      const ada = user();
      await users.create(ada);
      expect(await users.byId(ada.id)).toEqual(ada);
      expect(await users.byEmail(ada.email)).toEqual(ada);
      expect(await users.byUsername(ada.username)).toEqual(ada);
      expect(await users.byId(ada.email)).toBeUndefined();
      expect(await users.byEmail("' OR 1=1 --")).toBeUndefined();
    });

    test('exist once by id, e-mail and username', async () => {
      const { users } = records();
      const ada = user();
      await users.create(ada);
      const before = await users.count();
      await expectCode(users.create(user({ id: ada.id })), 'MRO_BRAIN_EXISTS');
      await expectCode(users.create(user({ email: ada.email })), 'MRO_BRAIN_EXISTS');
      await expectCode(users.create(user({ username: ada.username })), 'MRO_BRAIN_EXISTS');
      expect(await users.count()).toBe(before);
    });

    test('an update counts the version; an older one is refused, and so is a name that is taken', async () => {
      const { users } = records();
      const ada = user();
      const eve = user();
      await users.create(ada);
      await users.create(eve);
      const approved = await users.update({ ...ada, status: 'approved' });
      expect(approved).toEqual({ ...ada, status: 'approved', version: 2 });
      expect(await users.byId(ada.id)).toEqual(approved);
      await expectCode(users.update({ ...ada, status: 'disabled' }), 'MRO_BRAIN_CONFLICT');
      await expectCode(users.update(user()), 'MRO_BRAIN_NOT_FOUND');
      await expectCode(users.update({ ...eve, email: ada.email }), 'MRO_BRAIN_EXISTS');
      const moved = await users.update({ ...approved, email: 'new@example.org' });
      expect(await users.byEmail(ada.email)).toBeUndefined();
      expect(await users.byEmail('new@example.org')).toEqual(moved);
    });

    test('of two updates at once one wins', async () => {
      const { users } = records();
      const ada = user();
      await users.create(ada);
      const both = await Promise.allSettled([
        users.update({ ...ada, firstName: 'A' }),
        users.update({ ...ada, firstName: 'B' }),
      ]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    test('are listed newest first, page by page, also where times are equal', async () => {
      const { users } = records();
      const made = [3, 1, 2, 2, 2].map((seconds) => user({ createdAt: later(seconds) }));
      for (const one of made) await users.create(one);
      const seen: User[] = [];
      let cursor: string | undefined;
      do {
        const page = await users.list({ limit: 2, ...(cursor !== undefined && { cursor }) });
        expect(page.items.length).toBeLessThanOrEqual(2);
        seen.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(seen).toHaveLength(await users.count());
      expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
      const times = seen.map(({ createdAt }) => createdAt);
      expect(times).toEqual([...times].sort().reverse());
      await expectCode(users.list({ limit: 2, cursor: 'made up' }), 'MRO_BRAIN_INVALID');
    });
  });

  describe('sessions', () => {
    const rotation = (from: string, to: string): Rotation => ({
      refreshHash: to,
      expiresAt: later(9),
      previous: { refreshHash: from, at: later(1), maskedNext: `masked ${to}` },
    });

    test('rotate only from the hash that is stored, and not once revoked', async () => {
      const { sessions } = records();
      const one = session();
      await sessions.put(one);
      expect(await sessions.rotate(one.id, 'other', rotation('other', 'second'))).toBe(false);
      for (const [from, to] of [['first', 'second'] as const, ['second', 'third'] as const]) {
        expect(await sessions.rotate(one.id, from, rotation(from, to))).toBe(true);
        expect(await sessions.rotate(one.id, from, rotation(from, 'fourth'))).toBe(false);
        expect(await sessions.byId(one.id)).toEqual({ ...one, ...rotation(from, to) });
      }
      await sessions.revoke(one.id, later(5));
      await sessions.revoke(one.id, later(6));
      expect((await sessions.byId(one.id))?.revokedAt).toBe(later(5));
      expect(await sessions.rotate(one.id, 'third', rotation('third', 'fourth'))).toBe(false);
    });

    test('of two rotations at once one wins', async () => {
      const { sessions } = records();
      const one = session();
      await sessions.put(one);
      const both = [1, 2].map((i) => sessions.rotate(one.id, 'first', rotation('first', `next ${i}`)));
      expect((await Promise.all(both)).sort()).toEqual([false, true]);
    });

    test('are revoked all together, for one user alone', async () => {
      const { sessions } = records();
      const [mine, also, other] = [session({ userId: 'me' }), session({ userId: 'me' }), session()];
      for (const one of [mine, also, other]) await sessions.put(one);
      await sessions.revokeAll('me', later(1));
      expect((await sessions.byId(mine.id))?.revokedAt).toBe(later(1));
      expect((await sessions.byId(also.id))?.revokedAt).toBe(later(1));
      expect((await sessions.byId(other.id))?.revokedAt).toBeUndefined();
    });
  });

  test('tokens are found by hash, listed and deleted by their user alone', async () => {
    const { apiTokens } = records();
    const userId = randomUUID();
    const token = {
      id: randomUUID(),
      userId,
      name: 'script',
      hash: randomUUID(),
      scopes: ['data:read'] as const,
      createdAt: later(0),
    };
    await apiTokens.create(token);
    expect(await apiTokens.byHash(token.hash)).toEqual(token);
    await expectCode(apiTokens.create({ ...token, id: randomUUID() }), 'MRO_BRAIN_EXISTS');
    await apiTokens.touch(token.id, later(1));
    expect(await apiTokens.listByUser(userId)).toEqual([{ ...token, lastUsedAt: later(1) }]);
    expect(await apiTokens.listByUser('other')).toEqual([]);
    expect(await apiTokens.delete('other', token.id)).toBe(false);
    expect(await apiTokens.delete(userId, token.id)).toBe(true);
    expect(await apiTokens.byHash(token.hash)).toBeUndefined();
  });

  test('a user has one code at a time', async () => {
    const { resets } = records();
    const reset = { userId: randomUUID(), codeHash: 'a', expiresAt: later(1), attemptsLeft: 5 };
    await resets.put(reset);
    await resets.put({ ...reset, codeHash: 'b', attemptsLeft: 4 });
    expect(await resets.byUser(reset.userId)).toEqual({ ...reset, codeHash: 'b', attemptsLeft: 4 });
    await resets.delete(reset.userId);
    expect(await resets.byUser(reset.userId)).toBeUndefined();
  });

  test('limits count within a window that begins with the first', async () => {
    const { limits } = records();
    const key = randomUUID();
    expect(await limits.hit(key, 1000, 500)).toEqual({ count: 1, endsAt: 1500 });
    expect(await limits.hit(key, 1400, 500)).toEqual({ count: 2, endsAt: 1500 });
    expect(await limits.hit(key, 1500, 500)).toEqual({ count: 1, endsAt: 2000 });
    await limits.clear(key);
    const many = await Promise.all(Array.from({ length: 20 }, () => limits.hit(key, 1600, 500)));
    expect(Math.max(...many.map(({ count }) => count))).toBe(20);
  });
}
