import { MroError } from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { Mode, User } from '../entities.ts';
import { monthOf } from '../providers/month.ts';

/** Modes as existing clients spell them. */
const spelled: Readonly<Record<Mode, string>> = { local: 'local', mode1: 'mode_1', mode2: 'mode_2' };

/** Calculations that a user queued in this calendar month (UTC), deleted ones too, and how many he may queue. */
export async function monthlyUse(
  deps: Deps,
  user: User,
  mode: Mode,
): Promise<{ readonly count: number; readonly limit: number }> {
  const month = monthOf(deps.clock().toISOString());
  return {
    count: await deps.records.pipelines.countInMonth(user.id, mode, month),
    limit: user.quota.jobsPerMonth?.[mode] ?? deps.settings.quota.jobsPerMonth,
  };
}

/** @throws MRO_BRAIN_QUOTA with limit, current_count and mode */
export async function requireQuota(deps: Deps, user: User, mode: Mode): Promise<void> {
  const { count, limit } = await monthlyUse(deps, user, mode);
  if (count < limit) return;
  throw new MroError('MRO_BRAIN_QUOTA', `Monthly limit of ${limit} ${spelled[mode]} calculations reached.`, {
    hint: 'Wait for the next month, or ask an administrator for more.',
    details: { limit, current_count: count, mode: spelled[mode] },
  });
}

/** Calculations of this month of one mode, or of all of them together (without a limit of their own). */
export async function countCalculations(
  deps: Deps,
  user: User,
  mode: Mode | undefined,
): Promise<{ readonly count: number; readonly limit?: number; readonly mode: string }> {
  if (mode !== undefined) return { ...(await monthlyUse(deps, user, mode)), mode };
  const modes: readonly Mode[] = ['local', 'mode1', 'mode2'];
  const uses = await Promise.all(modes.map((one) => monthlyUse(deps, user, one)));
  return { count: uses.reduce((sum, { count }) => sum + count, 0), mode: 'all' };
}
