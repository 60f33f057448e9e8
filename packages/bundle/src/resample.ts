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

export interface ResampleOptions {
  /** Value beyond the map's border; 0 unless given. */
  readonly outside?: number;
  /**
   * Zero means "not measured" (flip-angle maps outside of the object): such voxels of a real map take no part,
   * instead of pulling the values at the object's edge towards zero.
   */
  readonly ignoreZero?: boolean;
}

/**
 * Brings a map (flip angle, mask, sensitivity) onto the voxels of another image: through the patient's
 * coordinates where both positions are known, v' = D'⁻¹(D·v + o − o'); trilinear, or the nearest voxel for masks.
 * Within half a voxel of its border the map continues with its last value, beyond it the result is `outside`;
 * so it is where less than half of the weight lies on measured voxels.
 *
 * Where a position is unknown, matrix sizes must agree; one slice then serves all slices.
 *
 * @returns float32 on the grid's voxels, with the grid's geometry
 * @throws MRO_BUNDLE_GEOMETRY where the grids cannot be brought together
 */
export function resample(
  volume: Volume,
  grid: Grid,
  method: 'nearest' | 'linear',
  { outside = 0, ignoreZero = false }: ResampleOptions = {},
): Volume {
  const shape = threeAxes(grid.shape, 'The grid');
  const source = threeAxes(volume.shape, 'The map');
  const result = { shape, complex: volume.complex, geometry: grid.geometry };
  if (!volume.geometry || !grid.geometry) return { ...result, data: bySize(volume.data, source, shape) };
  const parts = volume.complex ? 2 : 1;
  const data = new Float32Array(parts * voxels(shape)).fill(outside);
  const [mx, my, mz] = voxelTransform(grid.geometry, volume.geometry);
  const [nz, ny, nx] = source;
  const sample = sampler(volume.data, source, parts, method, ignoreZero && !volume.complex);
  let at = 0;
  for (let z = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      for (let x = 0; x < shape[2]; x++, at += parts) {
        const sx = held(mx[0] * x + mx[1] * y + mx[2] * z + mx[3], nx);
        const sy = held(my[0] * x + my[1] * y + my[2] * z + my[3], ny);
        const sz = held(mz[0] * x + mz[1] * y + mz[2] * z + mz[3], nz);
        if (sx < 0 || sy < 0 || sz < 0) continue;
        for (let part = 0; part < parts; part++) data[at + part] = sample(sx, sy, sz, part) ?? outside;
      }
    }
  }
  return { ...result, data };
}

type Extents = readonly [nz: number, ny: number, nx: number];
type Row = readonly [number, number, number, number];
/** The value at a position of the map in voxels; undefined where nothing was measured. */
type Sampler = (x: number, y: number, z: number, part: number) => number | undefined;

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

/** Rows of the affine from voxel indices of one geometry to those of another. */
function voxelTransform(from: Geometry, to: Geometry): readonly [Row, Row, Row] {
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
  const shift = from.origin.map((value, i) => value - to.origin[i]!);
  const columns = [0, 1, 2].map((axis) =>
    from.direction.slice(3 * axis, 3 * axis + 3).map((value) => value * from.spacing[axis]!),
  );
  const dot = (a: readonly number[], b: readonly number[]) => a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
  return [cross(1, 2), cross(2, 0), cross(0, 1)].map((row, i) =>
    [...columns, shift].map((column) => dot(row, column) / to.spacing[i]!),
  ) as unknown as [Row, Row, Row];
}

/** A position along an axis, held at its first and last voxel; −1 beyond half a voxel. */
function held(value: number, extent: number): number {
  if (!(value >= -0.5 - tolerance && value <= extent - 0.5 + tolerance)) return -1;
  return Math.min(Math.max(value, 0), extent - 1);
}

function sampler(
  data: Float32Array,
  [nz, ny, nx]: Extents,
  parts: number,
  method: 'nearest' | 'linear',
  ignoreZero: boolean,
): Sampler {
  const valueAt = (x: number, y: number, z: number, part: number) =>
    data[parts * ((z * ny + y) * nx + x) + part]!;
  if (method === 'nearest') {
    return (x, y, z, part) => valueAt(Math.round(x), Math.round(y), Math.round(z), part);
  }
  return (x, y, z, part) => {
    const [x0, y0, z0] = [Math.floor(x), Math.floor(y), Math.floor(z)];
    let sum = 0;
    let measured = 0;
    for (let corner = 0; corner < 8; corner++) {
      const [i, j, k] = [x0 + (corner & 1), y0 + ((corner >> 1) & 1), z0 + (corner >> 2)];
      const weight = (1 - Math.abs(x - i)) * (1 - Math.abs(y - j)) * (1 - Math.abs(z - k));
      // A voxel without weight takes no part: beyond the last one, or not a number.
      if (weight <= 0 || i >= nx || j >= ny || k >= nz) continue;
      const value = valueAt(i, j, k, part);
      if (ignoreZero && !(value !== 0 && Number.isFinite(value))) continue;
      sum += weight * value;
      measured += weight;
    }
    if (!ignoreZero) return sum;
    return measured >= 0.5 ? sum / measured : undefined;
  };
}
