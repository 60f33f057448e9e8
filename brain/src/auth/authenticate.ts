import { MroError } from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import { scopes, type User } from '../entities.ts';
import type { Authenticate, Caller } from '../http/caller.ts';
import { apiTokenPrefix, hashSecret } from './secrets.ts';

/** Audience of access tokens. */
export const audience = 'mroptimum-api';

/** The last use of a personal token is noted to the minute. */
const touchMilliseconds = 60_000;

/** Finds the caller behind a bearer token: an access token of a session, or a personal token. */
export function createAuthenticate(deps: Deps): Authenticate {
  return async (authorization) => {
    if (authorization === undefined) throw signIn('The request carries no sign-in.');
    const token = /^Bearer ([\w.~+/-]{1,4096}=*)$/i.exec(authorization)?.[1];
    if (token === undefined) throw signIn('The Authorization header is no Bearer token.');
    return token.startsWith(apiTokenPrefix) ? byApiToken(deps, token) : byAccessToken(deps, token);
  };
}

async function byAccessToken({ keys, records }: Deps, token: string): Promise<Caller> {
  const claims = await keys.verify(token, audience);
  if (claims === undefined) throw signIn('The sign-in has expired or is not valid.');
  const [user, session] = await Promise.all([
    records.users.byId(claims.sub),
    records.sessions.byId(claims.sid),
  ]);
  if (user === undefined || session === undefined || session.revokedAt !== undefined) {
    throw signIn('You were signed out.');
  }
  if (session.userId !== user.id || claims.issuedAt < new Date(user.tokensValidFrom)) {
    throw signIn('You were signed out.');
  }
  return { user, via: 'session', scopes, sessionId: session.id };
}

async function byApiToken({ records, clock }: Deps, token: string): Promise<Caller> {
  const stored = await records.apiTokens.byHash(hashSecret(token));
  const user: User | undefined = stored && (await records.users.byId(stored.userId));
  const now = clock();
  if (stored === undefined || user === undefined || isPast(stored.expiresAt, now)) {
    throw signIn('The personal token has expired or was deleted.');
  }
  const lastUsed = stored.lastUsedAt === undefined ? 0 : Date.parse(stored.lastUsedAt);
  if (now.getTime() - lastUsed > touchMilliseconds) {
    await records.apiTokens.touch(stored.id, now.toISOString());
  }
  return { user, via: 'token', scopes: stored.scopes };
}

const isPast = (time: string | undefined, now: Date): boolean => time !== undefined && new Date(time) <= now;

const signIn = (message: string): MroError => new MroError('MRO_BRAIN_SIGN_IN', message);
