import { tridiagonalEigen } from './tridiagonalEigen.ts';

/** Spectral decomposition A = Σ λ v vᴴ. */
interface HermitianEigen {
  /** Ascending. */
  readonly values: Float64Array;
  /** Eigenvector l is row l: n×n, interleaved (re, im), orthonormal. */
  readonly vectors: Float64Array;
}

/**
 * All eigenvalues and eigenvectors of a Hermitian matrix in float64: Householder reduction to a real
 * tridiagonal matrix, implicit QL on that, reflections applied to its eigenvectors
 * (Golub & Van Loan, Matrix Computations, §8.3). O(n³), also for clustered or equal eigenvalues.
 *
 * @param matrix n×n, row-major, interleaved (re, im); the lower triangle is read
 */
export function hermitianEigen(matrix: Float64Array, n: number): HermitianEigen {
  const { diagonal, offDiagonal, reflections, phases } = reduceToTridiagonal(matrix, n);
  const real = tridiagonalEigen(diagonal, offDiagonal);
  const vectors = new Float64Array(2 * n * n);
  for (let l = 0; l < n; l++) {
    const vector = vectors.subarray(2 * l * n, 2 * (l + 1) * n);
    for (let i = 0; i < n; i++) {
      vector[2 * i] = phases[2 * i]! * real.vectors[l * n + i]!;
      vector[2 * i + 1] = phases[2 * i + 1]! * real.vectors[l * n + i]!;
    }
    for (let k = n - 2; k >= 0; k--) reflect(vector, reflections[k]!, k + 1, n);
  }
  return { values: real.values, vectors };
}

interface Tridiagonal {
  readonly diagonal: Float64Array;
  readonly offDiagonal: Float64Array;
  /** Unit vector of reflection k, on rows k + 1 … n − 1; empty where none was needed. */
  readonly reflections: readonly Float64Array[];
  /** Unit factors that make the off-diagonal real. */
  readonly phases: Float64Array;
}

/** H A H … = D T Dᴴ with T real and tridiagonal, D diagonal of unit modulus. */
function reduceToTridiagonal(matrix: Float64Array, n: number): Tridiagonal {
  const a = mirrored(matrix, n);
  const diagonal = new Float64Array(n);
  const offDiagonal = new Float64Array(Math.max(0, n - 1));
  const phases = new Float64Array(2 * n);
  const reflections: Float64Array[] = [];
  if (n > 0) phases[0] = 1;
  for (let k = 0; k < n - 1; k++) {
    diagonal[k] = a[2 * (k * n + k)]!;
    const column = conjugateRow(a, k, n);
    const size = norm(column);
    const headRe = column[0]!;
    const headIm = column[1]!;
    const head = Math.hypot(headRe, headIm);
    const unitRe = head > 0 ? headRe / head : 1;
    const unitIm = head > 0 ? headIm / head : 0;
    // The reflection sends the column to −(unit)·size; the sign avoids cancellation.
    column[0] = headRe + unitRe * size;
    column[1] = headIm + unitIm * size;
    const length = norm(column);
    const reflection = length > 0 ? column.map((v) => v / length) : new Float64Array(0);
    reflections.push(reflection);
    if (length > 0) updateTrailing(a, reflection, k + 1, n);
    offDiagonal[k] = size;
    // A[k+1,k] = −unit·size = D[k+1]·size·conj(D[k]).
    phases[2 * k + 2] = -(unitRe * phases[2 * k]! - unitIm * phases[2 * k + 1]!);
    phases[2 * k + 3] = -(unitRe * phases[2 * k + 1]! + unitIm * phases[2 * k]!);
  }
  if (n > 0) diagonal[n - 1] = a[2 * (n * n - 1)]!;
  return { diagonal, offDiagonal, reflections, phases };
}

/** Full copy from the lower triangle. */
function mirrored(matrix: Float64Array, n: number): Float64Array {
  const a = new Float64Array(2 * n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const re = matrix[2 * (i * n + j)]!;
      const im = i === j ? 0 : matrix[2 * (i * n + j) + 1]!;
      a[2 * (i * n + j)] = re;
      a[2 * (i * n + j) + 1] = im;
      a[2 * (j * n + i)] = re;
      a[2 * (j * n + i) + 1] = -im;
    }
  }
  return a;
}

/** Column k below the diagonal, read along row k, which is its conjugate. */
function conjugateRow(a: Float64Array, k: number, n: number): Float64Array {
  const column = a.slice(2 * (k * n + k + 1), 2 * (k + 1) * n);
  for (let i = 1; i < column.length; i += 2) column[i] = -column[i]!;
  return column;
}

/** A ← H A H on rows and columns from `from`, H = I − 2 v vᴴ: a rank-two update with w = 2(Av − (vᴴAv) v). */
function updateTrailing(a: Float64Array, v: Float64Array, from: number, n: number): void {
  const m = n - from;
  const w = new Float64Array(2 * m);
  let form = 0;
  for (let i = 0; i < m; i++) {
    let re = 0;
    let im = 0;
    for (let j = 0, at = 2 * ((from + i) * n + from); j < 2 * m; j += 2, at += 2) {
      re += a[at]! * v[j]! - a[at + 1]! * v[j + 1]!;
      im += a[at]! * v[j + 1]! + a[at + 1]! * v[j]!;
    }
    w[2 * i] = re;
    w[2 * i + 1] = im;
    form += v[2 * i]! * re + v[2 * i + 1]! * im;
  }
  for (let i = 0; i < 2 * m; i++) w[i] = 2 * (w[i]! - form * v[i]!);
  for (let i = 0; i < m; i++) {
    const vRe = v[2 * i]!;
    const vIm = v[2 * i + 1]!;
    const wRe = w[2 * i]!;
    const wIm = w[2 * i + 1]!;
    for (let j = 0, at = 2 * ((from + i) * n + from); j < 2 * m; j += 2, at += 2) {
      a[at] = a[at]! - (vRe * w[j]! + vIm * w[j + 1]! + wRe * v[j]! + wIm * v[j + 1]!);
      a[at + 1] = a[at + 1]! - (vIm * w[j]! - vRe * w[j + 1]! + wIm * v[j]! - wRe * v[j + 1]!);
    }
  }
}

/** z ← (I − 2 v vᴴ) z on the rows from `from`. */
function reflect(z: Float64Array, v: Float64Array, from: number, n: number): void {
  if (v.length === 0) return;
  let re = 0;
  let im = 0;
  for (let i = 0, at = 2 * from; at < 2 * n; i += 2, at += 2) {
    re += v[i]! * z[at]! + v[i + 1]! * z[at + 1]!;
    im += v[i]! * z[at + 1]! - v[i + 1]! * z[at]!;
  }
  for (let i = 0, at = 2 * from; at < 2 * n; i += 2, at += 2) {
    z[at] = z[at]! - 2 * (v[i]! * re - v[i + 1]! * im);
    z[at + 1] = z[at + 1]! - 2 * (v[i]! * im + v[i + 1]! * re);
  }
}

function norm(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}
