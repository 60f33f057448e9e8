/** Result of a Cholesky factorisation. */
interface CholeskyResult {
  /** L of A = L Lᴴ: n×n, row-major, interleaved (re, im); zero above the diagonal. Unfinished from row `failedAt` on. */
  readonly lower: Float64Array;
  /** First pivot that is not positive (or not finite): rows 0…failedAt are linearly dependent. −1 if none. */
  readonly failedAt: number;
}

/**
 * Cholesky factor A = L Lᴴ of a Hermitian positive-definite matrix, in float64.
 *
 * Only the lower triangle and the real part of the diagonal are read. A pivot counts as positive when it
 * keeps more than `tolerance` of its diagonal element; without such a floor the rounding noise of a
 * singular matrix would pass for a tiny, meaningless pivot.
 *
 * @param matrix n×n, row-major, interleaved (re, im)
 * @param tolerance smallest share of A[i,i] that must remain as pivot; raise it to about 1e-6 for
 *   matrices that were rounded to float32
 */
export function choleskyLower(
  matrix: Float64Array,
  n: number,
  tolerance = n * Number.EPSILON,
): CholeskyResult {
  const lower = new Float64Array(2 * n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let re = matrix[2 * (i * n + j)]!;
      let im = i === j ? 0 : matrix[2 * (i * n + j) + 1]!;
      for (let k = 0, a = 2 * i * n, b = 2 * j * n; k < j; k++, a += 2, b += 2) {
        re -= lower[a]! * lower[b]! + lower[a + 1]! * lower[b + 1]!;
        im -= lower[a + 1]! * lower[b]! - lower[a]! * lower[b + 1]!;
      }
      const at = 2 * (i * n + j);
      if (i === j) {
        const diagonal = matrix[at]!;
        if (!(re > tolerance * diagonal) || !Number.isFinite(re)) return { lower, failedAt: i };
        lower[at] = Math.sqrt(re);
      } else {
        const pivot = lower[2 * (j * n + j)]!;
        lower[at] = re / pivot;
        lower[at + 1] = im / pivot;
      }
    }
  }
  return { lower, failedAt: -1 };
}

/**
 * L⁻¹ of a lower-triangular matrix with non-zero diagonal, by forward substitution in float64.
 *
 * @param lower n×n, row-major, interleaved (re, im); the diagonal may be complex
 */
export function invertLower(lower: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(2 * n * n);
  for (let i = 0; i < n; i++) {
    const dRe = lower[2 * (i * n + i)]!;
    const dIm = lower[2 * (i * n + i) + 1]!;
    const norm = dRe * dRe + dIm * dIm;
    const pRe = dRe / norm;
    const pIm = -dIm / norm;
    inverse[2 * (i * n + i)] = pRe;
    inverse[2 * (i * n + i) + 1] = pIm;
    for (let j = 0; j < i; j++) {
      let re = 0;
      let im = 0;
      for (let k = j; k < i; k++) {
        const a = 2 * (i * n + k);
        const b = 2 * (k * n + j);
        re -= lower[a]! * inverse[b]! - lower[a + 1]! * inverse[b + 1]!;
        im -= lower[a]! * inverse[b + 1]! + lower[a + 1]! * inverse[b]!;
      }
      const at = 2 * (i * n + j);
      inverse[at] = re * pRe - im * pIm;
      inverse[at + 1] = re * pIm + im * pRe;
    }
  }
  return inverse;
}
