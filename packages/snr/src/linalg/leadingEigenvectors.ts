import type { ComplexArray } from '../arrays.ts';
import type { Kernels } from '../kernels/interface.ts';
import { choleskyLower, invertLower } from './cholesky.ts';
import { hermitianEigen } from './hermitianEigen.ts';

/** Leading part of a spectrum. */
interface LeadingEigenvectors {
  /** Descending. */
  readonly values: Float64Array;
  /** (values, n): eigenvector l is row l. */
  readonly vectors: ComplexArray;
}

/** Below this share of the largest eigenvalue, products in float32 are too coarse: all is done in float64. */
const finestRatio = 2e-5;

/** Residual that is left, as a share of the smallest eigenvalue wanted; float32 reaches about 0.003 of 1e-4. */
const residualShare = 0.02;

/** Vectors of the first subspace; it grows by half until its smallest Ritz value is below what is wanted. */
const firstBlock = 96;

/** Rounds before the first Ritz problem, which costs as much as a round. */
const firstCheck = 2;

const mostIterations = 20;

/**
 * Eigenvectors of a positive semi-definite Hermitian matrix whose eigenvalues exceed ratio · λ_max.
 *
 * Subspace iteration with Rayleigh–Ritz (Golub & Van Loan, §8.2.4; Halko 2011) on a block larger than the
 * rank: products in the kernels, Gram matrices and the Ritz problem in float64. Every direction above the
 * threshold gains on those outside the block by λ/λ_block each time, so a few rounds do; the residual decides.
 * The whole matrix is decomposed in float64 where the ratio is very small or the rank near the order.
 *
 * @param matrix (n, n) in kernel memory
 * @param ratio eigenvalue relative to the largest, in [0, 1)
 */
export function leadingEigenvectors(k: Kernels, matrix: ComplexArray, ratio: number): LeadingEigenvectors {
  const n = matrix.shape[0]!;
  let width = firstBlock;
  while (ratio > finestRatio && 3 * width < 2 * n) {
    const vectors = k.complex(width, n);
    const values = k.scope(() => iterate(k, matrix, width, ratio, vectors));
    if (values) {
      const data = vectors.data.subarray(0, 2 * values.length * n);
      return { values, vectors: { data, shape: [values.length, n] } };
    }
    width = Math.ceil(1.5 * width);
  }
  return decompose(k, matrix, ratio);
}

function decompose(k: Kernels, matrix: ComplexArray, ratio: number): LeadingEigenvectors {
  const n = matrix.shape[0]!;
  const { values, vectors } = hermitianEigen(Float64Array.from(matrix.data), n);
  const kept = values.filter((value) => value > ratio * values[n - 1]! && value > 0).reverse();
  const out = k.complex(kept.length, n);
  kept.forEach((_, l) => {
    const from = 2 * (n - 1 - l) * n;
    out.data.set(vectors.subarray(from, from + 2 * n), 2 * l * n);
  });
  return { values: kept, vectors: out };
}

/** Eigenvalues above the threshold, their vectors written as rows; undefined where the block is too narrow. */
function iterate(
  k: Kernels,
  matrix: ComplexArray,
  width: number,
  ratio: number,
  vectors: ComplexArray,
): Float64Array | undefined {
  const n = matrix.shape[0]!;
  const basis = k.complex(n, width);
  const image = k.complex(n, width);
  randomise(image);
  for (let round = 0; round < mostIterations; round++) {
    if (!orthonormalise(k, basis, image)) return undefined;
    k.calibration.multiply(image, matrix, basis);
    if (round < firstCheck) continue;
    const product = k.complex(width, width);
    k.calibration.multiply(product, basis, image, 'adjoint');
    const ritz = hermitianEigen(Float64Array.from(product.data), width);
    const least = ratio * ritz.values[width - 1]!;
    // The block must reach well below the threshold, else directions near it converge too slowly.
    if (ritz.values[0]! > least / 2) return undefined;
    const values = ritz.values.filter((value) => value > least).reverse();
    if (rotate(k, basis, image, ritz.vectors, values, vectors) <= residualShare * least) return values;
  }
  return undefined;
}

/**
 * Ritz vectors u = Q z as rows of `vectors`.
 * @returns largest residual ‖A u − λ u‖
 */
function rotate(
  k: Kernels,
  basis: ComplexArray,
  image: ComplexArray,
  ritzVectors: Float64Array,
  values: Float64Array,
  vectors: ComplexArray,
): number {
  const [n, width] = basis.shape as [number, number];
  const rank = values.length;
  return k.scope(() => {
    const rotation = k.complex(width, rank);
    for (let l = 0; l < rank; l++) {
      for (let j = 0; j < width; j++) {
        const from = 2 * ((width - 1 - l) * width + j);
        rotation.data[2 * (j * rank + l)] = ritzVectors[from]!;
        rotation.data[2 * (j * rank + l) + 1] = ritzVectors[from + 1]!;
      }
    }
    const columns = k.complex(n, rank);
    const images = k.complex(n, rank);
    k.calibration.multiply(columns, basis, rotation);
    k.calibration.multiply(images, image, rotation);
    const residuals = new Float64Array(rank);
    for (let p = 0; p < n; p++) {
      for (let l = 0; l < rank; l++) {
        const at = 2 * (p * rank + l);
        const re = columns.data[at]!;
        const im = columns.data[at + 1]!;
        vectors.data[2 * (l * n + p)] = re;
        vectors.data[2 * (l * n + p) + 1] = im;
        const value = values[l]!;
        residuals[l]! += (images.data[at]! - value * re) ** 2 + (images.data[at + 1]! - value * im) ** 2;
      }
    }
    return Math.sqrt(Math.max(...residuals));
  });
}

/**
 * basis = orthonormal columns of the span of `image`, by two rounds of A ← A L⁻ᴴ, AᴴA = LLᴴ in float64: the
 * first leaves what float32 rounds off, the second removes it. False where the columns depend on each other.
 */
function orthonormalise(k: Kernels, basis: ComplexArray, image: ComplexArray): boolean {
  return k.scope(() => {
    const width = image.shape[1]!;
    const once = k.complex(...image.shape);
    const factor = k.complex(width, width);
    for (const [from, to] of [
      [image, once],
      [once, basis],
    ] as const) {
      const gram = k.calibration.gram(from);
      // Columns that a low-rank matrix left without signal: their rounding noise will serve as directions.
      let trace = 0;
      for (let i = 0; i < width; i++) trace += gram[2 * (i * width + i)]!;
      for (let i = 0; i < width; i++) gram[2 * (i * width + i)]! += 1e-15 * trace;
      const { lower, failedAt } = choleskyLower(gram, width, 0);
      if (failedAt >= 0) return false;
      const inverse = invertLower(lower, width);
      for (let i = 0; i < width; i++) {
        for (let j = 0; j < width; j++) {
          factor.data[2 * (i * width + j)] = inverse[2 * (j * width + i)]!;
          factor.data[2 * (i * width + j) + 1] = -inverse[2 * (j * width + i) + 1]!;
        }
      }
      k.calibration.multiply(to, from, factor);
    }
    return true;
  });
}

/** Fixed pseudo-random numbers: results repeat exactly. */
function randomise(out: ComplexArray): void {
  let state = 1;
  for (let i = 0; i < out.data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    out.data[i] = state / 2 ** 31 - 1;
  }
}
