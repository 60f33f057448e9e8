import { randomUUID } from 'node:crypto';
import { MroError, type SignedIn } from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { Session, User } from '../entities.ts';
import { audience } from './authenticate.ts';
import { countAttempt, limitKey } from './limits.ts';
import { verifyPassword } from './passwords.ts';
import { hashSecret, masked, newSecret } from './secrets.ts';

/** Life of an access token. */
export const accessSeconds = 15 * 60;
const day = 24 * 3600_000;
/** A device that was not used for so long is signed out, and after the longer time in any case. */
const idleMilliseconds = 30 * day;
const longestMilliseconds = 180 * day;
/** How long the answer to a refresh may be asked for again. */
const repeatMilliseconds = 30_000;

/**
 * Signs a device in.
 *
 * @throws MRO_BRAIN_CREDENTIALS, MRO_BRAIN_PENDING, MRO_BRAIN_DISABLED, MRO_BRAIN_TOO_MANY
 */
export async function login(
  deps: Deps,
  { email, password, address }: { email: string; password: string; address: string },
): Promise<SignedIn> {
  const account = email.trim().toLowerCase();
  await countAttempt(deps, 'loginAddress', address);
  await countAttempt(deps, 'loginAccount', account);
  await countAttempt(deps, 'loginPair', account, address);
  const user = await deps.records.users.byEmail(account);
  const matches = await verifyPassword(user?.passwordHash, password);
  if (user === undefined || !matches) {
    throw new MroError('MRO_BRAIN_CREDENTIALS', 'E-mail and password do not belong together.');
  }
  requireApproved(user);
  await deps.records.limits.clear(limitKey('loginPair', account, address));
  await deps.records.limits.clear(limitKey('loginAccount', account));
  return startSession(deps, user, 'Signed in.');
}

/** A new device of a user whose identity is known. */
export async function startSession(deps: Deps, user: User, message: string): Promise<SignedIn> {
  const now = deps.clock();
  const secret = newSecret();
  const session: Session = {
    id: randomUUID(),
    userId: user.id,
    refreshHash: hashSecret(secret),
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + idleMilliseconds).toISOString(),
  };
  await deps.records.sessions.put(session);
  return answer(deps, session, secret, message);
}

/**
 * Exchanges a refresh token for a new pair. The one before may come once more for a short while, as long as the new
 * one was not used: a page that was reloaded, or a line that broke, lost the answer, which is given again. Any other
 * one is a copy in wrong hands or a client gone wrong: it signs the device out, whoever holds the newer one.
 *
 * @throws MRO_BRAIN_SIGN_IN, MRO_BRAIN_PENDING, MRO_BRAIN_DISABLED
 */
export async function refresh(deps: Deps, refreshToken: string): Promise<SignedIn> {
  const { records, clock } = deps;
  const [id, secret] = refreshToken.split('.');
  const session = id && secret ? await records.sessions.byId(id) : undefined;
  const now = clock();
  if (session === undefined || secret === undefined || session.revokedAt !== undefined) throw signedOut();
  if (new Date(session.expiresAt) <= now) throw signedOut();
  const hash = hashSecret(secret);
  const fresh = newSecret();
  const longest = Date.parse(session.createdAt) + longestMilliseconds;
  const expiresAt = new Date(Math.min(now.getTime() + idleMilliseconds, longest)).toISOString();
  const previous = { refreshHash: hash, at: now.toISOString(), maskedNext: masked(fresh, secret) };
  const rotated = await records.sessions.rotate(session.id, hash, {
    refreshHash: hashSecret(fresh),
    expiresAt,
    previous,
  });
  const next = rotated ? fresh : await nextAgain(deps, session.id, { hash, secret });
  if (next === undefined) {
    await records.sessions.revoke(session.id, now.toISOString());
    deps.log.warn({ userId: session.userId, sessionId: session.id }, 'refresh token reused: signed out');
    throw signedOut();
  }
  const user = await records.users.byId(session.userId);
  if (user === undefined) throw signedOut();
  requireApproved(user);
  return answer(deps, session, next, 'Signed in.');
}

/** The refresh token that was given for this one, if that is what was given last, a short while ago. */
async function nextAgain(
  deps: Deps,
  sessionId: string,
  { hash, secret }: { hash: string; secret: string },
): Promise<string | undefined> {
  const session = await deps.records.sessions.byId(sessionId);
  const { previous } = session ?? {};
  if (session?.revokedAt !== undefined || previous?.refreshHash !== hash) return undefined;
  if (deps.clock().getTime() - Date.parse(previous.at) > repeatMilliseconds) return undefined;
  return masked(previous.maskedNext, secret);
}

/** Ends a session; its access tokens end with it. */
export async function logout({ records, clock }: Deps, sessionId: string | undefined): Promise<void> {
  if (sessionId !== undefined) await records.sessions.revoke(sessionId, clock().toISOString());
}

/** Ends every session of a user. */
export async function logoutEverywhere({ records, clock }: Deps, userId: string): Promise<void> {
  await records.sessions.revokeAll(userId, clock().toISOString());
}

/** @throws MRO_BRAIN_PENDING, MRO_BRAIN_DISABLED */
export function requireApproved(user: User): void {
  if (user.status === 'pending') {
    throw new MroError('MRO_BRAIN_PENDING', 'Your account waits for the approval of an administrator.');
  }
  if (user.status === 'disabled') {
    throw new MroError('MRO_BRAIN_DISABLED', 'Your account was disabled by an administrator.');
  }
}

async function answer(deps: Deps, session: Session, secret: string, message: string): Promise<SignedIn> {
  const claims = { sub: session.userId, sid: session.id };
  const token = await deps.keys.sign({ ...claims, audience, expiresInSeconds: accessSeconds });
  return {
    success: true,
    message,
    id_token: token,
    access_token: token,
    refresh_token: `${session.id}.${secret}`,
    token_type: 'Bearer',
    expires_in: accessSeconds,
    user_id: session.userId,
  };
}

const signedOut = (): MroError => new MroError('MRO_BRAIN_SIGN_IN', 'You were signed out.');
