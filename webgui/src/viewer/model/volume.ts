import { type Affine, affineOf, type Volume } from '@mroptimum/bundle';
import { MroError } from '@mroptimum/contract';
import type { Component } from './names.ts';

/** Three numbers: voxel indices along readout, phase and slice, or millimetres towards right, anterior, superior. */
export type Triple = readonly [number, number, number];

export type { Component };

/** Voxels in space: their numbers along each axis, and where they lie. */
export interface VoxelGrid {
  /** Voxels along x (readout), y (phase), z (slice). */
  readonly size: Triple;
  /** Millimetres; 1 each where the position is unknown. */
  readonly spacing: Triple;
  /** Voxel indices to millimetres (RAS); undefined where the file does not know its position. */
  readonly affine?: Affine;
}

/** A map in memory with its values as they are stored in the file. */
export interface MapVolume extends VoxelGrid {
  /** Volumes behind each other in `data`: 1, or the repetitions of a 4-D file. */
  readonly repetitions: number;
  readonly complex: boolean;
  /** x fastest; interleaved (re, im) where complex. */
  readonly data: Float32Array;
}

/**
 * The viewer's form of a volume as files hold it.
 * @throws MRO_BUNDLE_SHAPE for volumes of more than four axes that cannot be shown
 */
export function mapVolume(volume: Volume): MapVolume {
  const [nx = 1, ny = 1, nz = 1, repetitions = 1, ...more] = [...volume.shape].reverse();
  if (more.some((extent) => extent !== 1)) {
    throw new MroError('MRO_BUNDLE_SHAPE', `An image of ${volume.shape.length} axes cannot be shown.`, {
      hint: 'Give one volume, or a series of volumes.',
    });
  }
  const { geometry } = volume;
  return {
    size: [nx, ny, nz],
    spacing: geometry?.spacing ?? [1, 1, 1],
    ...(geometry && { affine: affineOf(geometry) }),
    repetitions,
    complex: volume.complex,
    data: volume.data,
  };
}

/** Voxels of one repetition. */
export const voxelCount = ({ size }: VoxelGrid): number => size[0] * size[1] * size[2];

/** Place of a voxel in the data of one repetition. */
export const indexOf = ({ size }: VoxelGrid, [x, y, z]: Triple): number => x + size[0] * (y + size[1] * z);

/** The voxel at a place of the data: the inverse of `indexOf`. */
export const voxelAt = ({ size }: VoxelGrid, index: number): Triple => [
  index % size[0],
  Math.floor(index / size[0]) % size[1],
  Math.floor(index / (size[0] * size[1])),
];

/** Whether a voxel lies in the grid. */
export const contains = ({ size }: VoxelGrid, voxel: Triple): boolean =>
  voxel.every((v, axis) => v >= 0 && v < size[axis]!);

/** A stored value: real and imaginary part. */
export interface StoredValue {
  readonly real: number;
  readonly imaginary: number;
}

/** The value of a voxel as it is stored, never rescaled; undefined outside of the volume. */
export function valueAt(map: MapVolume, voxel: Triple, repetition = 0): StoredValue | undefined {
  if (!contains(map, voxel)) return undefined;
  const at = indexOf(map, voxel) + repetition * voxelCount(map);
  if (!map.complex) return { real: map.data[at]!, imaginary: 0 };
  return { real: map.data[2 * at]!, imaginary: map.data[2 * at + 1]! };
}

/** |v|, Re v, Im v, or arg v in radians (−π … π). */
export function componentOf({ real, imaginary }: StoredValue, component: Component): number {
  if (component === 'real') return real;
  if (component === 'imaginary') return imaginary;
  return component === 'phase' ? Math.atan2(imaginary, real) : Math.hypot(real, imaginary);
}

/** The numbers of one repetition that are shown: the data themselves of a real map, one component of a complex one. */
export function componentValues(map: MapVolume, component: Component, repetition = 0): Float32Array {
  const count = voxelCount(map);
  const parts = map.complex ? 2 : 1;
  const data = map.data.subarray(repetition * count * parts, (repetition + 1) * count * parts);
  if (!map.complex) return data;
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    values[i] = componentOf({ real: data[2 * i]!, imaginary: data[2 * i + 1]! }, component);
  }
  return values;
}

/** Volume of a voxel in mm³: |det| of the affine; NaN where the file does not say how large its voxels are. */
export const voxelMm3 = ({ affine }: VoxelGrid): number =>
  affine ? Math.abs(determinant(affine)) : Number.NaN;

function determinant([a, b, c]: Affine): number {
  return (
    a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) -
    a[1]! * (b[0]! * c[2]! - b[2]! * c[0]!) +
    a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!)
  );
}

/** Millimetres (RAS) of a voxel position; undefined where nothing is known about the position. */
export function voxelToMm({ affine }: VoxelGrid, [x, y, z]: Triple): Triple | undefined {
  if (!affine) return undefined;
  return affine.map((row) => row[0]! * x + row[1]! * y + row[2]! * z + row[3]!) as unknown as Triple;
}

/** Voxel position (fractions too) of a place in millimetres: A⁻¹(p − t). */
export function mmToVoxel({ affine }: VoxelGrid, mm: Triple): Triple | undefined {
  if (!affine) return undefined;
  const det = determinant(affine);
  const p = affine.map((row, i) => mm[i]! - row[3]!);
  // Cramer: the column of the axis that is asked for gives way to the place.
  const replaced = (axis: number): number =>
    determinant(
      affine.map((row, r) => row.map((value, c) => (c === axis ? p[r]! : value))) as unknown as Affine,
    );
  return [replaced(0) / det, replaced(1) / det, replaced(2) / det];
}

/** Whether two grids have the same voxels at the same places, to a hundredth of a voxel. */
export function sameGrid(a: VoxelGrid, b: VoxelGrid): boolean {
  if (a.size.some((extent, axis) => extent !== b.size[axis])) return false;
  if (!a.affine || !b.affine) return !a.affine && !b.affine;
  const corners: Triple[] = [
    [0, 0, 0],
    [a.size[0], 0, 0],
    [0, a.size[1], 0],
    [0, 0, a.size[2]],
  ];
  const limit = 0.01 * Math.min(...a.spacing);
  return corners.every((corner) => {
    const [p, q] = [voxelToMm(a, corner)!, voxelToMm(b, corner)!];
    return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]) <= limit;
  });
}
