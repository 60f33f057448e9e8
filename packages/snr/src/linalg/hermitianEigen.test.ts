import { describe, expect, test } from 'vitest';
import { hermitianEigen } from './hermitianEigen.ts';
import { adjoint, largestDifference, multiply, randomMatrix } from './testing.ts';

const hermitian = (n: number, seed: number): Float64Array => {
  const b = randomMatrix(n, n, seed);
  return adjoint(b, n, n).map((v, i) => (v + b[i]!) / 2);
};

/** V as columns · diag(values) · Vᴴ from eigenvectors stored as rows. */
function compose(values: Float64Array, rows: Float64Array, n: number): Float64Array {
  const scaled = rows.map((v, i) => v * values[Math.floor(i / (2 * n))]!);
  const transposed = adjoint(scaled, n, n).map((v, i) => (i % 2 ? -v : v));
  return multiply(
    transposed,
    rows.map((v, i) => (i % 2 ? -v : v)),
    n,
    n,
    n,
  );
}

describe('hermitianEigen', () => {
  test.each([1, 2, 3, 8, 40, 75])('decomposes a random Hermitian matrix, n = %i', (n) => {
    const matrix = hermitian(n, n);
    const { values, vectors } = hermitianEigen(matrix, n);
    expect(largestDifference(compose(values, vectors, n), matrix)).toBeLessThan(1e-12 * n);
    const gram = multiply(vectors, adjoint(vectors, n, n), n, n, n);
    for (let i = 0; i < n; i++) gram[2 * (i * n + i)] -= 1;
    expect(largestDifference(gram, new Float64Array(2 * n * n))).toBeLessThan(1e-12 * n);
    expect([...values]).toEqual([...values].sort((a, b) => a - b));
  });

  test('finds the eigenvalues of a path graph: 2 cos(πk/(n+1)), turned complex by a diagonal of phases', () => {
    const n = 24;
    const matrix = new Float64Array(2 * n * n);
    for (let i = 0; i + 1 < n; i++) {
      const angle = i * i;
      matrix[2 * ((i + 1) * n + i)] = Math.cos(angle);
      matrix[2 * ((i + 1) * n + i) + 1] = Math.sin(angle);
    }
    const { values } = hermitianEigen(matrix, n);
    const truth = Array.from({ length: n }, (_, k) => 2 * Math.cos((Math.PI * (n - k)) / (n + 1)));
    expect(largestDifference(values, truth)).toBeLessThan(1e-13);
  });

  test('keeps eigenvectors of a projector orthonormal: eigenvalues 0 and 1 many times over', () => {
    const n = 30;
    const { vectors } = hermitianEigen(hermitian(n, 5), n);
    const values = Float64Array.from({ length: n }, (_, l) => (l < 11 ? 0 : 1));
    const projector = compose(values, vectors, n);
    const found = hermitianEigen(projector, n);
    expect(largestDifference(found.values, values)).toBeLessThan(1e-13);
    expect(largestDifference(compose(found.values, found.vectors, n), projector)).toBeLessThan(1e-12);
  });

  test('takes a zero and a diagonal matrix', () => {
    expect([...hermitianEigen(new Float64Array(18), 3).values]).toEqual([0, 0, 0]);
    const diagonal = new Float64Array(18);
    [3, 1, 2].forEach((v, i) => {
      diagonal[2 * (3 * i + i)] = v;
    });
    expect([...hermitianEigen(diagonal, 3).values]).toEqual([1, 2, 3]);
  });
});
