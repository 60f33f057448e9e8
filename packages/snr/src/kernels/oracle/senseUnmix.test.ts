import { describe, expect, it } from 'vitest';
import { uniform } from '../testing.ts';
import { eigen, pseudoInverse } from './hermitian.ts';
import { unmixPixels } from './senseUnmix.ts';

/** Product of (n, m) and (m, k) interleaved complex matrices. */
function multiply(a: Float64Array, b: Float64Array, n: number, m: number, k: number): Float64Array {
  const out = new Float64Array(2 * n * k);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < k; j++) {
      for (let l = 0; l < m; l++) {
        const [p, q, r, s] = [2 * (i * m + l), 2 * (i * m + l) + 1, 2 * (l * k + j), 2 * (l * k + j) + 1];
        out[2 * (i * k + j)]! += a[p]! * b[r]! - a[q]! * b[s]!;
        out[2 * (i * k + j) + 1]! += a[p]! * b[s]! + a[q]! * b[r]!;
      }
    }
  }
  return out;
}

const adjoint = (a: Float64Array, n: number, m: number): Float64Array =>
  Float64Array.from({ length: a.length }, (_, at) => {
    const [i, j, part] = [Math.floor(at / 2 / n), Math.floor(at / 2) % n, at % 2];
    return (part ? -1 : 1) * a[2 * (j * m + i) + part]!;
  });

const plain = (a: Float64Array, n: number, m: number): Float64Array =>
  Float64Array.from({ length: a.length }, (_, at) => {
    const [i, j, part] = [Math.floor(at / 2 / n), Math.floor(at / 2) % n, at % 2];
    return a[2 * (j * m + i) + part]!;
  });

function expectClose(a: Float64Array, b: Float64Array, tolerance: number): void {
  expect(Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))).toBeLessThan(tolerance);
}

/** The four Penrose conditions single out the pseudo-inverse: here a is (coils, R), rows (R, coils). */
function expectPseudoInverse(
  aOfPixels: Float64Array,
  rows: Float64Array,
  pixels: number,
  coils: number,
): void {
  const a = plain(aOfPixels, pixels, coils);
  const ra = multiply(rows, a, pixels, coils, pixels);
  const ar = multiply(a, rows, coils, pixels, coils);
  expectClose(multiply(a, ra, coils, pixels, pixels), a, 1e-9);
  expectClose(multiply(ra, rows, pixels, pixels, coils), rows, 1e-7);
  expectClose(adjoint(ra, pixels, pixels), ra, 1e-8);
  expectClose(adjoint(ar, coils, coils), ar, 1e-8);
}

const random = (seed: number, length: number): Float64Array => Float64Array.from({ length }, uniform(seed));

describe('SENSE unmixing in float64', () => {
  it.each([
    [1, 1],
    [1, 8],
    [2, 2],
    [3, 8],
    [4, 5],
    [6, 16],
    [9, 12],
  ])('R = %i, %i coils: satisfies the Penrose conditions, g ≥ 1', (pixels, coils) => {
    const a = random(pixels + coils, 2 * pixels * coils);
    const { rows, gFactor } = unmixPixels(a, pixels, coils);
    expectPseudoInverse(a, rows, pixels, coils);
    for (const g of gFactor) expect(g).toBeGreaterThanOrEqual(1 - 1e-12);
    if (pixels === 1) expect(gFactor[0]).toBeCloseTo(1, 12);
  });

  it('more pixels than coils, or equal pixels: pseudo-inverse, g = 0 where nothing is resolved', () => {
    const wide = random(3, 2 * 4 * 3);
    const under = unmixPixels(wide, 4, 3);
    expectPseudoInverse(wide, under.rows, 4, 3);
    expect([...under.gFactor]).toEqual([0, 0, 0, 0]);

    const coils = 6;
    const twins = random(5, 2 * 3 * coils);
    twins.copyWithin(2 * 2 * coils, 0, 2 * coils);
    const { rows, gFactor } = unmixPixels(twins, 3, coils);
    expectPseudoInverse(twins, rows, 3, coils);
    expect(gFactor[0]).toBe(0);
    expect(gFactor[1]).toBeGreaterThan(1);
    expect(gFactor[2]).toBe(0);
  });

  it('pixels without sensitivity take no part', () => {
    const coils = 5;
    const a = random(8, 2 * 3 * coils);
    a.fill(0, 2 * coils, 4 * coils);
    const { rows, gFactor } = unmixPixels(a, 3, coils);
    expect(rows.subarray(2 * coils, 4 * coils).every((value) => value === 0)).toBe(true);
    expect(gFactor[1]).toBe(0);
    expectPseudoInverse(a, rows, 3, coils);
    expect(unmixPixels(new Float64Array(12), 2, 3).rows.every((value) => value === 0)).toBe(true);
  });

  it('does not hide what is not finite', () => {
    const a = random(4, 2 * 2 * 3);
    a[1] = Number.NaN;
    const { rows, gFactor } = unmixPixels(a, 2, 3);
    expect(gFactor[0]).toBeNaN();
    expect(rows[0]).toBeNaN();
  });
});

describe('Hermitian eigenvalues', () => {
  it('rebuild the matrix and its inverse', () => {
    const n = 7;
    const a = random(11, 2 * n * n);
    const gram = multiply(adjoint(a, n, n), a, n, n, n);
    const matrix = {
      order: n,
      re: Float64Array.from({ length: n * n }, (_, i) => gram[2 * i]!),
      im: Float64Array.from({ length: n * n }, (_, i) => gram[2 * i + 1]!),
    };
    const { values, re, im } = eigen(matrix);
    const trace = matrix.re.reduce((sum, value, i) => sum + (i % (n + 1) === 0 ? value : 0), 0);
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(trace, 9);
    const vectors = Float64Array.from({ length: 2 * n * n }, (_, i) => (i % 2 ? im : re)[i >> 1]!);
    const scaled = vectors.map((value, i) => value * values[(i >> 1) % n]!);
    expectClose(multiply(scaled, adjoint(vectors, n, n), n, n, n), gram, 1e-11);
    const { inverse } = pseudoInverse(matrix);
    const inverted = Float64Array.from(
      { length: 2 * n * n },
      (_, i) => (i % 2 ? inverse.im : inverse.re)[i >> 1]!,
    );
    const identity = Float64Array.from({ length: 2 * n * n }, (_, i) => (i % (2 * n + 2) === 0 ? 1 : 0));
    expectClose(multiply(inverted, gram, n, n, n), identity, 1e-7);
  });
});
