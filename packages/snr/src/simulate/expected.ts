import type { ComplexArray } from '../arrays.ts';
import { choleskyLower, invertLower } from '../linalg/cholesky.ts';

/**
 * Expected SNR and g-factor of b1 (R = 1) and SENSE with true sensitivities, straight from the definition in
 * float64: B = SᴴΨ⁻¹S over the R aliased pixels, SNR = √2|ρ| / √(R·(B⁻¹)ρρ), g = √((B⁻¹)ρρ Bρρ).
 *
 * @param sensitivities (coil, ny, nx), not prewhitened; @param object (ny, nx); @param covariance Ψ
 * @param acceleration [rx, ry], dividing nx and ny
 */
export function trueSense(
  sensitivities: ComplexArray,
  object: ComplexArray,
  covariance: ComplexArray,
  acceleration: readonly [number, number],
): { snr: Float64Array; gFactor: Float64Array } {
  const [coils, ny, nx] = sensitivities.shape as [number, number, number];
  const [rx, ry] = acceleration;
  const inverse = invertLower(choleskyLower(Float64Array.from(covariance.data), coils).lower, coils);
  const snr = new Float64Array(ny * nx);
  const gFactor = new Float64Array(ny * nx);
  for (let y = 0; y < ny / ry; y++) {
    for (let x = 0; x < nx / rx; x++) {
      const pixels: number[] = [];
      for (let j = 0; j < ry; j++)
        for (let i = 0; i < rx; i++) pixels.push((y + (j * ny) / ry) * nx + x + (i * nx) / rx);
      const columns = pixels.map((p) => whitened(sensitivities, inverse, coils, ny * nx, p));
      const gram = hermitianGram(columns);
      const inverseGram = invertLower(choleskyLower(gram, pixels.length).lower, pixels.length);
      pixels.forEach((p, a) => {
        // (B⁻¹)aa = Σ_k |(L⁻¹)ka|²
        let diagonal = 0;
        for (let row = a; row < pixels.length; row++) {
          const q = 2 * (row * pixels.length + a);
          diagonal += inverseGram[q]! ** 2 + inverseGram[q + 1]! ** 2;
        }
        const magnitude = Math.hypot(object.data[2 * p]!, object.data[2 * p + 1]!);
        snr[p] = (Math.SQRT2 * magnitude) / Math.sqrt(rx * ry * diagonal);
        gFactor[p] = Math.sqrt(diagonal * gram[2 * (a * pixels.length + a)]!);
      });
    }
  }
  return { snr, gFactor };
}

/**
 * √2·E‖x̃ + n‖ of the root-sum-of-squares of `coils` prewhitened images with √2‖x̃‖ = `snr` (Constantinides
 * 1997, MRM 38:852): √(π/2)·L½^(C−1)(−snr²/2), here by the series of the confluent hypergeometric function,
 * or its asymptotic form where the SNR is high.
 */
export function expectedRss(snr: number, coils: number): number {
  const z = (snr * snr) / 2;
  if (z > 400) return snr + (2 * coils - 1) / (2 * snr);
  // E = √2 Γ(C + ½)/Γ(C) · e^{−z} 1F1(C + ½; C; z)
  let term = Math.exp(-z);
  let sum = term;
  for (let n = 0; n < 5000; n++) {
    term *= ((coils + 0.5 + n) * z) / ((coils + n) * (n + 1));
    sum += term;
    if (n > z && term < sum * 1e-16) break;
  }
  let ratio = Math.sqrt(Math.PI);
  for (let c = 1; c < coils; c++) ratio *= (c + 0.5) / c;
  return Math.SQRT2 * (ratio / 2) * sum;
}

function whitened(
  sensitivities: ComplexArray,
  inverse: Float64Array,
  coils: number,
  pixels: number,
  p: number,
): Float64Array {
  const out = new Float64Array(2 * coils);
  for (let i = 0; i < coils; i++) {
    for (let j = 0; j <= i; j++) {
      const q = 2 * (i * coils + j);
      const re = sensitivities.data[2 * (j * pixels + p)]!;
      const im = sensitivities.data[2 * (j * pixels + p) + 1]!;
      out[2 * i]! += inverse[q]! * re - inverse[q + 1]! * im;
      out[2 * i + 1]! += inverse[q]! * im + inverse[q + 1]! * re;
    }
  }
  return out;
}

/** B_ab = Σ_c conj(s_a) s_b, row-major interleaved. */
function hermitianGram(columns: readonly Float64Array[]): Float64Array {
  const n = columns.length;
  const gram = new Float64Array(2 * n * n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      for (let c = 0; c < columns[a]!.length; c += 2) {
        const p = 2 * (a * n + b);
        gram[p]! += columns[a]![c]! * columns[b]![c]! + columns[a]![c + 1]! * columns[b]![c + 1]!;
        gram[p + 1]! += columns[a]![c]! * columns[b]![c + 1]! - columns[a]![c + 1]! * columns[b]![c]!;
      }
    }
  }
  return gram;
}
