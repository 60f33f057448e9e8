import type { MapVolume } from '../model/volume.ts';

/** A coil × coil matrix: magnitude and phase of every pair. */
export interface CoilMatrix {
  readonly coils: number;
  /** |M(i, j)| at i + coils · j. */
  readonly magnitude: Float32Array;
  readonly phase: Float32Array;
}

/** The matrix of a map whose voxel (i, j) is row i, column j. */
export function coilMatrix({ size, data, complex }: MapVolume): CoilMatrix {
  const coils = size[0];
  const magnitude = new Float32Array(coils * size[1]);
  const phase = new Float32Array(coils * size[1]);
  for (let at = 0; at < magnitude.length; at++) {
    const [re, im] = complex ? [data[2 * at]!, data[2 * at + 1]!] : [data[at]!, 0];
    magnitude[at] = Math.hypot(re, im);
    phase[at] = Math.atan2(im, re);
  }
  return { coils, magnitude, phase };
}

/** Noise levels: the root of the diagonal of a covariance, over the median of all coils. */
export function noiseLevels({ coils, magnitude }: CoilMatrix): Float64Array {
  const sigma = Float64Array.from({ length: coils }, (_, i) => Math.sqrt(magnitude[i * (coils + 1)]!));
  const sorted = sigma.toSorted();
  const median = (sorted[(coils - 1) >> 1]! + sorted[coils >> 1]!) / 2;
  return sigma.map((value) => (median > 0 ? value / median : 0));
}

/** A coil with less than a tenth of the typical noise is not connected; one with three times of it is broken or loud. */
const deadBelow = 0.1;
const hotAbove = 3;

export type CoilState = 'dead' | 'hot' | 'well';

export const coilStates = (levels: Float64Array): CoilState[] =>
  Array.from(levels, (level) => (level < deadBelow ? 'dead' : level > hotAbove ? 'hot' : 'well'));

/** Pairs of coils whose noise is alike beyond what neighbours show. */
const coupledAbove = 0.7;

/** The most strongly coupled pairs of a coefficient matrix, (i < j), strongest first. */
export function coupledPairs({ coils, magnitude }: CoilMatrix, most = 5): [number, number, number][] {
  const pairs: [number, number, number][] = [];
  for (let j = 0; j < coils; j++) {
    for (let i = 0; i < j; i++) {
      const value = magnitude[i + coils * j]!;
      if (value > coupledAbove) pairs.push([i, j, value]);
    }
  }
  return pairs.sort((a, b) => b[2] - a[2]).slice(0, most);
}
