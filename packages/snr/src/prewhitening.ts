import type { ComplexArray } from './arrays.ts';
import { SnrError } from './errors.ts';
import { choleskyLower, invertLower } from './linalg/cholesky.ts';

/** Ψ = L Lᴴ and what applies it. */
export interface Whitening {
  /** L⁻¹ (coil, coil), lower triangular: x̃ = L⁻¹ x has noise CN(0, I). */
  readonly inverse: ComplexArray;
  /** L (coil, coil): back to the data's own units. */
  readonly factor: ComplexArray;
}

/** A coil whose noise power is below this part of the median coil's is taken as dead. */
const deadCoil = 1e-10;

/**
 * Prewhitening by Cholesky factorisation of the noise covariance Ψ (coil, coil), float64 inside.
 *
 * @throws SnrError MRO_SNR_NOISE_SINGULAR, naming the coils, where Ψ is singular (dead or duplicated coil);
 *   MRO_SNR_NOT_FINITE where it holds NaN or infinity.
 */
export function whitening(covariance: ComplexArray): Whitening {
  const coils = covariance.shape[0]!;
  refuseBadDiagonal(covariance, coils);
  // Unit diagonal first: coils whose gains differ by orders of magnitude then share one pivot threshold.
  const gain = Float64Array.from({ length: coils }, (_, i) =>
    Math.sqrt(covariance.data[2 * (i * coils + i)]!),
  );
  const scaled = Float64Array.from(covariance.data, (v, p) => {
    const cell = p >> 1;
    return v / (gain[Math.floor(cell / coils)]! * gain[cell % coils]!);
  });
  const { lower, failedAt } = choleskyLower(scaled, coils);
  const weak = failedAt >= 0 ? failedAt : smallPivot(lower, coils);
  if (weak >= 0) {
    const partners = dependentOn(scaled, coils, weak);
    throw new SnrError(
      'MRO_SNR_NOISE_SINGULAR',
      `The noise covariance is singular: coil ${weak + 1} repeats the noise of ${partners}.`,
      'Check the noise scan for duplicated channels, or take a longer one.',
    );
  }
  const inverse = invertLower(lower, coils);
  return {
    factor: matrix(lower, coils, (row) => gain[row]!),
    inverse: matrix(inverse, coils, (_, column) => 1 / gain[column]!),
  };
}

function refuseBadDiagonal(covariance: ComplexArray, coils: number): void {
  const diagonal = Array.from({ length: coils }, (_, i) => covariance.data[2 * (i * coils + i)]!);
  if (covariance.data.some((v) => !Number.isFinite(v))) {
    throw new SnrError(
      'MRO_SNR_NOT_FINITE',
      'The noise covariance holds values that are not finite numbers.',
    );
  }
  const median = [...diagonal].sort((a, b) => a - b)[coils >> 1]!;
  const dead = diagonal.flatMap((power, i) => (power > deadCoil * median ? [] : [i + 1]));
  if (dead.length > 0) {
    throw new SnrError(
      'MRO_SNR_NOISE_SINGULAR',
      `Coil ${dead.join(', ')} of ${coils} ${dead.length > 1 ? 'have' : 'has'} no noise: dead or disconnected.`,
      'Leave dead coils out of the acquisition, or repeat the noise scan with all coils connected.',
    );
  }
}

/** First pivot so small that float32 data could not carry the inverse; −1 if none. */
function smallPivot(lower: Float64Array, coils: number): number {
  for (let i = 0; i < coils; i++) if (lower[2 * (i * coils + i)]! < 1e-5) return i;
  return -1;
}

function dependentOn(scaled: Float64Array, coils: number, weak: number): string {
  const strong: number[] = [];
  for (let j = 0; j < weak; j++) {
    const p = 2 * (weak * coils + j);
    if (Math.hypot(scaled[p]!, scaled[p + 1]!) > 0.9) strong.push(j + 1);
  }
  return strong.length > 0 ? `coil ${strong.join(', ')}` : 'a combination of the coils before it';
}

function matrix(
  source: Float64Array,
  coils: number,
  scale: (row: number, column: number) => number,
): ComplexArray {
  const data = new Float32Array(2 * coils * coils);
  for (let row = 0; row < coils; row++) {
    for (let column = 0; column <= row; column++) {
      const p = 2 * (row * coils + column);
      data[p] = source[p]! * scale(row, column);
      data[p + 1] = source[p + 1]! * scale(row, column);
    }
  }
  return { data, shape: [coils, coils] };
}
