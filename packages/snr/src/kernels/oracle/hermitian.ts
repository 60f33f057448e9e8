/** A Hermitian matrix of order n in float64: row-major, parts apart. */
export interface Hermitian {
  readonly order: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** A pivot below this fraction of its diagonal element makes a matrix rank-deficient. */
const pivotTolerance = 1e-6;

/** Eigenvalues below this fraction of the largest are taken for zero by the pseudo-inverse. */
const eigenvalueTolerance = 1e-6;

/** Weight of a pixel in the null space above which it cannot be resolved. */
export const nullWeightTolerance = 1e-6;

const maximumSweeps = 30;

/**
 * Inverse of a positive definite Hermitian matrix by Gauss–Jordan elimination without pivoting, or
 * undefined where a pivot (the Schur complement's diagonal) falls below the tolerance.
 */
export function invert({ order: n, re, im }: Hermitian): Hermitian | undefined {
  const a = Float64Array.from(re);
  const b = Float64Array.from(im);
  for (let k = 0; k < n; k++) {
    const pivot = a[k * n + k]!;
    if (!(pivot >= pivotTolerance * re[k * n + k]!)) return undefined;
    a[k * n + k] = 1;
    b[k * n + k] = 0;
    for (let j = 0; j < n; j++) {
      a[k * n + j] = a[k * n + j]! / pivot;
      b[k * n + j] = b[k * n + j]! / pivot;
    }
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const x = a[i * n + k]!;
      const y = b[i * n + k]!;
      a[i * n + k] = 0;
      b[i * n + k] = 0;
      for (let j = 0; j < n; j++) {
        const p = a[k * n + j]!;
        const q = b[k * n + j]!;
        a[i * n + j] = a[i * n + j]! - (x * p - y * q);
        b[i * n + j] = b[i * n + j]! - (x * q + y * p);
      }
    }
  }
  return { order: n, re: a, im: b };
}

/**
 * Pseudo-inverse Σ_{λ kept} v vᴴ/λ of a Hermitian matrix, and per row the weight Σ_{λ dropped} |v_row|² of
 * its null space.
 */
export function pseudoInverse(matrix: Hermitian): { inverse: Hermitian; nullWeight: Float64Array } {
  const n = matrix.order;
  const { values, re: vRe, im: vIm } = eigen(matrix);
  const inverse: Hermitian = { order: n, re: new Float64Array(n * n), im: new Float64Array(n * n) };
  const nullWeight = new Float64Array(n);
  const smallest = eigenvalueTolerance * Math.max(...values);
  for (let k = 0; k < n; k++) {
    const value = values[k]!;
    for (let i = 0; i < n; i++) {
      const a = vRe[i * n + k]!;
      const b = vIm[i * n + k]!;
      if (value <= smallest) {
        nullWeight[i] = nullWeight[i]! + a * a + b * b;
        continue;
      }
      for (let j = 0; j < n; j++) {
        const c = vRe[j * n + k]!;
        const d = vIm[j * n + k]!;
        inverse.re[i * n + j] = inverse.re[i * n + j]! + (a * c + b * d) / value;
        inverse.im[i * n + j] = inverse.im[i * n + j]! + (b * c - a * d) / value;
      }
    }
  }
  return { inverse, nullWeight };
}

/** Eigenvalues and eigenvectors (columns) by cyclic complex Jacobi rotations (Golub & Van Loan, §8.5). */
export function eigen(matrix: Hermitian): { values: Float64Array; re: Float64Array; im: Float64Array } {
  const n = matrix.order;
  const a = Float64Array.from(matrix.re);
  const b = Float64Array.from(matrix.im);
  const vRe = new Float64Array(n * n);
  const vIm = new Float64Array(n * n);
  let trace = 0;
  for (let i = 0; i < n; i++) {
    vRe[i * n + i] = 1;
    trace += Math.abs(a[i * n + i]!);
  }
  for (let sweep = 0; sweep < maximumSweeps; sweep++) {
    let largest = 0;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const size = Math.hypot(a[p * n + q]!, b[p * n + q]!);
        largest = Math.max(largest, size);
        if (size > 1e-17 * trace) rotate(a, b, vRe, vIm, n, p, q, size);
      }
    }
    if (largest <= 1e-16 * trace) break;
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i]!), re: vRe, im: vIm };
}

/** One rotation that makes a[p, q] zero: A ← JᴴAJ, V ← VJ with J = [[c, s e^{iφ}], [−s e^{−iφ}, c]]. */
function rotate(
  a: Float64Array,
  b: Float64Array,
  vRe: Float64Array,
  vIm: Float64Array,
  n: number,
  p: number,
  q: number,
  size: number,
): void {
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * size);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const sRe = (t * c * a[p * n + q]!) / size;
  const sIm = (t * c * b[p * n + q]!) / size;
  for (const [re, im] of [
    [a, b],
    [vRe, vIm],
  ] as const) {
    for (let i = 0; i < n; i++) {
      const pRe = re[i * n + p]!;
      const pIm = im[i * n + p]!;
      const qRe = re[i * n + q]!;
      const qIm = im[i * n + q]!;
      re[i * n + p] = c * pRe - (sRe * qRe + sIm * qIm);
      im[i * n + p] = c * pIm - (sRe * qIm - sIm * qRe);
      re[i * n + q] = sRe * pRe - sIm * pIm + c * qRe;
      im[i * n + q] = sRe * pIm + sIm * pRe + c * qIm;
    }
  }
  for (let j = 0; j < n; j++) {
    const pRe = a[p * n + j]!;
    const pIm = b[p * n + j]!;
    const qRe = a[q * n + j]!;
    const qIm = b[q * n + j]!;
    a[p * n + j] = c * pRe - (sRe * qRe - sIm * qIm);
    b[p * n + j] = c * pIm - (sRe * qIm + sIm * qRe);
    a[q * n + j] = sRe * pRe + sIm * pIm + c * qRe;
    b[q * n + j] = sRe * pIm - sIm * pRe + c * qIm;
  }
}
