import { createHash } from 'node:crypto';
import { MroError } from '@mroptimum/contract';
import type { Deps } from '../deps.ts';

/** So many attempts in a window that begins with the first. */
export interface Limit {
  readonly attempts: number;
  readonly minutes: number;
}

export const limits = {
  /** Of one account from one address: others can sign in to the same account meanwhile. */
  loginPair: { attempts: 10, minutes: 15 },
  loginAccount: { attempts: 100, minutes: 15 },
  loginAddress: { attempts: 300, minutes: 15 },
  register: { attempts: 30, minutes: 60 },
  /** As for signing in: who asks for the codes of somebody else does not keep him from his own. */
  forgotPair: { attempts: 5, minutes: 60 },
  forgotAccount: { attempts: 20, minutes: 60 },
  forgotAddress: { attempts: 30, minutes: 60 },
  resetCode: { attempts: 5, minutes: 15 },
  password: { attempts: 10, minutes: 15 },
} as const satisfies Record<string, Limit>;

/** Name of a counter; addresses and e-mails are hashed, so that the records hold none. */
export function limitKey(name: keyof typeof limits, ...parts: readonly string[]): string {
  const digest = createHash('sha256').update(parts.join('\0')).digest('base64url').slice(0, 22);
  return `${name}:${digest}`;
}

/** Counts an attempt. @throws MRO_BRAIN_TOO_MANY with the seconds until the window ends */
export async function countAttempt(
  { records, clock }: Pick<Deps, 'records' | 'clock'>,
  name: keyof typeof limits,
  ...parts: readonly string[]
): Promise<void> {
  const { attempts, minutes } = limits[name];
  const now = clock().getTime();
  const { count, endsAt } = await records.limits.hit(limitKey(name, ...parts), now, minutes * 60_000);
  if (count <= attempts) return;
  const retryAfterSeconds = Math.max(1, Math.ceil((endsAt - now) / 1000));
  throw new MroError('MRO_BRAIN_TOO_MANY', 'Too many attempts in a short time.', {
    hint: `Try again in ${Math.ceil(retryAfterSeconds / 60)} min.`,
    details: { retryAfterSeconds },
  });
}
