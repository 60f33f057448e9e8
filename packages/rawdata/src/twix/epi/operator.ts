import type { ReadoutTrajectory } from './trajectory.ts';

/** Complex matrix (grid, sample), interleaved: turns one acquired line into samples on the uniform grid. */
export interface ReadoutOperator {
  readonly matrix: Float64Array;
  readonly samples: number;
}

interface OperatorCorrection {
  /** The line's true k is its nominal one minus this, in grid units. */
  readonly shift: number;
  /** The line carries this constant phase, radians. */
  readonly phase: number;
  /** Readout offcentre over the full field of view (with oversampling): undoes the receiver's linear phase on ramps. */
  readonly offcentre: number;
}

export const noCorrection: OperatorCorrection = { shift: 0, phase: 0, offcentre: 0 };

/** Interpolation kernel of a periodic image of n pixels (the Dirichlet kernel; real for even n). */
function dirichlet(u: number, n: number): number {
  const nearest = Math.round(u / n) * n;
  if (Math.abs(u - nearest) < 1e-9) return 1;
  const x = (Math.PI * u) / n;
  return (Math.sin(Math.PI * u) / n) * (n % 2 === 0 ? 1 / Math.tan(x) : 1 / Math.sin(x));
}

/**
 * Density-compensated adjoint of the readout's Fourier encoding, evaluated on the uniform grid:
 * `grid_j = c Σ_i D_i e^{−iφ} e^{iθ_i} dirichlet(j − (k_i − δ)) d_i`. The receiver follows a straight
 * k with the flat-top gradient, hence θ_i = 2π·offcentre·(k_flat,i − k_i).
 *
 * c = 1/√mean(D²) makes the noise variance of an image pixel what it is for uniform samples, so that the noise
 * covariance of the samples holds for the image too; without ramps c = 1 and the operator is a unitary shift.
 */
export function readoutOperator(
  trajectory: ReadoutTrajectory,
  correction: OperatorCorrection = noCorrection,
): ReadoutOperator {
  const { k, density } = trajectory;
  const n = k.length;
  const power = density.reduce((sum, d) => sum + d * d, 0) / n;
  const flat = Math.max(...density);
  const middle = (k[0]! + k[n - 1]!) / 2;
  const matrix = new Float64Array(2 * n * n);
  for (let i = 0; i < n; i++) {
    const straight = (i - (n - 1) / 2) * flat + middle;
    const angle = 2 * Math.PI * correction.offcentre * (straight - k[i]!) - correction.phase;
    const weight = density[i]! / Math.sqrt(power);
    const re = weight * Math.cos(angle);
    const im = weight * Math.sin(angle);
    for (let j = 0; j < n; j++) {
      const value = dirichlet(j - Math.floor(n / 2) - (k[i]! - correction.shift), n);
      matrix[2 * (j * n + i)] = re * value;
      matrix[2 * (j * n + i) + 1] = im * value;
    }
  }
  return { matrix, samples: n };
}

/** out = operator × line; `line` interleaved from `at`. */
export function applyOperator(
  operator: ReadoutOperator,
  line: Float32Array,
  at: number,
  out: Float32Array,
): void {
  const { matrix, samples: n } = operator;
  for (let j = 0; j < n; j++) {
    let re = 0;
    let im = 0;
    for (let i = 0, m = 2 * j * n, d = at; i < n; i++, m += 2, d += 2) {
      re += matrix[m]! * line[d]! - matrix[m + 1]! * line[d + 1]!;
      im += matrix[m]! * line[d + 1]! + matrix[m + 1]! * line[d]!;
    }
    out[2 * j] = re;
    out[2 * j + 1] = im;
  }
}
