import { afterAll, beforeAll, describe } from 'vitest';
import type { Records } from '../records.ts';
import { accountsContract } from './accountsContract.ts';
import { libraryContract } from './libraryContract.ts';
import { pipelinesContract } from './pipelinesContract.ts';

/**
 * What every implementation of `Records` must do, the tests each with records of their own.
 * @param make opens an empty store
 */
export function recordsContract(name: string, make: () => Promise<Records>): void {
  describe(`records: ${name}`, () => {
    let records: Records;
    beforeAll(async () => {
      records = await make();
    });
    afterAll(() => records.close());
    const get = (): Records => records;
    accountsContract(get);
    libraryContract(get);
    pipelinesContract(get);
  });
}
