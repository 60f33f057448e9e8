import { expect, test } from 'vitest';
import { limitsOf } from './admin.ts';

test('limits of an account replace those before, but for those of other modes where one is named', () => {
  const account = { quota: { storageBytes: 5e9, jobsPerMonth: { local: 10, mode1: 20 } } };
  expect(limitsOf(account, {})).toEqual({});
  expect(limitsOf(account, { storage: 2 })).toEqual({ storageBytes: 2e9 });
  expect(limitsOf(account, { jobs: 3 })).toEqual({ jobsPerMonth: { local: 3, mode1: 3, mode2: 3 } });
  expect(limitsOf(account, { jobs: 3, mode: 'mode1' })).toEqual({
    storageBytes: 5e9,
    jobsPerMonth: { local: 10, mode1: 3 },
  });
  expect(limitsOf(account, { mode: 'mode1' })).toEqual({ storageBytes: 5e9, jobsPerMonth: { local: 10 } });
  expect(limitsOf({ quota: {} }, { jobs: 0, mode: 'mode2' })).toEqual({ jobsPerMonth: { mode2: 0 } });
});
