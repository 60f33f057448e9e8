import { describe, expect, test } from 'vitest';
import { type ComplexArray, complexZeros } from '../arrays.ts';
import { oracleKernels } from '../kernels/oracle/kernels.ts';
import { uniform } from '../kernels/testing.ts';
import { wasmKernels } from '../kernels/wasm/kernels.ts';
import { hermitianEigen } from '../linalg/hermitianEigen.ts';
import { adjoint, multiply } from '../linalg/testing.ts';
import { espiritMaps } from './espirit.ts';
import { calibrationSubspace } from './espiritSubspace.ts';

/** Smooth complex coil profiles around the field of view and an ellipse of two contrasts, noise-free. */
function scan(coils: number, ny: number, nx: number) {
  const maps = complexZeros(coils, ny, nx);
  const images = complexZeros(coils, ny, nx);
  const inside = new Uint8Array(ny * nx);
  for (let p = 0; p < ny * nx; p++) {
    const y = (Math.floor(p / nx) - Math.floor(ny / 2)) / ny;
    const x = ((p % nx) - Math.floor(nx / 2)) / nx;
    const radius = Math.hypot(y / 0.42, x / 0.36);
    const density = radius < 1 ? (Math.hypot(y, x - 0.1) < 0.15 ? 0.6 : 1) : 0;
    inside[p] = radius < 0.97 ? 1 : 0;
    for (let c = 0; c < coils; c++) {
      const angle = (2 * Math.PI * c) / coils;
      const distance = (y - 0.8 * Math.sin(angle)) ** 2 + (x - 0.8 * Math.cos(angle)) ** 2;
      const size = Math.exp(-distance / 0.9);
      const phase = angle + 1.5 * (x * Math.cos(angle) - y * Math.sin(angle));
      const at = 2 * (c * ny * nx + p);
      maps.data.set([size * Math.cos(phase), size * Math.sin(phase)], at);
      images.data.set([density * size * Math.cos(phase), density * size * Math.sin(phase)], at);
    }
  }
  const kspace = complexZeros(coils, ny, nx);
  oracleKernels().fft2(kspace, images, 'kspace');
  return { maps, inside, kspace };
}

const settings = { k: 5, r: 24, t: 0.002, c: 0.98 };

/** ‖found − e^{iα} truth/‖truth‖‖ with the best α, per pixel inside. */
function errors(found: ComplexArray, truth: ComplexArray, inside: Uint8Array): number[] {
  const [coils] = found.shape as [number];
  const pixels = inside.length;
  return Array.from(inside.keys())
    .filter((p) => inside[p])
    .map((p) => {
      let re = 0;
      let im = 0;
      let power = 0;
      let foundPower = 0;
      for (let c = 0; c < coils; c++) {
        const at = 2 * (c * pixels + p);
        const [a, b, s, t] = [found.data[at]!, found.data[at + 1]!, truth.data[at]!, truth.data[at + 1]!];
        re += a * s + b * t;
        im += b * s - a * t;
        power += s * s + t * t;
        foundPower += a * a + b * b;
      }
      return Math.sqrt(Math.max(0, foundPower + 1 - (2 * Math.hypot(re, im)) / Math.sqrt(power)));
    });
}

const quantile = (values: number[], q: number): number =>
  values.sort((a, b) => a - b)[Math.floor(q * (values.length - 1))]!;

describe.each([oracleKernels(), wasmKernels()])('espiritMaps, $name', (k) => {
  test.each([
    [6, 48, 40],
    [8, 45, 37],
    [3, 31, 34],
  ])('finds the sensitivities of %i coils, %i×%i, inside the object', (coils, ny, nx) => {
    const { maps, inside, kspace } = scan(coils, ny, nx);
    k.scope(() => {
      const found = espiritMaps(k, k.load(kspace), [ny, nx], settings);
      const error = errors(found.maps, maps, inside);
      expect(quantile(error, 0.5)).toBeLessThan(0.005);
      expect(quantile(error, 0.95)).toBeLessThan(0.015);
      const eigenvalues = Array.from(inside.keys())
        .filter((p) => inside[p])
        .map((p) => found.eigenvalue.data[p]!);
      expect(quantile(eigenvalues, 0.02)).toBeGreaterThan(settings.c);
      expect(Math.max(...found.eigenvalue.data)).toBeLessThan(1 + 1e-5);
    });
  });

  test('gives unit vectors whose phase does not jump, and nothing below the eigenvalue asked for', () => {
    const [coils, ny, nx] = [6, 40, 44];
    const { kspace, inside } = scan(coils, ny, nx);
    k.scope(() => {
      const { maps, eigenvalue } = espiritMaps(k, k.load(kspace), [ny, nx], { ...settings, r: 16, c: 0.99 });
      for (let p = 0; p < ny * nx; p++) {
        let power = 0;
        let re = 0;
        let im = 0;
        for (let c = 0; c < coils; c++) {
          const at = 2 * (c * ny * nx + p);
          power += maps.data[at]! ** 2 + maps.data[at + 1]! ** 2;
          if (!inside[p] || !inside[p + 1]) continue;
          re += maps.data[at]! * maps.data[at + 2]! + maps.data[at + 1]! * maps.data[at + 3]!;
          im += maps.data[at]! * maps.data[at + 3]! - maps.data[at + 1]! * maps.data[at + 2]!;
        }
        expect(Math.abs(power - (eigenvalue.data[p]! < 0.99 ? 0 : 1))).toBeLessThan(1e-5);
        expect(Math.abs(Math.atan2(im, re))).toBeLessThan(0.2);
      }
    });
  });

  test.each([
    { what: 'more offsets × coils than patches', coils: 9, size: [14, 13], extent: 6 },
    { what: 'more patches than offsets × coils', coils: 3, size: [16, 15], extent: 4 },
  ])('spans the singular vectors of all patches: $what', ({ coils, size: [cy, cx], extent }) => {
    const next = uniform(4);
    const block = complexZeros(coils, cy!, cx!);
    for (let i = 0; i < block.data.length; i++) block.data[i] = next() * Math.exp(-(i % (2 * cx!)) / 4);
    const length = extent * extent * coils;
    const patches = (cy! - extent + 1) * (cx! - extent + 1);
    const matrix = new Float64Array(2 * length * patches);
    for (let p = 0; p < patches; p++) {
      for (let i = 0; i < length; i++) {
        const [d, c] = [Math.floor(i / coils), i % coils];
        const y = Math.floor(p / (cx! - extent + 1)) + Math.floor(d / extent);
        const x = (p % (cx! - extent + 1)) + (d % extent);
        matrix.set(block.data.subarray(2 * ((c * cy! + y) * cx! + x)).subarray(0, 2), 2 * (i * patches + p));
      }
    }
    const { values, vectors } = hermitianEigen(
      multiply(matrix, adjoint(matrix, length, patches), length, patches, length),
      length,
    );
    const threshold = 0.05;
    const rank = values.filter((v) => v > threshold ** 2 * values[length - 1]!).length;
    k.scope(() => {
      const subspace = calibrationSubspace(k, k.load(block), extent, threshold);
      expect(subspace.shape).toEqual([rank, extent, extent, coils]);
      const rows = Float64Array.from(subspace.data);
      const truth = vectors.subarray(2 * (length - rank) * length);
      // Both bases orthonormal: the overlap's squares sum to the rank where the spans agree.
      const overlap = multiply(rows, adjoint(truth, rank, length), rank, length, rank);
      expect(overlap.reduce((sum, v) => sum + v * v, 0)).toBeCloseTo(rank, 3);
    });
  });

  test('refuses settings out of range, small, empty and broken calibration data', () => {
    k.scope(() => {
      const small = k.complex(4, 4, 30);
      const code = (acs: ComplexArray, change: Partial<typeof settings> = {}) => {
        try {
          espiritMaps(k, acs, [32, 32], { ...settings, ...change });
        } catch (error) {
          return (error as { code?: string }).code;
        }
        return 'none';
      };
      expect(code(small)).toBe('MRO_SNR_REFERENCE');
      expect(code(k.complex(4, 24, 24))).toBe('MRO_SNR_REFERENCE');
      expect(code(k.complex(60, 64, 64), { k: 6, r: 64 })).toBe('MRO_SNR_OPTION');
      expect(code(k.complex(4, 24, 24), { t: 1 })).toBe('MRO_SNR_OPTION');
      expect(code(k.complex(4, 24, 24), { k: 2.5 })).toBe('MRO_SNR_OPTION');
      expect(code(k.complex(4, 24, 24), { k: 6, r: 5 })).toBe('MRO_SNR_OPTION');
      const broken = k.complex(4, 24, 24);
      broken.data.fill(1);
      broken.data[1000] = Number.POSITIVE_INFINITY;
      expect(code(broken)).toBe('MRO_SNR_NOT_FINITE');
    });
  });
});
