import type { Volume } from '@mroptimum/bundle';
import type { Geometry } from '@mroptimum/contract';
import { expect, test } from 'vitest';
import { onImage } from './placing.ts';

const [slices, ny, nx] = [3, 5, 6] as const;
/** Oblique: readout and phase turned by 30 degrees about z. */
const [c, s] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
const geometry: Geometry = {
  origin: [-20, 7, 3],
  spacing: [2, 3, 5],
  direction: [c, s, 0, -s, c, 0, 0, 0, 1],
};
const image = { shape: [slices, ny, nx] as const, geometry };
/** No symmetry, so that nothing mirrored goes unnoticed. */
const data = Float32Array.from({ length: slices * ny * nx }, (_, p) => p + 1);
const volume: Volume = { shape: [slices, ny, nx], data, complex: false, geometry };

function onto(map: Volume, method: 'nearest' | 'linear' = 'nearest') {
  const warnings: string[] = [];
  const { data: values } = onImage(map, image, {
    method,
    name: 'The mask',
    log: { warn: (what) => void warnings.push(what) },
  });
  return { values, warnings };
}

/** The same voxels stored in reverse along an axis. */
function reversed(axis: 0 | 1 | 2): Volume {
  const extents = [nx, ny, slices] as const;
  const turned = data.map((_, p) => {
    const voxel = [p % nx, Math.floor(p / nx) % ny, Math.floor(p / (nx * ny))] as [number, number, number];
    voxel[axis] = extents[axis] - 1 - voxel[axis];
    return data[(voxel[2] * ny + voxel[1]) * nx + voxel[0]]!;
  });
  const length = (extents[axis] - 1) * geometry.spacing[axis];
  const along = geometry.direction.slice(3 * axis, 3 * axis + 3);
  const [x, y, z] = geometry.origin.map((value, i) => value + length * along[i]!) as [number, number, number];
  const direction = geometry.direction.map((value, i) => (Math.floor(i / 3) === axis ? -value : value));
  return {
    ...volume,
    data: turned,
    geometry: { ...geometry, origin: [x, y, z], direction: direction as unknown as Geometry['direction'] },
  };
}

test('a map in the place of the image stays as it is, silently', () => {
  const nearly = { ...geometry, origin: [-20.4, 7.4, 3.1] as const };
  for (const map of [volume, { ...volume, geometry: nearly }, { ...volume, geometry: undefined }]) {
    expect(onto(map)).toEqual({ values: data, warnings: [] });
  }
});

test.each([0, 1, 2] as const)('a map stored in reverse along axis %i is turned back, and says so', (axis) => {
  const { values, warnings } = onto(reversed(axis));
  expect(values).toEqual(data);
  expect(warnings.join()).toContain('by its position');
});

test('a map that lies elsewhere goes where it belongs, and says by how much', () => {
  // Two voxels along the readout: 4 mm.
  const origin = [-20 + 4 * c, 7 + 4 * s, 3] as const;
  const { values, warnings } = onto({ ...volume, geometry: { ...geometry, origin } });
  values.forEach((value, p) => {
    expect(value).toBe(p % nx < 2 ? 0 : data[p - 2]);
  });
  expect(warnings.join()).toContain('4.0 mm');
});

test('an identity matrix is no position: voxel by voxel, with a warning', () => {
  const identity: Geometry = {
    origin: [0, 0, 0],
    spacing: [1, 1, 1],
    direction: [-1, 0, 0, 0, -1, 0, 0, 0, 1],
  };
  const { values, warnings } = onto({ ...volume, geometry: identity });
  expect(values).toEqual(data);
  expect(warnings.join()).toContain('voxel by voxel');
});

test('one slice serves all slices', () => {
  const slice = data.slice(0, ny * nx);
  const { values, warnings } = onto({ ...volume, shape: [1, ny, nx], data: slice });
  expect([...values]).toEqual([...slice, ...slice, ...slice]);
  expect(warnings).toEqual([]);
});
