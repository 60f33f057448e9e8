import { SnrError } from '../errors.ts';
import { boxSums, snrInterval } from '../statistics.ts';

/** A map with its 95 % interval. */
interface MeasuredSnr {
  readonly snr: Float32Array;
  readonly confidence: { readonly lower: Float32Array; readonly upper: Float32Array };
}

/** Running mean and sum of squared deviations per pixel over magnitude images (Welford 1962). */
export class MagnitudeStatistics {
  readonly mean: Float64Array;
  readonly #deviations: Float64Array;
  count = 0;

  constructor(pixels: number) {
    this.mean = new Float64Array(pixels);
    this.#deviations = new Float64Array(pixels);
  }

  add(magnitude: Float32Array): void {
    this.count++;
    for (let p = 0; p < magnitude.length; p++) {
      const delta = magnitude[p]! - this.mean[p]!;
      this.mean[p]! += delta / this.count;
      this.#deviations[p]! += delta * (magnitude[p]! - this.mean[p]!);
    }
  }

  /**
   * Multiple replicas: SNR = mean/std (ddof 1) over K ≥ 2 repetitions; the SNR of one repetition.
   * @throws SnrError MRO_SNR_REPLICAS with fewer than two
   */
  snr(): MeasuredSnr {
    if (this.count < 2) throw tooFew('Multiple replicas', this.count);
    const snr = Float32Array.from(this.mean, (mean, p) => {
      const variance = this.#deviations[p]! / (this.count - 1);
      return variance > 0 ? mean / Math.sqrt(variance) : 0;
    });
    return { snr, confidence: snrInterval(snr, this.count - 1, this.count) };
  }
}

/**
 * Difference image (NEMA MS 1; Reeder 2007): (S₁ + S₂)/√2 over the standard deviation of S₁ − S₂ in a
 * (2·box+1)² neighbourhood, cut at the map's edge. Since S₁ − S₂ has √2 times the noise of one image, this is
 * the SNR of one repetition. `value` is the same over all pixels of the mask (or the map).
 */
export function differenceSnr(
  first: Float32Array,
  second: Float32Array,
  shape: readonly [number, number],
  box: number,
  mask: Uint8Array | undefined,
): MeasuredSnr & { readonly value: number } {
  const [ny, nx] = shape;
  const inside = mask ?? new Uint8Array(first.length).fill(1);
  const difference = Float64Array.from(first, (v, p) => (inside[p] ? v - second[p]! : 0));
  const count = boxSums(inside, ny, nx, box);
  const sums = boxSums(difference, ny, nx, box);
  const squares = boxSums(
    difference.map((d) => d * d),
    ny,
    nx,
    box,
  );
  const snr = Float32Array.from(first, (v, p) => {
    if (!inside[p] || count[p]! < 2) return 0;
    return perDeviation(v + second[p]!, sums[p]!, squares[p]!, count[p]!);
  });
  const total = { n: 0, signal: 0, sum: 0, squares: 0 };
  for (let p = 0; p < first.length; p++) {
    if (!inside[p]) continue;
    total.n++;
    total.signal += first[p]! + second[p]!;
    total.sum += difference[p]!;
    total.squares += difference[p]! ** 2;
  }
  const value = total.n > 1 ? perDeviation(total.signal / total.n, total.sum, total.squares, total.n) : 0;
  return { snr, confidence: snrInterval(snr, (p) => count[p]! - 1, 2), value };
}

/** (S₁ + S₂)/√2 over the standard deviation (ddof 1) of n differences. */
function perDeviation(signalSum: number, sum: number, squares: number, n: number): number {
  const variance = (squares - (sum * sum) / n) / (n - 1);
  return variance > 0 ? signalSum / Math.SQRT2 / Math.sqrt(variance) : 0;
}

/** The error of methods that need repetitions. */
export function tooFew(method: string, count: number): SnrError {
  return new SnrError(
    'MRO_SNR_REPLICAS',
    `${method} needs at least two repetitions; the data hold ${count}.`,
    'Choose ac, pmr or cr for a single acquisition, or give data with repetitions.',
  );
}
