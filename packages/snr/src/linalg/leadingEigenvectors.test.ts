import { describe, expect, test } from 'vitest';
import type { ComplexArray } from '../arrays.ts';
import { wasmKernels } from '../kernels/wasm/kernels.ts';
import { hermitianEigen } from './hermitianEigen.ts';
import { leadingEigenvectors } from './leadingEigenvectors.ts';
import { adjoint, multiply, randomMatrix } from './testing.ts';

/** V diag(values) Vᴴ with random orthonormal V; V as rows. */
function withSpectrum(values: readonly number[]): { matrix: ComplexArray; vectors: Float64Array } {
  const n = values.length;
  const b = randomMatrix(n, n, n);
  const { vectors } = hermitianEigen(
    adjoint(b, n, n).map((v, i) => v + b[i]!),
    n,
  );
  const scaled = vectors.map((v, i) => v * values[Math.floor(i / (2 * n))]!);
  const conjugate = vectors.map((v, i) => (i % 2 ? -v : v));
  const transposed = adjoint(
    scaled.map((v, i) => (i % 2 ? -v : v)),
    n,
    n,
  );
  return {
    matrix: { data: Float32Array.from(multiply(transposed, conjugate, n, n, n)), shape: [n, n] },
    vectors,
  };
}

/** Largest distance of a true vector from the span of the found ones. */
function distance(found: ComplexArray, truth: Float64Array, rank: number): number {
  const n = found.shape[1]!;
  const rows = Float64Array.from(found.data);
  let worst = 0;
  for (let l = 0; l < rank; l++) {
    const vector = truth.subarray(2 * l * n, 2 * (l + 1) * n);
    const parts = multiply(vector, adjoint(rows, rank, n), 1, n, rank);
    worst = Math.max(worst, 1 - parts.reduce((sum, v) => sum + v * v, 0));
  }
  return Math.sqrt(Math.max(0, worst));
}

const spectra: Record<string, number[]> = {
  'falling smoothly': Array.from({ length: 180 }, (_, i) => 10 ** (-i / 12.3)),
  'with equal values and a floor': Array.from({ length: 180 }, (_, i) => (i < 20 ? 1 : i < 60 ? 0.01 : 2e-6)),
  'of low rank': Array.from({ length: 160 }, (_, i) => (i < 7 ? 1 / (i + 1) : 0)),
  'too wide for the first block': Array.from({ length: 260 }, (_, i) => (i < 120 ? 1 - i / 200 : 1e-6)),
  'of nearly full rank': Array.from({ length: 150 }, (_, i) => (i < 140 ? 1 : 1e-6)),
  'of a small matrix': [1, 0.5, 0.01, 1e-5],
};

const k = wasmKernels();

describe('leadingEigenvectors', () => {
  test.each(Object.entries(spectra))('finds eigenvalues and subspace of a spectrum %s', (_, values) => {
    const { matrix, vectors } = withSpectrum(values);
    const expected = values.filter((v) => v > 1e-4);
    k.scope(() => {
      const found = leadingEigenvectors(k, k.load(matrix), 1e-4);
      expect(found.values).toHaveLength(expected.length);
      expected.forEach((v, l) => {
        expect(Math.abs(found.values[l]! / v - 1)).toBeLessThan(0.01);
      });
      // A direction whose eigenvalue is a fraction above the threshold mixes most with those below it.
      expect(distance(found.vectors, vectors, expected.length)).toBeLessThan(0.02);
    });
  });
});
