import { uniform } from '../kernels/testing.ts';

/** Complex matrices for tests: row-major, interleaved (re, im), float64. */

/** Random complex matrix, rows × columns. */
export function randomMatrix(rows: number, columns: number, seed: number): Float64Array {
  const next = uniform(seed);
  return Float64Array.from({ length: 2 * rows * columns }, next);
}

/** A·B, (m×k)·(k×n). */
export function multiply(a: Float64Array, b: Float64Array, m: number, k: number, n: number): Float64Array {
  const out = new Float64Array(2 * m * n);
  for (let i = 0; i < m; i++) {
    for (let l = 0; l < k; l++) {
      const re = a[2 * (i * k + l)]!;
      const im = a[2 * (i * k + l) + 1]!;
      for (let j = 0; j < n; j++) {
        const x = b[2 * (l * n + j)]!;
        const y = b[2 * (l * n + j) + 1]!;
        out[2 * (i * n + j)] += re * x - im * y;
        out[2 * (i * n + j) + 1] += re * y + im * x;
      }
    }
  }
  return out;
}

/** Aᴴ of an m×n matrix. */
export function adjoint(a: Float64Array, m: number, n: number): Float64Array {
  const out = new Float64Array(2 * m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      out[2 * (j * m + i)] = a[2 * (i * n + j)]!;
      out[2 * (j * m + i) + 1] = -a[2 * (i * n + j) + 1]!;
    }
  }
  return out;
}

/** Largest |a − b|. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return a.length === b.length ? largest : Number.POSITIVE_INFINITY;
}
