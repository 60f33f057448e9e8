import type { ApiToken, PasswordReset, Session, User } from '../../entities.ts';
import type { Records } from '../records.ts';
import type { Database } from './database.ts';
import { documents, record, records, updateVersioned } from './documents.ts';
import { readPage } from './pages.ts';

/** Users, their signed-in devices, tokens and codes, and how often somebody tried. */
export function accounts(
  database: Database,
): Pick<Records, 'users' | 'sessions' | 'apiTokens' | 'resets' | 'limits'> {
  const users = documents<User>(database, 'users');
  const sessions = documents<Session>(database, 'sessions');
  const tokens = documents<ApiToken>(database, 'apiTokens');
  return {
    users: {
      create: async (user) => users.insert(user),
      byId: async (id) => users.byId(id),
      byEmail: async (email) => users.by('email', email),
      byUsername: async (username) => users.by('username', username),
      update: async (user) => updateVersioned(database, 'users', user),
      list: async (page) => readPage<User>(database, 'users', 'true', [], page),
      count: async () => Number(database.get('SELECT count(*) AS count FROM users')?.count),
    },
    sessions: {
      // Signing in is the moment to forget the devices of this user that were signed out by time.
      put: async (session) =>
        database.transaction(() => {
          const { id, userId, createdAt } = session;
          database.run('DELETE FROM sessions WHERE userId = ? AND expiresAt < ?', userId, createdAt);
          database.run(
            'INSERT OR REPLACE INTO sessions (id, doc) VALUES (?, ?)',
            id,
            JSON.stringify(session),
          );
        }),
      byId: async (id) => sessions.byId(id),
      rotate: async (id, expected, next) =>
        database.run(
          `UPDATE sessions SET doc = json_patch(doc, ?)
           WHERE id = ? AND refreshHash = ? AND revokedAt IS NULL`,
          JSON.stringify(next),
          id,
          expected,
        ) === 1,
      revoke: async (id, at) => {
        database.run(
          `UPDATE sessions SET doc = json_set(doc, '$.revokedAt', ?) WHERE id = ? AND revokedAt IS NULL`,
          at,
          id,
        );
      },
      revokeAll: async (userId, at) => {
        database.run(
          `UPDATE sessions SET doc = json_set(doc, '$.revokedAt', ?) WHERE userId = ? AND revokedAt IS NULL`,
          at,
          userId,
        );
      },
    },
    apiTokens: {
      create: async (token) => tokens.insert(token),
      byHash: async (hash) => tokens.by('hash', hash),
      listByUser: async (userId) =>
        records<ApiToken>(
          database.all('SELECT doc FROM apiTokens WHERE userId = ? ORDER BY createdAt DESC', userId),
        ),
      touch: async (id, at) => {
        database.relaxed(() =>
          database.run(`UPDATE apiTokens SET doc = json_set(doc, '$.lastUsedAt', ?) WHERE id = ?`, at, id),
        );
      },
      delete: async (userId, id) =>
        database.run('DELETE FROM apiTokens WHERE id = ? AND userId = ?', id, userId) > 0,
    },
    resets: {
      put: async (reset) => {
        database.run(
          'INSERT OR REPLACE INTO resets (id, doc) VALUES (?, ?)',
          reset.userId,
          JSON.stringify(reset),
        );
      },
      byUser: async (userId) =>
        record<PasswordReset>(database.get('SELECT doc FROM resets WHERE id = ?', userId)),
      delete: async (userId) => {
        database.run('DELETE FROM resets WHERE id = ?', userId);
      },
    },
    limits: {
      hit: async (key, now, windowMs) =>
        database.relaxed(() =>
          database.transaction(() => {
            database.run('DELETE FROM limits WHERE endsAt <= ?', now);
            const row = database.get(
              `INSERT INTO limits (id, count, endsAt) VALUES (?, 1, ?)
               ON CONFLICT (id) DO UPDATE SET count = count + 1 RETURNING count, endsAt`,
              key,
              now + windowMs,
            );
            return { count: Number(row?.count), endsAt: Number(row?.endsAt) };
          }),
        ),
      clear: async (key) => {
        database.run('DELETE FROM limits WHERE id = ?', key);
      },
    },
  };
}
