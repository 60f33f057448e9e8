import type { Geometry } from '@mroptimum/contract';
import { MroError } from '@mroptimum/contract';
import type { Volume } from './volume.ts';
import { determinant, voxels } from './volume.ts';

/** A grid of voxels on which maps lie. */
export interface Grid {
  /** (z, y, x) */
  readonly shape: readonly number[];
  readonly geometry?: Geometry;
}

/** Voxel positions at the border may miss it by rounding of float32 headers. */
const tolerance = 1e-3;

/**
 * Brings a map (flip angle, mask, sensitivity) onto the voxels of another image: through the patient's
 * coordinates where both positions are known, v' = D'⁻¹(D·v + o − o'); trilinear, or the nearest voxel for masks.
 * Within half a voxel of its border the map continues with its last value, beyond it the result is `outside`.
 *
 * Where a position is unknown, matrix sizes must agree; one slice then serves all slices.
 *
 * @param outside value beyond the map, 0 by default
 * @returns float32 on the grid's voxels, with the grid's geometry
 * @throws MRO_BUNDLE_GEOMETRY where the grids cannot be brought together
 */
export function resample(volume: Volume, grid: Grid, method: 'nearest' | 'linear', outside = 0): Volume {
  const shape = threeAxes(grid.shape, 'the grid');
  const source = threeAxes(volume.shape, 'the map');
  const result = { shape, complex: volume.complex, geometry: grid.geometry };
  if (!volume.geometry || !grid.geometry) return { ...result, data: bySize(volume.data, source, shape) };
  const parts = volume.complex ? 2 : 1;
  const data = new Float32Array(parts * voxels(shape));
  const toSource = voxelTransform(grid.geometry, volume.geometry);
  const sample = method === 'nearest' ? nearest : linear;
  let at = 0;
  for (let z = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      for (let x = 0; x < shape[2]; x++) {
        const position = toSource(x, y, z).map((value, axis) => inside(value, source[2 - axis]!));
        for (let part = 0; part < parts; part++) {
          data[at++] = position.some(Number.isNaN)
            ? outside
            : sample(volume.data, source, position as unknown as Position, parts, part);
        }
      }
    }
  }
  return { ...result, data };
}

type Extents = readonly [nz: number, ny: number, nx: number];
type Position = readonly [x: number, y: number, z: number];

function threeAxes(shape: readonly number[], what: string): Extents {
  const extents = [...shape];
  while (extents.length < 3) extents.unshift(1);
  if (extents.length === 3) return extents as unknown as Extents;
  throw new MroError(
    'MRO_BUNDLE_GEOMETRY',
    `${what} has ${shape.length} axes; an image or a stack of images is needed.`,
    {
      hint: 'Give one volume, without repetitions.',
    },
  );
}

/** Equal matrix sizes, or one slice for all. */
function bySize(data: Float32Array, source: Extents, shape: Extents): Float32Array {
  const [nz, ny, nx] = source;
  if (ny !== shape[1] || nx !== shape[2] || (nz !== shape[0] && nz !== 1)) {
    throw new MroError(
      'MRO_BUNDLE_GEOMETRY',
      `A map of ${nx} × ${ny} × ${nz} voxels without a known position does not fit images of ${shape[2]} × ${shape[1]} × ${shape[0]}.`,
      { details: { map: source, image: shape } },
    );
  }
  if (nz === shape[0]) return data.slice();
  const all = new Float32Array(data.length * shape[0]);
  for (let z = 0; z < shape[0]; z++) all.set(data, z * data.length);
  return all;
}

/** Voxel indices of one geometry to those of another. */
function voxelTransform(from: Geometry, to: Geometry): (x: number, y: number, z: number) => number[] {
  const d = to.direction;
  const det = determinant(d);
  if (Math.abs(det) < 1e-6) {
    throw new MroError('MRO_BUNDLE_GEOMETRY', 'The axes of the map do not span space.');
  }
  // Rows of the inverse of the direction matrix: cross products of its columns.
  const cross = (a: number, b: number): number[] => [
    (d[3 * a + 1]! * d[3 * b + 2]! - d[3 * a + 2]! * d[3 * b + 1]!) / det,
    (d[3 * a + 2]! * d[3 * b]! - d[3 * a]! * d[3 * b + 2]!) / det,
    (d[3 * a]! * d[3 * b + 1]! - d[3 * a + 1]! * d[3 * b]!) / det,
  ];
  const inverse = [cross(1, 2), cross(2, 0), cross(0, 1)];
  const dot = (row: number[], vector: readonly number[]) =>
    row[0]! * vector[0]! + row[1]! * vector[1]! + row[2]! * vector[2]!;
  const shift = from.origin.map((value, i) => value - to.origin[i]!);
  const columns = [0, 1, 2].map((axis) =>
    from.direction.slice(3 * axis, 3 * axis + 3).map((v) => v * from.spacing[axis]!),
  );
  const matrix = inverse.map((row, i) =>
    [...columns.map((column) => dot(row, column)), dot(row, shift)].map((v) => v / to.spacing[i]!),
  );
  return (x, y, z) => matrix.map((row) => row[0]! * x + row[1]! * y + row[2]! * z + row[3]!);
}

/** A position inside of an axis, held at its first and last voxel; NaN beyond half a voxel. */
function inside(value: number, extent: number): number {
  if (value < -0.5 - tolerance || value > extent - 0.5 + tolerance) return Number.NaN;
  return Math.min(Math.max(value, 0), extent - 1);
}

function nearest(
  data: Float32Array,
  [, ny, nx]: Extents,
  [x, y, z]: Position,
  parts: number,
  part: number,
): number {
  return data[parts * ((Math.round(z) * ny + Math.round(y)) * nx + Math.round(x)) + part]!;
}

function linear(
  data: Float32Array,
  [nz, ny, nx]: Extents,
  [x, y, z]: Position,
  parts: number,
  part: number,
): number {
  const [x0, y0, z0] = [Math.floor(x), Math.floor(y), Math.floor(z)];
  let sum = 0;
  for (let corner = 0; corner < 8; corner++) {
    const [i, j, k] = [x0 + (corner & 1), y0 + ((corner >> 1) & 1), z0 + (corner >> 2)];
    const weight = (1 - Math.abs(x - i)) * (1 - Math.abs(y - j)) * (1 - Math.abs(z - k));
    // A voxel without weight takes no part: beyond the last one, or not a number.
    if (weight > 0 && i < nx && j < ny && k < nz)
      sum += weight * data[parts * ((k * ny + j) * nx + i) + part]!;
  }
  return sum;
}
