import type { Geometry, PixelFormat } from '@mroptimum/contract';
import { MroError } from '@mroptimum/contract';

/**
 * An image or a stack of images in memory.
 *
 * `shape` is in C order like every array of the project: the last axis varies fastest, so (z, y, x) for a
 * stack of slices, x readout, y phase, z slice. Coil × coil matrices are (1, C, C) in the order that
 * `matrixVolume` explains.
 */
export interface Volume {
  readonly shape: readonly number[];
  /** Interleaved (re, im) where `complex`. */
  readonly data: Float32Array;
  readonly complex: boolean;
  /** Where the volume lies in the patient; undefined where the file or the caller does not know. */
  readonly geometry?: Geometry;
}

/** A volume with its values as they are to be stored; masks may come as bytes. */
export interface StoredVolume {
  readonly shape: readonly number[];
  readonly data: Float32Array | Uint8Array;
  readonly format: PixelFormat;
  readonly geometry?: Geometry;
}

/** Number of voxels of a shape. */
export const voxels = (shape: readonly number[]): number => shape.reduce((n, extent) => n * extent, 1);

/** Numbers per voxel of a pixel format: 2 where it is complex. */
export const partsOf = (format: PixelFormat): 1 | 2 => (format === 'complex64' ? 2 : 1);

export const bytesPerVoxel = (format: PixelFormat): number =>
  ({ uint8: 1, float32: 4, complex64: 8 })[format];

/** How a volume is stored without loss. */
export function stored(volume: Volume | StoredVolume): StoredVolume {
  if ('format' in volume) return volume;
  return { ...volume, format: volume.complex ? 'complex64' : 'float32' };
}

/** Extents (x, y, z, …), fastest first and at least three, as image files count them. */
export function imageSize(shape: readonly number[]): number[] {
  const size = [...shape].reverse();
  while (size.length < 3) size.push(1);
  return size;
}

/**
 * Refuses volumes that were put together wrongly, before anything is written.
 * @throws MRO_BUNDLE_SHAPE
 */
export function checkVolume(volume: StoredVolume): void {
  const { shape, format, data, geometry } = volume;
  if (shape.length === 0 || shape.some((extent) => !Number.isSafeInteger(extent) || extent < 1)) {
    throw new MroError('MRO_BUNDLE_SHAPE', `A map cannot have the shape (${shape.join(', ')}).`);
  }
  const expected = voxels(shape) * partsOf(format);
  if (data.length !== expected) {
    throw new MroError(
      'MRO_BUNDLE_SHAPE',
      `A map of shape (${shape.join(', ')}) stored as ${format} has ${expected} numbers, but ${data.length} were given.`,
      { details: { shape, expected, given: data.length } },
    );
  }
  if (geometry) checkGeometry(geometry);
}

/**
 * @throws MRO_BUNDLE_SHAPE where a geometry is not finite, a voxel has no size, or the axes are not unit vectors
 * that span space
 */
export function checkGeometry({ origin, spacing, direction }: Geometry): void {
  const finite = [...origin, ...spacing, ...direction].every(Number.isFinite);
  const lengths = [0, 3, 6].map((at) => Math.hypot(...direction.slice(at, at + 3)));
  const unit = lengths.every((length) => Math.abs(length - 1) < 1e-3);
  if (finite && unit && spacing.every((size) => size > 0) && Math.abs(determinant(direction)) > 1e-6) return;
  throw new MroError(
    'MRO_BUNDLE_SHAPE',
    'The geometry of a map is not finite, or its axes are not unit vectors that span space.',
    { details: { origin, spacing, direction } },
  );
}

/** Determinant of the direction matrix: +1 right-handed, −1 left-handed. */
export function determinant([a, b, c, d, e, f, g, h, i]: Geometry['direction']): number {
  return a * (e * i - f * h) - d * (b * i - c * h) + g * (b * f - c * e);
}

/**
 * A coil × coil matrix M (row i, column j; C order) as a volume whose voxel (x = i, y = j) is M[i, j].
 * Programs that index voxels as (x, y, z) – NiBabel, MATLAB – thus read `image(i, j)` = M[i, j]; for the
 * Hermitian noise covariance the other order would be its complex conjugate.
 */
export function matrixVolume(matrix: {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}): Volume {
  const [rows, columns] = matrixShape(matrix.shape);
  const complex = matrix.data.length === 2 * rows * columns;
  const data = transpose(matrix.data, rows, columns, complex ? 2 : 1);
  return { shape: [1, columns, rows], data, complex };
}

/** The coil × coil matrix of a volume made by `matrixVolume`: (row, column), C order. */
export function matrixOf(volume: Volume): { data: Float32Array; shape: [number, number]; complex: boolean } {
  const [columns, rows] = matrixShape(volume.shape);
  const data = transpose(volume.data, columns, rows, volume.complex ? 2 : 1);
  return { data, shape: [rows, columns], complex: volume.complex };
}

function matrixShape(shape: readonly number[]): [number, number] {
  const [second = 1, first = 1, ...others] = [...shape].reverse();
  if (shape.length < 2 || others.some((extent) => extent !== 1)) {
    throw new MroError('MRO_BUNDLE_SHAPE', `A matrix has two axes, not the shape (${shape.join(', ')}).`);
  }
  return [first, second];
}

function transpose(data: Float32Array, rows: number, columns: number, parts: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      for (let part = 0; part < parts; part++) {
        out[parts * (j * rows + i) + part] = data[parts * (i * columns + j) + part]!;
      }
    }
  }
  return out;
}

/** Magnitude of a complex volume, the values themselves of a real one. */
export function magnitude(volume: Volume): Float32Array {
  if (!volume.complex) return volume.data;
  const out = new Float32Array(volume.data.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = Math.hypot(volume.data[2 * i]!, volume.data[2 * i + 1]!);
  return out;
}
