import { MroError } from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { Page, PageRequest, Quota, Role, User } from '../entities.ts';

/** Called with the user as stored before anything changes: where If-Match is checked. */
type Check = (user: User) => void;

/** Users, newest first; with `email` that one alone. */
export async function listUsers(
  { records }: Deps,
  { email, ...page }: PageRequest & { email?: string | undefined },
): Promise<Page<User>> {
  if (email === undefined) return records.users.list(page);
  const user = await records.users.byEmail(email.trim().toLowerCase());
  return { items: user === undefined ? [] : [user] };
}

/** @throws MRO_BRAIN_NOT_FOUND */
export async function findUser({ records }: Deps, id: string): Promise<User> {
  const user = await records.users.byId(id);
  if (user === undefined) throw new MroError('MRO_BRAIN_NOT_FOUND', 'There is no such user.');
  return user;
}

/** Lets a waiting or disabled user in, and tells by mail. */
export async function approve(deps: Deps, administrator: User, id: string, check: Check): Promise<User> {
  const user = await findUser(deps, id);
  check(user);
  if (user.status === 'approved') return user;
  const approved = await change(deps, administrator, user, { status: 'approved' });
  try {
    await deps.mail.send({
      to: user.email,
      subject: 'MR Optimum: your account was approved',
      text: `Your account is ready: sign in at ${deps.settings.origin}\n`,
    });
  } catch (error) {
    deps.log.warn({ userId: id, err: error }, 'approved, but the message could not be sent');
  }
  return approved;
}

/** Shuts a user out at once: sessions end, tokens stop working. */
export async function disable(deps: Deps, administrator: User, id: string, check: Check): Promise<User> {
  refuseOneself(administrator, id);
  const user = await findUser(deps, id);
  check(user);
  const now = deps.clock().toISOString();
  const disabled = await change(deps, administrator, user, { status: 'disabled', tokensValidFrom: now });
  await deps.records.sessions.revokeAll(id, now);
  return disabled;
}

export async function setRole(
  deps: Deps,
  administrator: User,
  id: string,
  role: Role,
  check: Check,
): Promise<User> {
  refuseOneself(administrator, id);
  const user = await findUser(deps, id);
  check(user);
  return change(deps, administrator, user, { role });
}

export async function setQuota(
  deps: Deps,
  administrator: User,
  id: string,
  quota: Quota,
  check: Check,
): Promise<User> {
  const user = await findUser(deps, id);
  check(user);
  return change(deps, administrator, user, { quota });
}

/** So one administrator is always left. */
function refuseOneself(administrator: User, id: string): void {
  if (administrator.id !== id) return;
  throw new MroError('MRO_BRAIN_FORBIDDEN', 'Administrators cannot disable or demote themselves.', {
    hint: 'Ask another administrator.',
  });
}

async function change(
  { records, clock, log }: Deps,
  administrator: User,
  user: User,
  fields: Partial<Pick<User, 'status' | 'role' | 'quota' | 'tokensValidFrom'>>,
): Promise<User> {
  const changed = await records.users.update({ ...user, ...fields, updatedAt: clock().toISOString() });
  log.info(
    { administrator: administrator.id, userId: user.id, changed: Object.keys(fields) },
    'user changed',
  );
  return changed;
}
