import { MroError } from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import type { ComputingUnit, DataFile } from '../entities.ts';
import type { Objects } from '../providers/objects.ts';

/** What stands as the unit of a job that was not computed here. */
export const noUnit = 'uploaded';

/**
 * The store that holds the objects of a computing unit: its own account's where it has one, else the server's.
 * @param unitId undefined for objects of the server's own store
 * @throws MRO_BRAIN_UNIT where the unit was removed, and with it the way into its account
 */
export async function storeOf(deps: Deps, unitId: string | undefined): Promise<Objects> {
  if (deps.stores === undefined || unitId === undefined || unitId === noUnit) return deps.objects;
  const unit = await deps.records.units.byId(unitId);
  if (unit) return deps.stores.of(unit);
  throw new MroError('MRO_BRAIN_UNIT', 'The computing unit whose account holds this was removed.', {
    hint: 'Register the unit again, or look into the buckets of that account.',
  });
}

/** Finds the store of a unit. */
export type StoreFor = (unitId: string | undefined) => Promise<Objects>;

/** The same for lists, where many records name few units: each unit is read once. */
export function storesOf(deps: Deps): StoreFor {
  const known = new Map<string | undefined, Promise<Objects>>();
  return (unitId) => {
    const store = known.get(unitId) ?? storeOf(deps, unitId);
    known.set(unitId, store);
    return store;
  };
}

/** Whether a unit can read a file: one that is told links can read every file, others those of their own account. */
export const reaches = (deps: Pick<Deps, 'stores'>, unit: ComputingUnit, file: DataFile): boolean =>
  deps.stores === undefined || deps.stores.reaches(unit, file.unitId);
