import type { ApiToken, PasswordReset, Session, User } from '../../entities.ts';
import type { Records } from '../records.ts';
import { documents, timed, updateVersioned } from './documents.ts';
import { rateLimits } from './rateLimits.ts';
import type { Table } from './table.ts';

const everybody = 'users';
const userCount = 'count#users';
/** More than anybody signs in with, or makes. */
const most = 10_000;

const emailOf = (email: string): string => `email#${email}`;
const usernameOf = (username: string): string => `username#${username}`;
const hashOf = (hash: string): string => `tokenHash#${hash}`;
const sessionsOf = (userId: string): string => `sessions#${userId}`;
const tokensOf = (userId: string): string => `tokens#${userId}`;

/** Users, their signed-in devices, tokens and codes, and how often somebody tried. */
export function accounts(
  table: Table,
): Pick<Records, 'users' | 'sessions' | 'apiTokens' | 'resets' | 'limits'> {
  const users = documents<User>(table, {
    name: 'user',
    places: (user) => [{ list: everybody, at: timed(user) }],
    uniques: ({ email, username }) => [emailOf(email), usernameOf(username)],
    counts: () => [{ counter: userCount, name: 'count', amount: 1 }],
  });
  const sessions = documents<Session>(table, {
    name: 'session',
    places: ({ userId, id }) => [{ list: sessionsOf(userId), at: id }],
    endsAt: ({ expiresAt }) => expiresAt,
  });
  const tokens = documents<ApiToken>(table, {
    name: 'token',
    places: (token) => [{ list: tokensOf(token.userId), at: timed(token) }],
    uniques: ({ hash }) => [hashOf(hash)],
    endsAt: ({ expiresAt }) => expiresAt,
  });
  const resets = documents<PasswordReset & { readonly id: string }>(table, {
    name: 'reset',
    endsAt: ({ expiresAt }) => expiresAt,
  });

  const revoke = async (id: string, at: string): Promise<void> => {
    await sessions.modify(id, (session) =>
      session.revokedAt === undefined ? { ...session, revokedAt: at } : undefined,
    );
  };

  return {
    users: {
      create: users.insert,
      byId: users.byId,
      byEmail: (email) => users.byUnique(emailOf(email)),
      byUsername: (username) => users.byUnique(usernameOf(username)),
      update: (user) => updateVersioned(table, users, user),
      list: (page) => users.page(everybody, page),
      count: async () => Number((await table.get({ pk: userCount, sk: 'record' }))?.count ?? 0),
    },
    sessions: {
      put: (session) => sessions.put(session),
      byId: sessions.byId,
      rotate: async (id, expected, next) => {
        const rotated = await sessions.modify(id, (session) =>
          session.refreshHash === expected && session.revokedAt === undefined
            ? { ...session, ...next }
            : undefined,
        );
        return rotated !== undefined;
      },
      revoke,
      revokeAll: async (userId, at) => {
        const all = await sessions.list(sessionsOf(userId), { limit: most });
        await Promise.all(all.map(({ id }) => revoke(id, at)));
      },
    },
    apiTokens: {
      create: tokens.insert,
      byHash: (hash) => tokens.byUnique(hashOf(hash)),
      listByUser: (userId) => tokens.list(tokensOf(userId), { limit: most, newestFirst: true }),
      touch: async (id, at) => {
        await tokens.modify(id, (token) => ({ ...token, lastUsedAt: at }));
      },
      delete: async (userId, id) => {
        const token = await tokens.byId(id);
        return token?.userId === userId && tokens.delete(id);
      },
    },
    resets: {
      put: (reset) => resets.put({ ...reset, id: reset.userId }),
      byUser: async (userId) => {
        const found = await resets.byId(userId);
        if (found === undefined) return undefined;
        const { id: _key, ...reset } = found;
        return reset;
      },
      delete: async (userId) => {
        await resets.delete(userId);
      },
    },
    limits: rateLimits(table),
  };
}
