import type { Geometry } from '@mroptimum/contract';
import { expect, test } from 'vitest';
import { onMatrix } from './geometry.ts';

const c = Math.cos(0.3);
const s = Math.sin(0.3);
const oblique: Geometry = {
  origin: [10, -20, 30],
  spacing: [2, 3, 5],
  direction: [c, s, 0, -s, c, 0, 0, 0, 1],
};

/** Position of the centre of voxel (x, y, 0). */
function position({ origin, spacing, direction }: Geometry, x: number, y: number): number[] {
  return origin.map((o, i) => o + direction[i]! * spacing[0] * x + direction[3 + i]! * spacing[1] * y);
}

test.each([
  [
    [64, 80],
    [64, 81],
  ],
  [
    [75, 61],
    [76, 64],
  ],
] as const)('matrix %j to %j keeps the field of view and its centre', (from, to) => {
  const padded = onMatrix(oblique, from, to);
  const centre = position(oblique, Math.floor(from[0] / 2), Math.floor(from[1] / 2));
  position(padded, Math.floor(to[0] / 2), Math.floor(to[1] / 2)).forEach((value, i) => {
    expect(value).toBeCloseTo(centre[i]!, 9);
  });
  expect(padded.spacing[0] * to[0]).toBeCloseTo(oblique.spacing[0] * from[0], 9);
  expect(padded.spacing[1] * to[1]).toBeCloseTo(oblique.spacing[1] * from[1], 9);
  expect(padded.spacing[2]).toBe(5);
});
