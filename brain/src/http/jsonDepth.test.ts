import { expect, test } from 'vitest';
import { depthOf } from './jsonDepth.ts';

test.each([
  ['null', 0],
  ['[]', 1],
  ['{"a":[{"b":1},[2]]}', 3],
  ['{"a[[[":"]]{{","b\\"[[":1}', 1],
  ['['.repeat(500_000), 500_000],
])('%.40s is %i deep', (json, depth) => {
  expect(depthOf(json)).toBe(depth);
});
