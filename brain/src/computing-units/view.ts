import type { unitSchema } from '@mroptimum/contract';
import type { z } from 'zod';
import type { ComputingUnit } from '../entities.ts';

/** A unit as its users see it: no secret, no external id. */
export function unitView(unit: ComputingUnit): z.infer<typeof unitSchema> {
  const { id, appId, alias, status, mode, provider, isDefault, isShared, createdAt, updatedAt, cloud } = unit;
  const { externalId: _kept, ...place } = cloud ?? {};
  return {
    computingUnitId: id,
    id,
    appId,
    alias,
    referenceCode: id.slice(0, 8),
    status,
    mode,
    provider,
    isDefault,
    isShared,
    ...place,
    ...(unit.lastSeenAt !== undefined && { lastSeenAt: unit.lastSeenAt }),
    ...(unit.capacity !== undefined && { capacity: unit.capacity }),
    createdAt,
    updatedAt,
  };
}
