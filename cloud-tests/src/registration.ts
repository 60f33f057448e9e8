import { handler } from '../../mode2-deployment/src/registration.ts';
import type { Invocation } from './compute.ts';

/** Runs the registration's handler as Lambda would: with the environment of its function. */
export async function runRegistration({ event, environment }: Invocation): Promise<void> {
  const before = { ...process.env };
  Object.assign(process.env, environment);
  try {
    await handler(event);
  } finally {
    for (const name of Object.keys(environment)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}
