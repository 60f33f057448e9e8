import type { ComputingUnit } from '../entities.ts';
import type { Objects } from './objects.ts';

/** Stores that belong to computing units: the buckets of the account in which a unit computes. */
export interface UnitStores {
  of(unit: ComputingUnit): Objects;
  /**
   * Whether a unit can read objects of the store of another one.
   * @param storedAt the unit whose store it is; undefined for the server's own
   */
  reaches(unit: ComputingUnit, storedAt: string | undefined): boolean;
}
