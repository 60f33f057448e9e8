import { handler } from '../../mode2-deployment/src/registration.ts';
import { type Account, environmentFor } from './accounts.ts';
import type { Invocation } from './compute.ts';

/** Runs the registration's handler as Lambda would: in its account, with the environment of its function. */
export async function runRegistration({ event, environment }: Invocation, account: Account): Promise<void> {
  const before = { ...process.env };
  const set = { ...environmentFor(account), ...environment };
  Object.assign(process.env, set);
  try {
    await handler(event);
  } finally {
    for (const name of Object.keys(set)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}
