import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colourTable, tableSteps } from './colours.ts';
import {
  acquiredOrientation,
  orientations,
  pixelToVoxel,
  planeOf,
  planeSize,
  strides,
  voxelToPixel,
} from './plane.ts';
import { renderSlice } from './render.ts';
import { mapOf, turned } from './testing.ts';
import { indexOf, type Triple, voxelToMm } from './volume.ts';

const small = fc.integer({ min: 1, max: 6 });

describe('slices', () => {
  it('of a radiological axial view have the patient’s right at the left and anterior above', () => {
    const map = mapOf([4, 4, 4], new Float32Array(64), turned(0.2, 0.1));
    for (const [orientation, right, down] of [
      ['axial', [-1, 0, 0], [0, -1, 0]],
      ['coronal', [-1, 0, 0], [0, 0, -1]],
      ['sagittal', [0, -1, 0], [0, 0, -1]],
    ] as const) {
      const plane = planeOf(map, orientation);
      const at = (u: number, v: number): Triple => voxelToMm(map, pixelToVoxel(map, plane, u, v, 1))!;
      const along = (to: Triple, wanted: readonly number[]): number =>
        wanted.reduce((sum, w, i) => sum + w * (to[i]! - at(0, 0)[i]!), 0);
      expect(along(at(1, 0), right)).toBeGreaterThan(0);
      expect(along(at(0, 1), down)).toBeGreaterThan(0);
    }
    expect(planeOf(map, 'axial').edges).toEqual(['R', 'L', 'A', 'P']);
    expect(planeOf(map, 'axial', true).edges).toEqual(['L', 'R', 'A', 'P']);
    expect(planeOf(map, 'sagittal').edges).toEqual(['A', 'P', 'S', 'I']);
    expect(planeOf(map, 'axial').oblique).toBeCloseTo((0.1 * 180) / Math.PI, 6);
  });

  it('of an array without position are shown as they are stored', () => {
    const map = mapOf([3, 2, 1], [0, 1, 2, 3, 4, 5]);
    const plane = planeOf(map, 'axial');
    expect(plane.edges).toBeUndefined();
    expect(pixelToVoxel(map, plane, 2, 1, 0)).toEqual([2, 1, 0]);
    expect(acquiredOrientation(map)).toBe('axial');
  });

  it('find the orientation in which the slices were measured', () => {
    expect(acquiredOrientation(mapOf([4, 4, 4], new Float32Array(64), turned(0, Math.PI / 2)))).toBe(
      'coronal',
    );
    const sagittal = {
      origin: [0, 0, 0],
      spacing: [1, 1, 4],
      direction: [0, 1, 0, 0, 0, -1, -1, 0, 0],
    } as const;
    expect(acquiredOrientation(mapOf([4, 4, 4], new Float32Array(64), sagittal))).toBe('sagittal');
  });

  it('show every voxel once, and know which', () => {
    fc.assert(
      fc.property(
        fc.tuple(small, small, small),
        fc.constantFrom(...orientations),
        fc.boolean(),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (size, orientation, neurological, angle) => {
          const count = size[0] * size[1] * size[2];
          const map = mapOf(
            size,
            Array.from({ length: count }, (_, i) => i),
            turned(angle, angle / 2),
          );
          const plane = planeOf(map, orientation, neurological);
          const { width, height, slices } = planeSize(map, plane);
          const seen = new Set<number>();
          for (let slice = 0; slice < slices; slice++) {
            const { start, across, down } = strides(map, plane, slice);
            for (let v = 0; v < height; v++) {
              for (let u = 0; u < width; u++) {
                const voxel = pixelToVoxel(map, plane, u, v, slice);
                expect(indexOf(map, voxel)).toBe(start + u * across + v * down);
                expect(voxelToPixel(map, plane, voxel)).toEqual([u, v]);
                seen.add(indexOf(map, voxel));
              }
            }
          }
          expect(seen.size).toBe(count);
        },
      ),
    );
  });

  it('take the colour of the value in the window, gray where there is no number', () => {
    const map = mapOf([5, 1, 1], [-1, 0, 5, 10, Number.NaN]);
    const table = colourTable('gray');
    const pixels = renderSlice(map, map.data, planeOf(map, 'axial'), 0, [0, 10], table);
    expect(pixels[0]).toBe(table[0]);
    expect(pixels[1]).toBe(table[0]);
    expect(pixels[2]).toBe(table[Math.round((tableSteps - 1) / 2)]);
    expect(pixels[3]).toBe(0xffffffff);
    expect(pixels[4]).toBe(0xff5a5a5a);
  });
});
