import { newUser } from '../auth/accounts.ts';
import { createToken, deleteToken, listTokens } from '../auth/apiTokens.ts';
import { newPassword } from '../auth/passwords.ts';
import { ensureLocalUnit } from '../computing-units/service.ts';
import type { Deps } from '../deps.ts';

/** Owner of the computing unit inside a server: nobody signs in with it. */
const email = 'unit@mroptimum.local';
const tokenName = 'The computing unit of this server';

/**
 * The account and the unit for which the worker inside this server takes jobs, with a token for this run of it;
 * tokens of earlier runs end.
 */
export async function unitAccount(deps: Deps): Promise<{ readonly unitId: string; readonly token: string }> {
  const known = await deps.records.users.byEmail(email);
  const user = known ?? (await createAccount(deps));
  const unit = await ensureLocalUnit(deps, user.id);
  for (const { id, name } of await listTokens(deps, user)) {
    if (name === tokenName) await deleteToken(deps, user, id);
  }
  const { token } = await createToken(deps, user, { name: tokenName, scopes: ['unit:run'] });
  return { unitId: unit.id, token };
}

async function createAccount(deps: Deps) {
  const registration = {
    email,
    password: newPassword(),
    username: 'unit',
    firstname: '',
    lastname: 'Computing unit of this server',
  };
  const user = await newUser(deps, registration, { role: 'user', status: 'approved' });
  await deps.records.users.create(user);
  return user;
}
