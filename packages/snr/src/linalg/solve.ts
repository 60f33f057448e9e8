import { choleskyLower } from './cholesky.ts';

/**
 * Solves (A + λI) X = B, λ = weight · ‖A‖_F / n, by Cholesky factorisation in float64.
 *
 * @param matrix Hermitian A, n×n, row-major, interleaved (re, im); the lower triangle is read
 * @param right B, n×m
 * @returns X, n×m; undefined where A + λI is not positive definite
 */
export function solveCholesky(
  matrix: Float64Array,
  right: Float64Array,
  n: number,
  m: number,
  weight = 0,
): Float64Array | undefined {
  const regularised = matrix.slice();
  const lambda = (weight * frobeniusOfLower(matrix, n)) / n;
  for (let i = 0; i < n; i++) regularised[2 * (i * n + i)]! += lambda;
  const { lower, failedAt } = choleskyLower(regularised, n);
  if (failedAt >= 0) return undefined;
  const x = right.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) subtractRow(x, i, k, m, lower[2 * (i * n + k)]!, lower[2 * (i * n + k) + 1]!);
    scaleRow(x, i, m, 1 / lower[2 * (i * n + i)]!);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) {
      subtractRow(x, i, k, m, lower[2 * (k * n + i)]!, -lower[2 * (k * n + i) + 1]!);
    }
    scaleRow(x, i, m, 1 / lower[2 * (i * n + i)]!);
  }
  return x;
}

function frobeniusOfLower(matrix: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const at = 2 * (i * n + j);
      sum += (i === j ? 1 : 2) * (matrix[at]! ** 2 + matrix[at + 1]! ** 2);
    }
  }
  return Math.sqrt(sum);
}

/** x[i] −= factor · x[k] */
function subtractRow(x: Float64Array, i: number, k: number, m: number, re: number, im: number): void {
  for (let j = 0, to = 2 * i * m, from = 2 * k * m; j < m; j++, to += 2, from += 2) {
    const a = x[from]!;
    const b = x[from + 1]!;
    x[to] = x[to]! - (re * a - im * b);
    x[to + 1] = x[to + 1]! - (re * b + im * a);
  }
}

function scaleRow(x: Float64Array, i: number, m: number, factor: number): void {
  for (let at = 2 * i * m; at < 2 * (i + 1) * m; at++) x[at] = x[at]! * factor;
}
