import { finiteValues } from './statistics.ts';

/** Voxels per bin of equal widths from `low` to `high`; values beyond are not counted. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly counts: Uint32Array;
}

/** Counts values into bins; the last bin holds its upper limit too. */
export function histogram(values: ArrayLike<number>, low: number, high: number, bins: number): Histogram {
  const counts = new Uint32Array(bins);
  const scale = bins / (high - low);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(value >= low && value <= high)) continue;
    counts[Math.min(bins - 1, Math.floor((value - low) * scale))]!++;
  }
  return { low, high, counts };
}

/** The histogram of the values of a region. */
export const regionHistogram = (
  values: Float32Array,
  voxels: Uint32Array,
  low: number,
  high: number,
  bins: number,
): Histogram => histogram(finiteValues(values, voxels), low, high, bins);

/** Middles of the bins. */
export const binCentres = ({ low, high, counts }: Histogram): Float64Array =>
  Float64Array.from(counts, (_, i) => low + ((i + 0.5) * (high - low)) / counts.length);
