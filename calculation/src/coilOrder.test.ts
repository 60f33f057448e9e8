import { expect, test } from 'vitest';
import { inImageOrder } from './coilOrder.ts';
import { JobLog } from './log.ts';

/** Coil c holds the value c. */
const samples = {
  samples: { data: Float32Array.of(0, 0, 1, 1, 2, 2), shape: [3, 1, 1] },
  source: 'noise lines',
};
const ordered = (theirs: string[] | undefined, ours: string[] | undefined) => {
  const log = new JobLog(() => new Date(0));
  const named = (coilNames: string[] | undefined) => (coilNames ? { coilNames } : {});
  const { data } = inImageOrder(samples, named(theirs), named(ours), log).samples;
  return { coils: [data[0], data[2], data[4]], warnings: log.warnings };
};

test('coils follow their names', () => {
  expect(ordered(['A', 'B', 'C'], ['C', 'A', 'B'])).toEqual({ coils: [2, 0, 1], warnings: [] });
});

test.each([
  [
    ['A', 'B', 'C'],
    ['A', 'B', 'C'],
  ],
  [undefined, ['A', 'B', 'C']],
  [
    ['A', 'B'],
    ['A', 'B', 'C'],
  ],
])('%j for %j: nothing to do', (theirs, ours) => {
  expect(ordered(theirs, ours)).toEqual({ coils: [0, 1, 2], warnings: [] });
});

test.each([
  [
    ['A', 'B', 'C'],
    ['A', 'B', 'D'],
  ],
  [
    ['A', 'A', 'B'],
    ['A', 'B', 'A'],
  ],
])('%j for %j: the order stays, with a warning', (theirs, ours) => {
  const { coils, warnings } = ordered(theirs, ours);
  expect(coils).toEqual([0, 1, 2]);
  expect(warnings).toHaveLength(1);
});
