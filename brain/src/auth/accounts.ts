import { randomUUID } from 'node:crypto';
import type { AccountView, Registration } from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { User } from '../entities.ts';
import { countAttempt } from './limits.ts';
import { checkNewPassword, hashPassword } from './passwords.ts';

/**
 * A new account, which waits for an administrator unless the operator opened registration.
 *
 * @throws MRO_BRAIN_INVALID (password), MRO_BRAIN_EXISTS, MRO_BRAIN_TOO_MANY
 */
export async function register(
  deps: Deps,
  registration: Registration,
  address: string,
): Promise<{ status: 'pending' | 'approved'; message: string }> {
  await countAttempt(deps, 'register', address);
  checkNewPassword(registration.password);
  const status = deps.settings.registration === 'open' ? 'approved' : 'pending';
  const user = await newUser(deps, registration, { role: 'user', status });
  await deps.records.users.create(user);
  deps.log.info({ userId: user.id, status }, 'registered');
  const message =
    status === 'approved'
      ? 'Your account is ready: sign in.'
      : 'Your account was created; wait for the approval of an administrator before you sign in.';
  return { status, message };
}

/** A user record that is not stored yet. */
export async function newUser(
  { clock }: Pick<Deps, 'clock'>,
  registration: Registration,
  { role, status }: Pick<User, 'role' | 'status'>,
): Promise<User> {
  const now = clock().toISOString();
  const { email, username, firstname, lastname, institution, title } = registration;
  return {
    id: randomUUID(),
    email,
    username,
    firstName: firstname,
    lastName: lastname,
    ...(institution !== undefined && { institution }),
    ...(title !== undefined && { title }),
    passwordHash: await hashPassword(registration.password),
    role,
    status,
    quota: {},
    tokensValidFrom: now,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
}

/** An account as itself and administrators see it: without anything that authenticates. */
export function accountView(user: User): AccountView {
  const { id, email, username, institution, title, status, role, quota, version } = user;
  return {
    id,
    email,
    username,
    firstname: user.firstName,
    lastname: user.lastName,
    ...(institution !== undefined && { institution }),
    ...(title !== undefined && { title }),
    status,
    level: role,
    isAdmin: role === 'admin',
    quota,
    created_at: user.createdAt,
    updated_at: user.updatedAt,
    version,
  };
}
