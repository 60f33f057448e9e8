import { expect, test } from 'vitest';
import { bundleKeyOfLease, leaseOfBundleKey } from './cloud.ts';

const pipeline = '0b5e0c7e-54d8-4c1e-9a1c-0d6ad2c6f2aa';
const lease = `${pipeline}.8a3c5b5e-95a3-4d13-8b8f-1a2b3c4d5e6f`;

test.each(['result', 'failure'] as const)('the key of a %s bundle tells its lease', (kind) => {
  expect(leaseOfBundleKey(bundleKeyOfLease(kind, lease))).toEqual({ kind, pipeline, lease });
});

test.each(['results/own.zip', 'data/u/1', 'results/a/b/c.zip', '../results/a/b.zip', 'results/a.b/c.zip'])(
  '%s is the bundle of no lease',
  (key) => {
    expect(leaseOfBundleKey(key)).toBeUndefined();
  },
);
