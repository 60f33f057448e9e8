import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { MroError, type SignedIn } from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { User } from '../entities.ts';
import { countAttempt, limits } from './limits.ts';
import { checkNewPassword, hashPassword, verifyPassword } from './passwords.ts';
import { startSession } from './sessions.ts';

const codeMinutes = 15;
/** Every request for a code takes at least this long: whether a message was sent cannot be told by the clock. */
const answerMilliseconds = 250;

/**
 * A new password for somebody who knows the old one. All devices are signed out; this one is signed in again.
 *
 * @throws MRO_BRAIN_CREDENTIALS, MRO_BRAIN_INVALID, MRO_BRAIN_TOO_MANY
 */
export async function changePassword(
  deps: Deps,
  user: User,
  { oldPassword, newPassword }: { oldPassword: string; newPassword: string },
): Promise<SignedIn> {
  await countAttempt(deps, 'password', user.id);
  checkNewPassword(newPassword);
  if (!(await verifyPassword(user.passwordHash, oldPassword))) {
    throw new MroError('MRO_BRAIN_CREDENTIALS', 'The current password is another one.', {
      hint: 'Check it, or reset the password by mail.',
    });
  }
  const changed = await storePassword(deps, user, newPassword);
  return startSession(deps, changed, 'The password was changed; other devices were signed out.');
}

/** Sends a code, where the account exists; the answer does not tell. @throws MRO_BRAIN_TOO_MANY */
export async function forgotPassword(deps: Deps, email: string, address: string): Promise<void> {
  const account = email.trim().toLowerCase();
  await countAttempt(deps, 'forgotAddress', address);
  await countAttempt(deps, 'forgotPair', account, address);
  await countAttempt(deps, 'forgotAccount', account);
  await Promise.all([sendCode(deps, account), delay(answerMilliseconds)]);
}

async function sendCode({ records, mail, clock, log }: Deps, account: string): Promise<void> {
  const user = await records.users.byEmail(account);
  if (user === undefined || user.status === 'disabled') return;
  const code = String(randomInt(1e8)).padStart(8, '0');
  await records.resets.put({
    userId: user.id,
    codeHash: await hashPassword(code),
    expiresAt: new Date(clock().getTime() + codeMinutes * 60_000).toISOString(),
    attemptsLeft: limits.resetCode.attempts,
  });
  const message = {
    to: user.email,
    subject: 'MR Optimum: code for a new password',
    text: `Your code is ${code}. It is valid for ${codeMinutes} minutes.\n\nIf you did not ask for it, ignore this message.\n`,
  };
  try {
    await mail.send(message);
    log.info({ userId: user.id }, 'password reset code sent');
  } catch (error) {
    // For the operator alone: another answer would tell that there is such an account.
    log.error({ err: error, userId: user.id }, 'password reset code not sent');
  }
}

/**
 * A new password for somebody who holds a code. Each code allows five attempts.
 *
 * @throws MRO_BRAIN_CREDENTIALS (code wrong, expired or used), MRO_BRAIN_INVALID, MRO_BRAIN_TOO_MANY
 */
export async function resetPassword(
  deps: Deps,
  request: { email: string; code: string; newPassword: string; address: string },
): Promise<void> {
  const { records, clock } = deps;
  await countAttempt(deps, 'loginAddress', request.address);
  checkNewPassword(request.newPassword);
  const user = await records.users.byEmail(request.email.trim().toLowerCase());
  const reset = user && (await records.resets.byUser(user.id));
  const current = reset !== undefined && new Date(reset.expiresAt) > clock() ? reset : undefined;
  if (current !== undefined) await countAttempt(deps, 'resetCode', current.userId, current.codeHash);
  const matches = await verifyPassword(current?.codeHash, request.code.replaceAll(/\s/g, ''));
  if (user === undefined || !matches) {
    throw new MroError('MRO_BRAIN_CREDENTIALS', 'The code is wrong, was used or has expired.', {
      hint: 'Check it, or ask for a new one.',
    });
  }
  await records.resets.delete(user.id);
  await storePassword(deps, user, request.newPassword);
  deps.log.info({ userId: user.id }, 'password reset');
}

/** Stores a password and voids whatever was signed in with the old one. */
async function storePassword({ records, clock }: Deps, user: User, password: string): Promise<User> {
  const passwordHash = await hashPassword(password);
  const now = clock().toISOString();
  const changed = await records.users.update({ ...user, passwordHash, tokensValidFrom: now, updatedAt: now });
  await records.sessions.revokeAll(user.id, now);
  return changed;
}
