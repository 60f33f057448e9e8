import { type VoxelGrid, voxelMm3 } from '../../viewer/model/volume.ts';

/** Percentiles that the table shows. */
export const percentileRanks = [5, 25, 75, 95] as const;

/** What is measured in a region of a map, in the map's units. Values that are no finite numbers take no part. */
export interface RoiStatistics {
  /** Voxels that were measured. */
  readonly count: number;
  /** Voxels of the region whose value is NaN or infinite. */
  readonly notFinite: number;
  /** mm³ of all voxels of the region; NaN where their size is unknown. */
  readonly volume: number;
  readonly mean: number;
  /** Sample standard deviation, divided by n − 1; NaN of a single voxel. */
  readonly sd: number;
  readonly median: number;
  /** The ranks of `percentileRanks`. */
  readonly percentiles: readonly number[];
  readonly min: number;
  readonly max: number;
}

/** Statistics of a map over voxels (places in its values). All sums are in double precision. */
export function statistics(grid: VoxelGrid, values: Float32Array, voxels: Uint32Array): RoiStatistics {
  const kept = finiteValues(values, voxels);
  const count = kept.length;
  const volume = voxels.length * voxelMm3(grid);
  const notFinite = voxels.length - count;
  if (count === 0) {
    const none = Number.NaN;
    const percentiles = percentileRanks.map(() => none);
    return {
      count,
      notFinite,
      volume,
      mean: none,
      sd: none,
      median: none,
      percentiles,
      min: none,
      max: none,
    };
  }
  let sum = 0;
  for (const value of kept) sum += value;
  const mean = sum / count;
  // Two passes: the sum of squares of large numbers that differ little would lose their differences.
  let squares = 0;
  for (const value of kept) squares += (value - mean) ** 2;
  kept.sort();
  return {
    count,
    notFinite,
    volume,
    mean,
    sd: count > 1 ? Math.sqrt(squares / (count - 1)) : Number.NaN,
    median: percentile(kept, 50),
    percentiles: percentileRanks.map((rank) => percentile(kept, rank)),
    min: kept[0]!,
    max: kept[count - 1]!,
  };
}

/** The finite values of voxels, in double precision. */
export function finiteValues(values: Float32Array, voxels: Uint32Array): Float64Array {
  const kept = new Float64Array(voxels.length);
  let count = 0;
  for (const at of voxels) {
    const value = values[at]!;
    if (Number.isFinite(value)) kept[count++] = value;
  }
  return kept.subarray(0, count);
}

/** The value below which `rank` per cent of sorted values lie; between two values linearly, as NumPy's default. */
export function percentile(sorted: ArrayLike<number>, rank: number): number {
  const at = ((sorted.length - 1) * rank) / 100;
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (at - low);
}

/**
 * SNR of a region from two repetitions by their difference (NEMA MS 1):
 * (mean S₁ + mean S₂)/√2 over the standard deviation of S₁ − S₂ within the region.
 * NaN where fewer than two voxels have both values.
 */
export function differenceSnr(first: Float32Array, second: Float32Array, voxels: Uint32Array): number {
  let n = 0;
  let sum = 0;
  let difference = 0;
  for (const at of voxels) {
    const [a, b] = [first[at]!, second[at]!];
    if (!Number.isFinite(a) || !Number.isFinite(b)) continue;
    n++;
    sum += a + b;
    difference += a - b;
  }
  if (n < 2) return Number.NaN;
  const meanDifference = difference / n;
  let squares = 0;
  for (const at of voxels) {
    const d = first[at]! - second[at]!;
    if (Number.isFinite(d)) squares += (d - meanDifference) ** 2;
  }
  return sum / n / Math.SQRT2 / Math.sqrt(squares / (n - 1));
}
