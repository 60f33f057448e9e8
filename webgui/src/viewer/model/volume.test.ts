import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapOf, turned } from './testing.ts';
import {
  componentValues,
  indexOf,
  mapVolume,
  mmToVoxel,
  sameGrid,
  valueAt,
  voxelAt,
  voxelMm3,
  voxelToMm,
} from './volume.ts';

const angle = fc.double({ min: -3, max: 3, noNaN: true });
const index = fc.double({ min: -50, max: 300, noNaN: true });

describe('volumes', () => {
  it('lie where the NIfTI affine says, in RAS', () => {
    // LPS identity at (10, 20, 30), voxels of 2 × 3 × 4 mm: voxel (1, 1, 1) is LPS (12, 23, 34), RAS (−12, −23, 34).
    const map = mapOf([2, 2, 2], new Float32Array(8), {
      origin: [10, 20, 30],
      spacing: [2, 3, 4],
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    });
    expect(voxelToMm(map, [1, 1, 1])).toEqual([-12, -23, 34]);
    expect(voxelMm3(map)).toBeCloseTo(24, 10);
  });

  it('take voxels to millimetres and back, turned as they like', () => {
    fc.assert(
      fc.property(angle, angle, fc.tuple(index, index, index), (a, tilt, voxel) => {
        const map = mapOf([1, 1, 1], [0], turned(a, tilt));
        const back = mmToVoxel(map, voxelToMm(map, voxel)!)!;
        for (const axis of [0, 1, 2] as const) expect(back[axis]).toBeCloseTo(voxel[axis], 6);
        expect(voxelMm3(map)).toBeCloseTo(12, 8);
      }),
    );
  });

  it('say the stored number at a voxel', () => {
    const map = mapOf(
      [2, 3, 4],
      Array.from({ length: 24 }, (_, i) => 1e-6 * i),
    );
    for (let i = 0; i < 24; i++) {
      const voxel = voxelAt(map, i);
      expect(indexOf(map, voxel)).toBe(i);
      expect(valueAt(map, voxel)).toEqual({ real: Math.fround(1e-6 * i), imaginary: 0 });
    }
    expect(valueAt(map, [2, 0, 0])).toBeUndefined();
    expect(valueAt(map, [0, -1, 0])).toBeUndefined();
  });

  it('show magnitude, parts and phase of complex numbers, of any repetition', () => {
    const data = Float32Array.from([3, 4, -1, 0, 0, -2, 1, 1]);
    const map = mapVolume({ shape: [2, 1, 1, 2], data, complex: true });
    expect(map.repetitions).toBe(2);
    expect([...componentValues(map, 'magnitude')]).toEqual([5, 1]);
    expect([...componentValues(map, 'real')]).toEqual([3, -1]);
    expect([...componentValues(map, 'imaginary', 1)]).toEqual([-2, 1]);
    const phase = componentValues(map, 'phase', 1);
    expect(phase[0]).toBeCloseTo(-Math.PI / 2, 6);
    expect(phase[1]).toBeCloseTo(Math.PI / 4, 6);
  });

  it('are on the same grid to a hundredth of a voxel', () => {
    const make = (angleOfIt: number, z = 17) =>
      mapOf([10, 10, 1], new Float32Array(100), turned(angleOfIt, 0, [1, 1, 4], [0, 0, z]));
    expect(sameGrid(make(0.3), make(0.3 + 1e-5))).toBe(true);
    expect(sameGrid(make(0.3), make(0.31))).toBe(false);
    expect(sameGrid(make(0.3), make(0.3, 18))).toBe(false);
    expect(sameGrid(make(0.3), mapOf([10, 10, 1], new Float32Array(100)))).toBe(false);
  });
});
