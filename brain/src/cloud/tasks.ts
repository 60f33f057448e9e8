import { MroError } from '@mroptimum/contract';
import { z } from 'zod';
import { ensureAdministrator } from '../auth/administrator.ts';
import { collectAbandoned, collectOrphans } from '../data/collect.ts';
import type { Deps } from '../deps.ts';
import { sweep } from '../units/watch.ts';

/** What the function is asked to do by a schedule or by the operator, rather than by a request. */
export const taskSchema = z.object({
  mroptimum: z.enum(['watch', 'collect', 'administrator']),
  email: z.email().optional(),
});
export type CloudTask = z.infer<typeof taskSchema>;

/**
 * watch: looks after running jobs. collect: clears away what nobody names. administrator: makes the first account,
 * and gives its password to whoever may invoke the function; where there are accounts already it gives nothing.
 */
export async function runTask(deps: Deps, { mroptimum, email }: CloudTask): Promise<Record<string, unknown>> {
  switch (mroptimum) {
    case 'watch':
      return { takenBack: await sweep(deps) };
    case 'collect':
      return { uploads: await collectAbandoned(deps), objects: await collectOrphans(deps) };
    case 'administrator': {
      const made = await ensureAdministrator(deps, email);
      if (made) return { ...made };
      throw new MroError(
        'MRO_BRAIN_EXISTS',
        'There are accounts already: an administrator can appoint others.',
      );
    }
  }
}
