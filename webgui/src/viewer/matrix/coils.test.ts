import { matrixVolume } from '@mroptimum/bundle';
import { describe, expect, it } from 'vitest';
import { mapVolume } from '../model/volume.ts';
import { coilMatrix, coilStates, coupledPairs, noiseLevels } from './coils.ts';

/** A complex matrix with these numbers (row by row), as a bundle stores it. */
const matrixOf = (rows: readonly (readonly (readonly [number, number])[])[]) =>
  coilMatrix(
    mapVolume(matrixVolume({ shape: [rows.length, rows.length], data: Float32Array.from(rows.flat(2)) })),
  );

describe('noise matrices', () => {
  it('are indexed by row and column', () => {
    const { magnitude, phase, coils } = matrixOf([
      [
        [4, 0],
        [0, 3],
      ],
      [
        [0, -3],
        [9, 0],
      ],
    ]);
    // Row 0, column 1 is 3i.
    expect(magnitude[0 + coils * 1]).toBe(3);
    expect(phase[0 + coils * 1]).toBeCloseTo(Math.PI / 2, 6);
    expect(phase[1]).toBeCloseTo(-Math.PI / 2, 6);
  });

  it('tell dead and hot coils by their noise beside that of a typical coil', () => {
    const variances = [1, 1.21, 1e-6, 0.81, 25];
    const rows = variances.map((v, i) =>
      variances.map((_, j): [number, number] => (i === j ? [v, 0] : [0, 0])),
    );
    const levels = noiseLevels(matrixOf(rows));
    expect([...levels].map((level) => Number(level.toFixed(3)))).toEqual([1, 1.1, 0.001, 0.9, 5]);
    expect(coilStates(levels)).toEqual(['well', 'well', 'dead', 'well', 'hot']);
  });

  it('name pairs that share much noise, strongest first', () => {
    const c = (value: number): [number, number] => [0, value];
    const rows = [
      [c(1), c(0.75), c(0.2)],
      [c(0.75), c(1), c(0.9)],
      [c(0.2), c(0.9), c(1)],
    ];
    expect(coupledPairs(matrixOf(rows)).map(([i, j]) => [i, j])).toEqual([
      [1, 2],
      [0, 1],
    ]);
  });
});
