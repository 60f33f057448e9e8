import { MroError } from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { User } from '../entities.ts';

/**
 * Whether so many bytes more fit into what the user may store.
 * @throws MRO_BRAIN_QUOTA
 */
export async function checkStorage(deps: Deps, user: User, bytes: number): Promise<void> {
  const limit = user.quota.storageBytes ?? deps.settings.quota.storageBytes;
  const used = await deps.records.data.usage(user.id);
  if (used + bytes <= limit) return;
  throw new MroError(
    'MRO_BRAIN_QUOTA',
    `Your library may hold ${limit} bytes; ${Math.max(0, limit - used)} bytes are left.`,
    { hint: 'Delete files that are no longer needed, or ask the operator.', details: { limit, used } },
  );
}
