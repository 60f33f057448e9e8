import type { ComplexArray, RealArray } from '../arrays.ts';
import { elements } from '../arrays.ts';
import { SnrError } from '../errors.ts';
import type { NoiseKey, Range } from './interface.ts';
import { maximumCoils, maximumReplicas } from './oracle/gaussian.ts';

const words = (shape: readonly number[]): string => `(${shape.join(', ')})`;

/** Refuses an array whose shape is not the one that the operation needs, or whose data do not fill it. */
export function requireShape(
  what: string,
  array: ComplexArray | RealArray,
  shape: readonly number[],
  parts: 1 | 2,
): void {
  if (array.shape.length !== shape.length || shape.some((extent, i) => array.shape[i] !== extent)) {
    throw new SnrError('MRO_SNR_SHAPE', `${what} has shape ${words(array.shape)}, expected ${words(shape)}.`);
  }
  if (array.data.length !== parts * elements(shape)) {
    throw new SnrError(
      'MRO_SNR_SHAPE',
      `${what} holds ${array.data.length} numbers, its shape needs ${parts * elements(shape)}.`,
    );
  }
}

/** Batch, rows and columns of (…, y, x); rows is 1 for a vector. */
export function planes(
  what: string,
  array: ComplexArray,
  axes: 1 | 2,
): { batch: number; ny: number; nx: number } {
  if (array.shape.length < axes || array.shape.some((extent) => !Number.isInteger(extent) || extent < 1)) {
    throw new SnrError(
      'MRO_SNR_SHAPE',
      `${what} of shape ${words(array.shape)} cannot be transformed over ${axes} axes.`,
    );
  }
  const nx = array.shape.at(-1)!;
  const ny = array.shape.at(-2) ?? 1;
  return { batch: elements(array.shape) / (nx * ny), ny, nx };
}

/** The three extents of (coil, y, x). */
export function coilPlanes(what: string, array: ComplexArray): [coils: number, ny: number, nx: number] {
  const [coils, ny, nx, ...rest] = array.shape;
  if (coils === undefined || ny === undefined || nx === undefined || rest.length > 0) {
    throw new SnrError('MRO_SNR_SHAPE', `${what} has shape ${words(array.shape)}, expected (coil, y, x).`);
  }
  requireShape(what, array, [coils, ny, nx], 2);
  return [coils, ny, nx];
}

/** Refuses running sums that do not have the shape of the image. */
export function requireSums(sum: RealArray, sumOfSquares: RealArray, shape: readonly number[]): void {
  requireShape('The sum', sum, shape, 1);
  requireShape('The sum of squares', sumOfSquares, shape, 1);
}

/** Refuses extents of a folded image that do not divide those of the full one. */
export function requireFolding(
  [ny, nx]: readonly [number, number],
  [my, mx]: readonly [number, number],
): void {
  if (![my, mx].every((m) => Number.isInteger(m) && m > 0) || ny % my !== 0 || nx % mx !== 0) {
    throw new SnrError('MRO_SNR_SHAPE', `An image of ${ny} × ${nx} does not fold onto ${my} × ${mx}.`);
  }
}

/** Refuses a half-open range outside [0, end). */
export function requireRange(what: string, [from, to]: Range, end: number): void {
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to < from || to > end) {
    throw new SnrError('MRO_SNR_SHAPE', `${what} [${from}, ${to}) does not lie within [0, ${end}).`);
  }
}

/** Refuses what the counter of the noise generator has no room for. */
export function requireNoise(key: NoiseKey, coils: number, replicas: Range): void {
  if (![key.seed, key.slice].every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32)) {
    throw new SnrError(
      'MRO_SNR_OPTION',
      'The seed of synthetic noise must be a whole number from 0 to 4294967295.',
    );
  }
  if (coils > maximumCoils) {
    throw new SnrError('MRO_SNR_OPTION', `Synthetic noise has room for ${maximumCoils} coils, not ${coils}.`);
  }
  requireRange('Range of replicas', replicas, maximumReplicas);
}
