import type { ComputingUnit } from '../../entities.ts';
import type { linkSigner } from '../links/signer.ts';
import type { Buckets } from '../s3/client.ts';
import { type S3Objects, s3Objects } from '../s3/index.ts';
import type { UnitStores } from '../unitStores.ts';
import { type Account, bucketsOf, cloudOf } from './accounts.ts';

export interface StoreOptions {
  readonly home: S3Objects;
  readonly homeBuckets: Buckets;
  readonly accountOf: (unit: ComputingUnit) => Account;
  readonly signer: ReturnType<typeof linkSigner>;
  readonly clock: () => Date;
}

export interface S3UnitStores extends UnitStores {
  of(unit: ComputingUnit): S3Objects;
}

/** Buckets in the accounts of units; those of units that pull are this server's own. */
export function unitStores(options: StoreOptions): S3UnitStores {
  const { home, homeBuckets, accountOf, signer, clock } = options;
  // Whatever names the unit of a user's account says: its store is reached with the role of that account.
  const isHome = (unit: ComputingUnit): boolean =>
    unit.mode === 'local' || (unit.mode === 'mode1' && sameBuckets(bucketsOf(cloudOf(unit)), homeBuckets));
  return {
    of: (unit) =>
      isHome(unit)
        ? home
        : s3Objects({
            client: accountOf(unit).s3,
            buckets: bucketsOf(cloudOf(unit)),
            store: unit.id,
            signer,
            clock,
          }),
    reaches: (unit, storedAt) => {
      if (unit.mode === 'local') return true;
      if (storedAt !== undefined) return storedAt === unit.id;
      return unit.mode === 'mode1' && cloudOf(unit).dataBucket === homeBuckets.data;
    },
  };
}

const sameBuckets = (one: Buckets, other: Buckets): boolean =>
  one.data === other.data && one.results === other.results && one.failed === other.failed;
