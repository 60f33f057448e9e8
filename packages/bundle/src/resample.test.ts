import type { Geometry } from '@mroptimum/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { obliqueGeometry } from '../test/geometries.ts';
import type { Grid } from './resample.ts';
import { resample } from './resample.ts';
import type { Volume } from './volume.ts';

/** Position in the patient of a voxel. */
const position = ({ origin, spacing, direction }: Geometry, voxel: readonly number[]): number[] =>
  origin.map((value, row) =>
    voxel.reduce((sum, index, axis) => sum + direction[3 * axis + row]! * spacing[axis]! * index, value),
  );

/** A volume whose value is a function of the position. */
function sampled(shape: number[], geometry: Geometry, value: (p: number[]) => number): Volume {
  const [nz, ny, nx] = shape as [number, number, number];
  const data = new Float32Array(nx * ny * nz);
  for (let i = 0; i < data.length; i++) {
    data[i] = value(position(geometry, [i % nx, Math.floor(i / nx) % ny, Math.floor(i / nx / ny)]));
  }
  return { shape, data, complex: false, geometry };
}

const plane = ([x, y, z]: number[]) => 20 + 0.3 * x! - 0.2 * y! + 0.5 * z!;
const identity: Geometry = { origin: [0, 0, 0], spacing: [1, 1, 1], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] };

describe('resampling', () => {
  it('reproduces a linear function of the position exactly on any turned grid inside of the map', () => {
    const map = sampled(
      [24, 24, 24],
      obliqueGeometry([1, 2, 3], 0.5, false, [5, 5, 5], [-60, -60, -60]),
      plane,
    );
    const centre = position(map.geometry!, [12, 12, 12]) as [number, number, number];
    fc.assert(
      fc.property(fc.double({ min: -3, max: 3, noNaN: true }), fc.boolean(), (angle, mirrored) => {
        const geometry = obliqueGeometry([2, -1, 1], angle, mirrored, [1.5, 2, 3], centre);
        const onGrid = resample(map, { shape: [4, 6, 5], geometry }, 'linear', { outside: Number.NaN });
        const truth = sampled([4, 6, 5], geometry, plane);
        onGrid.data.forEach((value, i) => {
          expect(value).toBeCloseTo(truth.data[i]!, 3);
        });
        expect(onGrid.geometry).toBe(geometry);
      }),
      { numRuns: 30 },
    );
  });

  it('returns the map itself on its own grid, oblique and left-handed', () => {
    const map = sampled([3, 4, 5], obliqueGeometry([1, 2, 3], 2, true), (p) => Math.sin(p[0]! + 3 * p[1]!));
    const grid: Grid = { shape: map.shape, geometry: map.geometry };
    expect(resample(map, grid, 'nearest').data).toEqual(map.data);
    resample(map, grid, 'linear').data.forEach((value, i) => {
      expect(value).toBeCloseTo(map.data[i]!, 5);
    });
  });

  it('holds the last value for half a voxel and then stops', () => {
    const map: Volume = {
      shape: [1, 1, 2],
      data: Float32Array.from([10, 20]),
      complex: false,
      geometry: identity,
    };
    const geometry: Geometry = { ...identity, origin: [-0.75, 0, 0.4], spacing: [0.25, 1, 1] };
    const read = (method: 'linear' | 'nearest') => [
      ...resample(map, { shape: [1, 1, 11], geometry }, method, { outside: -1 }).data,
    ];
    expect(read('linear')).toEqual([-1, 10, 10, 10, 12.5, 15, 17.5, 20, 20, 20, -1]);
    expect(read('nearest')).toEqual([-1, 10, 10, 10, 10, 20, 20, 20, 20, 20, -1]);
    const next: Geometry = { ...identity, origin: [0, 0, 0.6] };
    expect([...resample(map, { shape: [1, 1, 2], geometry: next }, 'linear', { outside: -1 }).data]).toEqual([
      -1, -1,
    ]);
  });

  it('keeps both parts of complex maps', () => {
    const map: Volume = {
      shape: [1, 1, 2],
      data: Float32Array.from([1, 2, 3, 6]),
      complex: true,
      geometry: identity,
    };
    const geometry: Geometry = { ...identity, origin: [0.5, 0, 0] };
    expect([...resample(map, { shape: [1, 1, 1], geometry }, 'linear').data]).toEqual([2, 4]);
  });

  it('ignores voxels without weight that are not numbers', () => {
    const map: Volume = {
      shape: [1, 1, 3],
      data: Float32Array.from([1, 2, Number.NaN]),
      complex: false,
      geometry: identity,
    };
    expect([...resample(map, { shape: [1, 1, 2], geometry: identity }, 'linear').data]).toEqual([1, 2]);
  });

  it('does not let unmeasured voxels pull on the edge of a flip-angle map', () => {
    const data = Float32Array.from([0, 0, 30, 40, Number.NaN]);
    const map: Volume = { shape: [1, 1, 5], data, complex: false, geometry: identity };
    const geometry: Geometry = { ...identity, origin: [1.25, 0, 0], spacing: [0.25, 1, 1] };
    const grid: Grid = { shape: [1, 1, 10], geometry };
    const onGrid = resample(map, grid, 'linear', { ignoreZero: true });
    // Positions 1.25 … 3.5: nothing is measured up to 1.25, from 1.5 on the edge keeps its 30°.
    expect([...onGrid.data]).toEqual([0, 30, 30, 30, 32.5, 35, 37.5, 40, 40, 40]);
  });

  it('serves all slices with one where positions are unknown', () => {
    const map: Volume = { shape: [2, 2], data: Float32Array.from([1, 2, 3, 4]), complex: false };
    const onGrid = resample(map, { shape: [2, 2, 2], geometry: identity }, 'linear');
    expect([...onGrid.data]).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
    expect(onGrid.shape).toEqual([2, 2, 2]);
  });

  it('refuses other sizes where positions are unknown, and repetitions', () => {
    const geometryError = expect.objectContaining({ code: 'MRO_BUNDLE_GEOMETRY' });
    const map: Volume = { shape: [2, 2, 2], data: new Float32Array(8), complex: false };
    expect(() => resample(map, { shape: [3, 2, 2], geometry: identity }, 'linear')).toThrow(geometryError);
    expect(() => resample(map, { shape: [2, 2, 3], geometry: identity }, 'linear')).toThrow(geometryError);
    expect(() => resample({ ...map, shape: [2, 1, 2, 2] }, { shape: [2, 2, 2] }, 'linear')).toThrow(
      geometryError,
    );
  });
});
