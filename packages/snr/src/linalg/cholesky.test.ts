import { describe, expect, test } from 'vitest';
import { choleskyLower, invertLower } from './cholesky.ts';
import { adjoint, largestDifference, multiply, randomMatrix } from './testing.ts';

/** B Bᴴ of a random n×m matrix: positive definite for m ≥ n, singular for m < n. */
function gram(n: number, m: number, seed: number): Float64Array {
  const b = randomMatrix(n, m, seed);
  return multiply(b, adjoint(b, n, m), n, m, n);
}

describe('choleskyLower', () => {
  test.each([1, 2, 5, 16, 33])('L Lᴴ gives the matrix back, n = %i', (n) => {
    const matrix = gram(n, n + 3, n);
    const { lower, failedAt } = choleskyLower(matrix, n);
    expect(failedAt).toBe(-1);
    expect(largestDifference(multiply(lower, adjoint(lower, n, n), n, n, n), matrix)).toBeLessThan(1e-12 * n);
    for (let i = 0; i < n; i++) {
      expect(lower[2 * (i * n + i)]).toBeGreaterThan(0);
      expect(lower[2 * (i * n + i) + 1]).toBe(0);
      for (let j = i + 1; j < n; j++) expect(lower[2 * (i * n + j)]).toBe(0);
    }
  });

  test('names the first dependent row of a matrix of rank m', () => {
    expect(choleskyLower(gram(8, 5, 3), 8).failedAt).toBe(5);
  });

  test('names a dead coil and samples that are not numbers', () => {
    const matrix = gram(4, 6, 1);
    const dead = matrix.slice();
    for (let k = 0; k < 4; k++) dead.fill(0, 2 * (2 * 4 + k), 2 * (2 * 4 + k) + 2);
    expect(choleskyLower(dead, 4).failedAt).toBe(2);
    matrix[2 * (1 * 4 + 0)] = Number.NaN;
    expect(choleskyLower(matrix, 4).failedAt).toBe(1);
  });
});

describe('invertLower', () => {
  test.each([1, 2, 7, 32])('L⁻¹ L = I, n = %i', (n) => {
    const { lower } = choleskyLower(gram(n, 2 * n, 7 * n), n);
    const product = multiply(invertLower(lower, n), lower, n, n, n);
    for (let i = 0; i < n; i++) product[2 * (i * n + i)] -= 1;
    expect(largestDifference(product, new Float64Array(2 * n * n))).toBeLessThan(1e-11);
  });
});
