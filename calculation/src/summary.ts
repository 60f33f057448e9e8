import { magnitude, type Volume } from '@mroptimum/bundle';
import type { BundleInfo } from '@mroptimum/contract';
import type { CollectedMaps } from './collect.ts';
import type { JobEstimate } from './estimate.ts';

/** Order statistics of a map over a region. */
export interface Statistics {
  readonly median: number;
  readonly mean: number;
  readonly p5: number;
  readonly p25: number;
  readonly p75: number;
  readonly p95: number;
  readonly max: number;
}

/** What a user wants to know at a glance; the command prints it, `--json` prints it whole. */
export interface JobSummary {
  readonly method: string;
  readonly reconstruction: string;
  readonly snrUnits: 'absolute' | 'relative';
  readonly snr: Statistics;
  readonly gFactor?: Statistics;
  readonly snrFlipAngleCorrected?: Statistics;
  /** 95 % interval of a pixel's SNR, as the median of its half-width over the SNR. */
  readonly confidence?: { readonly level: 0.95; readonly medianRelativeHalfWidth: number };
  /** SNR of the difference-image method over the region, per slice. */
  readonly differenceValues?: readonly number[];
  /** Where statistics were taken: the object mask, or pixels brighter than a tenth of the bright ones. */
  readonly region: { readonly kind: 'mask' | 'object'; readonly pixels: number };
  readonly matrix: {
    readonly readout: number;
    readonly phase: number;
    readonly slices: number;
    readonly coils: number;
  };
  readonly acceleration: readonly [number, number];
  readonly maps: readonly { readonly id: number; readonly name: string; readonly filename: string }[];
  /** Seconds. */
  readonly timings: {
    readonly read: number;
    readonly compute: number;
    readonly write: number;
    readonly total: number;
  };
  readonly estimate: JobEstimate;
  readonly warnings: readonly string[];
}

/** Pixels over which statistics are taken: the mask, else where |reconstruction| > 10 % of its 99th percentile. */
export function regionOf(maps: CollectedMaps): {
  kind: 'mask' | 'object';
  inside: Uint8Array;
  pixels: number;
} {
  if (maps.mask) return { kind: 'mask', inside: maps.mask, pixels: maps.mask.reduce((sum, v) => sum + v, 0) };
  const image = magnitude(maps.reconstruction);
  // Some ten thousand pixels, evenly spaced, tell the level as well as all.
  const step = Math.ceil(image.length / 65_536);
  const sample = new Float32Array(Math.ceil(image.length / step)).map((_, i) => image[i * step]!);
  const level = 0.1 * quantile(sample.sort(), 0.99);
  const inside = new Uint8Array(image.length);
  let pixels = 0;
  for (let p = 0; p < image.length; p++) {
    if (image[p]! > level) {
      inside[p] = 1;
      pixels++;
    }
  }
  return { kind: 'object', inside, pixels };
}

/** Statistics of the finite values inside the region; zeros of an empty region. */
export function statistics(map: Volume, inside: Uint8Array): Statistics {
  const values = valuesInside(map.data, inside).sort();
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const at = (q: number): number => quantile(values, q);
  return { median: at(0.5), mean, p5: at(0.05), p25: at(0.25), p75: at(0.75), p95: at(0.95), max: at(1) };
}

/** Without the list of boxed numbers that `filter` makes of a large map. */
function valuesInside(data: Float32Array, inside: Uint8Array): Float32Array {
  const values = new Float32Array(data.length);
  let count = 0;
  for (let p = 0; p < data.length; p++) {
    if (inside[p] === 1 && Number.isFinite(data[p])) values[count++] = data[p]!;
  }
  return values.subarray(0, count);
}

/** Quantile of sorted values with linear interpolation. */
export function quantile(sorted: Float32Array, q: number): number {
  if (sorted.length === 0) return 0;
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
}

/** Median over the region of (upper − lower) / 2 relative to SNR. */
export function relativeHalfWidth(maps: CollectedMaps, inside: Uint8Array): number {
  const { lower, upper } = maps.confidence!;
  const relative = maps.snr.data.map((snr, p) =>
    snr > 0 ? (upper.data[p]! - lower.data[p]!) / (2 * snr) : Number.NaN,
  );
  return statistics({ ...maps.snr, data: relative }, inside).median;
}

export const mapList = (info: BundleInfo): JobSummary['maps'] =>
  info.data.map(({ id, name, filename }) => ({ id, name, filename }));
