import { percentile, type RoiStatistics, statistics } from '../../roi/model/statistics.ts';
import type { MapVolume } from '../../viewer/model/volume.ts';

/** Where a protocol is measured, the same in every result without drawing. */
export type TrendRegion = 'nonzero' | 'centre' | 'bright';

/** Voxels of a region of a map. */
export function regionVoxels({ size }: MapVolume, values: Float32Array, region: TrendRegion): Uint32Array {
  const found: number[] = [];
  const level = region === 'bright' ? 0.5 * highValue(values) : 0;
  const [nx, ny] = size;
  const radius = Math.min(nx, ny) / 4;
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (region === 'centre') {
      const [x, y] = [at % nx, Math.floor(at / nx) % ny];
      if (Math.hypot(x - (nx - 1) / 2, y - (ny - 1) / 2) <= radius) found.push(at);
    } else if (region === 'bright' ? value > level : value !== 0) found.push(at);
  }
  return Uint32Array.from(found);
}

function highValue(values: Float32Array): number {
  const sorted = values.filter((value) => Number.isFinite(value) && value !== 0).sort();
  return sorted.length > 0 ? percentile(sorted, 99) : 0;
}

export const trendStatistics = (map: MapVolume, values: Float32Array, region: TrendRegion): RoiStatistics =>
  statistics(map, values, regionVoxels(map, values, region));

/** Average and SD (n − 1) between results, and the band in which new ones are expected. */
export interface Control {
  readonly average: number;
  readonly sd: number;
  readonly limits: readonly [number, number];
}

export function control(means: readonly number[]): Control {
  const n = means.length;
  const average = means.reduce((sum, value) => sum + value, 0) / n;
  const squares = means.reduce((sum, value) => sum + (value - average) ** 2, 0);
  const sd = n > 1 ? Math.sqrt(squares / (n - 1)) : 0;
  return { average, sd, limits: [average - 2 * sd, average + 2 * sd] };
}

/** Whether a result lies outside of the band. */
export const isOutside = (mean: number, { limits, sd }: Control): boolean =>
  sd > 0 && (mean < limits[0] || mean > limits[1]);
