import { type ComplexArray, elements } from './arrays.ts';
import { SnrError } from './errors.ts';
import type { Kernels } from './kernels/interface.ts';
import type { NoiseModel } from './settings.ts';

/** Noise statistics of one scan, before any scaling to the image. */
interface NoiseEstimate {
  /** (coil, coil): Ψ̂ = (1/N) Σ n nᴴ, the total complex covariance, in (raw units)². */
  readonly covariance: ComplexArray;
  /** Noise-equivalent bandwidth β in (0, 1]; 1 where it was not measured. */
  readonly bandwidth: number;
  /** Whether the scan held enough samples to measure β. */
  readonly bandwidthMeasured: boolean;
  /** Complex samples per coil. */
  readonly samples: number;
}

/** Fewest samples per readout and fewest readouts from which β is measured. */
const bandwidthNeeds = { samples: 32, readouts: 16 };

/**
 * Noise covariance and noise-equivalent bandwidth of noise-only samples.
 *
 * Ψ̂ᵢⱼ = (1/N) Σ nᵢ nⱼ*, summed in float64, mean kept unless `removeMean`.
 * β: power spectrum along the readout averaged over lines and coils, divided by its mean over the central
 * half of the band (|f| < ¼ of the sampling rate), averaged over the whole band (Kellman & McVeigh 2005, MRM 54:1439, and erratum 2007).
 *
 * @param samples (coil, readout, sample)
 * @throws SnrError MRO_SNR_NOISE_TOO_FEW with fewer than 2 samples per coil and coil;
 *   MRO_SNR_NOT_FINITE where a sample is not a finite number.
 */
export function estimateNoise(
  k: Kernels,
  samples: ComplexArray,
  options: { removeMean?: boolean } = {},
): NoiseEstimate {
  const [coils, readouts, length] = samples.shape as [number, number, number];
  if (samples.shape.length !== 3 || samples.data.length !== 2 * elements(samples.shape)) {
    throw new SnrError(
      'MRO_SNR_SHAPE',
      `Noise must be (coil, readout, sample), not (${samples.shape.join(', ')}).`,
    );
  }
  const count = readouts * length;
  if (count < 2 * coils) {
    throw new SnrError(
      'MRO_SNR_NOISE_TOO_FEW',
      `${count} noise samples per coil cannot give the covariance of ${coils} coils.`,
      `At least ${2 * coils} samples per coil are needed, some thousands are usual.`,
    );
  }
  const covariance = covarianceOf(samples.data, coils, count, options.removeMean ?? false);
  const measurable = length >= bandwidthNeeds.samples && readouts >= bandwidthNeeds.readouts;
  return {
    covariance,
    bandwidth: measurable ? noiseBandwidth(k, samples) : 1,
    bandwidthMeasured: measurable,
    samples: count,
  };
}

/**
 * Noise-equivalent bandwidth β of (coil, readout, sample): mean power over the whole band relative to the
 * central half of the band; 1 for a flat receiver.
 */
export function noiseBandwidth(k: Kernels, samples: ComplexArray): number {
  const power = powerSpectrum(k, samples);
  const n = power.length;
  const dc = n >> 1;
  const central = power.filter((_, i) => Math.abs(i - dc) < n / 4);
  const centre = central.reduce((sum, p) => sum + p, 0) / central.length;
  const mean = power.reduce((sum, p) => sum + p, 0) / n;
  return centre > 0 ? Math.min(1, mean / centre) : 1;
}

/** Σ |F n|² over coils and readouts, frequency 0 at ⌊n/2⌋. Readouts pass through kernel memory in blocks. */
function powerSpectrum(k: Kernels, samples: ComplexArray): Float64Array {
  const n = samples.shape[2]!;
  const rows = samples.shape[0]! * samples.shape[1]!;
  const block = Math.max(1, Math.min(rows, Math.floor(2 ** 17 / n)));
  const power = new Float64Array(n);
  for (let from = 0; from < rows; from += block) {
    const count = Math.min(block, rows - from);
    k.scope(() => {
      const lines = k.load({
        data: samples.data.subarray(2 * from * n, 2 * (from + count) * n),
        shape: [count, n],
      });
      k.fftReadout(lines, lines, 'kspace');
      for (let row = 0; row < count; row++) {
        for (let i = 0; i < n; i++) {
          const p = 2 * (row * n + i);
          power[i] += lines.data[p]! ** 2 + lines.data[p + 1]! ** 2;
        }
      }
    });
  }
  return power;
}

/**
 * The noise of image k-space samples: Ψ = noiseScale · Ψ̂/β · dwellNoise/dwellImage.
 * Noise variance is proportional to receiver bandwidth, that is to 1/dwell.
 */
export function scaleNoise(
  estimate: Pick<NoiseEstimate, 'covariance' | 'bandwidth' | 'samples'>,
  options: { noiseScale?: number; bandwidth?: number; dwellNoise?: number; dwellImage?: number } = {},
): NoiseModel {
  const bandwidth = options.bandwidth ?? estimate.bandwidth;
  const dwell = options.dwellNoise && options.dwellImage ? options.dwellNoise / options.dwellImage : 1;
  const scale = ((options.noiseScale ?? 1) / bandwidth) * dwell;
  if (!(scale > 0) || !Number.isFinite(scale)) {
    throw new SnrError(
      'MRO_SNR_OPTION',
      `The noise scale comes out as ${scale}; it must be a positive number.`,
    );
  }
  return {
    covariance: { data: estimate.covariance.data.map((v) => v * scale), shape: estimate.covariance.shape },
    bandwidth,
    samples: estimate.samples,
    scale,
  };
}

/** Noise coefficient matrix ρᵢⱼ = Ψᵢⱼ/√(Ψᵢᵢ Ψⱼⱼ): complex, |ρ| ≤ 1, diagonal 1; 0 for a coil without noise. */
export function noiseCoefficients(covariance: ComplexArray): ComplexArray {
  const coils = covariance.shape[0]!;
  const data = new Float32Array(covariance.data.length);
  for (let i = 0; i < coils; i++) {
    for (let j = 0; j < coils; j++) {
      const product = covariance.data[2 * (i * coils + i)]! * covariance.data[2 * (j * coils + j)]!;
      const norm = product > 0 ? 1 / Math.sqrt(product) : 0;
      const at = 2 * (i * coils + j);
      data[at] = covariance.data[at]! * norm;
      data[at + 1] = covariance.data[at + 1]! * norm;
    }
  }
  return { data, shape: covariance.shape };
}

function covarianceOf(data: Float32Array, coils: number, count: number, removeMean: boolean): ComplexArray {
  const means = new Float64Array(2 * coils);
  for (let c = 0; c < coils; c++) {
    for (let n = 0; n < count; n++) {
      means[2 * c] += data[2 * (c * count + n)]!;
      means[2 * c + 1] += data[2 * (c * count + n) + 1]!;
    }
    if (!Number.isFinite(means[2 * c]!) || !Number.isFinite(means[2 * c + 1]!)) {
      throw new SnrError(
        'MRO_SNR_NOT_FINITE',
        `Coil ${c + 1} has noise samples that are not finite numbers.`,
      );
    }
  }
  const out = new Float32Array(2 * coils * coils);
  for (let i = 0; i < coils; i++) {
    for (let j = 0; j <= i; j++) {
      let re = 0;
      let im = 0;
      for (let a = 2 * i * count, b = 2 * j * count; a < 2 * (i + 1) * count; a += 2, b += 2) {
        re += data[a]! * data[b]! + data[a + 1]! * data[b + 1]!;
        im += data[a + 1]! * data[b]! - data[a]! * data[b + 1]!;
      }
      re /= count;
      im /= count;
      if (removeMean) {
        re -= (means[2 * i]! * means[2 * j]! + means[2 * i + 1]! * means[2 * j + 1]!) / count ** 2;
        im -= (means[2 * i + 1]! * means[2 * j]! - means[2 * i]! * means[2 * j + 1]!) / count ** 2;
      }
      out[2 * (i * coils + j)] = re;
      out[2 * (i * coils + j) + 1] = im;
      out[2 * (j * coils + i)] = re;
      out[2 * (j * coils + i) + 1] = i === j ? 0 : -im;
    }
  }
  return { data: out, shape: [coils, coils] };
}
