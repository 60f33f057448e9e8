import { geometryOf, resample } from '@mroptimum/bundle';
import { MroError } from '@mroptimum/contract';
import { sameGrid, type VoxelGrid } from '../../viewer/model/volume.ts';

/** What a map of two maps shows: A − B, A/B, or 100 · (A − B)/B. */
export type Operation = 'difference' | 'ratio' | 'percent';

/** Real values on a grid. */
export interface Valued {
  readonly grid: VoxelGrid;
  readonly values: Float32Array;
}

/** B on the voxels of A, and whether it had to be interpolated. */
export interface Aligned {
  readonly values: Float32Array;
  readonly resampled: boolean;
}

/**
 * Brings the values of B onto the grid of A. Equal grids are taken as they are, bit by bit; others are interpolated
 * linearly through the patient's coordinates, NaN beyond B's border.
 *
 * @throws MRO_BUNDLE_GEOMETRY where sizes differ and a position is unknown
 */
export function aligned(a: VoxelGrid, b: Valued): Aligned {
  if (sameGrid(a, b.grid)) return { values: b.values, resampled: false };
  const equalSize = a.size.every((extent, axis) => extent === b.grid.size[axis]);
  if (!a.affine || !b.grid.affine) {
    if (equalSize) return { values: b.values, resampled: false };
    throw new MroError(
      'MRO_BUNDLE_GEOMETRY',
      `The maps have ${a.size.join(' × ')} and ${b.grid.size.join(' × ')} voxels, and no known position.`,
      { hint: 'Compare maps of the same matrix, or maps that know where they were taken.' },
    );
  }
  const shape = (grid: VoxelGrid): number[] => [...grid.size].reverse();
  const volume = resample(
    {
      shape: shape(b.grid),
      data: b.values,
      complex: false,
      geometry: geometryOf(b.grid.affine)!,
    },
    { shape: shape(a), geometry: geometryOf(a.affine)! },
    'linear',
    { outside: Number.NaN },
  );
  return { values: volume.data, resampled: true };
}

/** A map of two maps on the same voxels. Where B is 0 a ratio is no number. */
export function combined(a: Float32Array, b: Float32Array, operation: Operation): Float32Array {
  const out = new Float32Array(a.length);
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    if (operation === 'difference') out[i] = x - y;
    else if (y === 0) out[i] = Number.NaN;
    else out[i] = operation === 'ratio' ? x / y : (100 * (x - y)) / y;
  }
  return out;
}
