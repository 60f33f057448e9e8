import type { Deps } from '../deps.ts';
import { newUser } from './accounts.ts';
import { newPassword } from './passwords.ts';

/** The account that a new server begins with. */
export const administratorEmail = 'admin@mroptimum.local';

/**
 * Creates an administrator where there is no user yet.
 *
 * @returns e-mail and password, to be shown once; undefined where there are users already
 */
export async function ensureAdministrator(
  deps: Pick<Deps, 'records' | 'clock'>,
  email = administratorEmail,
): Promise<{ readonly email: string; readonly password: string } | undefined> {
  if ((await deps.records.users.count()) > 0) return undefined;
  const password = newPassword();
  const registration = {
    email,
    password,
    username: 'admin',
    firstname: '',
    lastname: 'Administrator',
  };
  await deps.records.users.create(await newUser(deps, registration, { role: 'admin', status: 'approved' }));
  return { email, password };
}
