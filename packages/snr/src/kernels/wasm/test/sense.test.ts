import { describe, expect, it } from 'vitest';
import type { ComplexArray } from '../../../arrays.ts';
import { complexZeros, realZeros } from '../../../arrays.ts';
import { oracleKernels } from '../../oracle/kernels.ts';
import { randomComplex, relativeError } from '../../testing.ts';
import { wasmKernels } from '../kernels.ts';

const k = wasmKernels();
const oracle = oracleKernels();

describe('SENSE unmixing in WebAssembly', () => {
  const cases: [number, number, number, number, number][] = [
    [1, 3, 5, 1, 1],
    [3, 8, 10, 1, 2],
    [8, 9, 15, 1, 3],
    [16, 12, 44, 2, 2],
    [16, 8, 24, 1, 4],
    [8, 6, 66, 3, 2],
    [32, 9, 27, 3, 3],
    [4, 6, 12, 2, 3],
  ];

  it.each(cases)('%i coils, %i × %i, R = %i × %i agrees with float64', (coils, ny, nx, rx, ry) => {
    k.scope(() => {
      const maps = randomComplex(coils + ny, coils, ny, nx);
      const outcome = run(maps, [rx, ry]);
      // Random maps of few coils are badly conditioned: errors grow with g².
      const g = outcome.truth.g.data.reduce((most, value) => Math.max(most, value), 1);
      expect(relativeError(outcome.unmix.data, outcome.truth.unmix.data)).toBeLessThan(
        1e-6 * Math.min(g * g, 1000),
      );
      expect(relativeError(outcome.g.data, outcome.truth.g.data)).toBeLessThan(1e-6 * Math.min(g * g, 1000));
    });
  });

  it('takes dead pixels, equal pixels, weak and strong coils, and nearly equal pixels as float64 does', () => {
    k.scope(() => {
      const [coils, ny, nx] = [8, 4, 40];
      const maps = randomComplex(9, coils, ny, nx);
      const pixel = (y: number, x: number, c: number) => 2 * ((c * ny + y) * nx + x);
      for (let c = 0; c < coils; c++) {
        maps.data.fill(0, pixel(0, 0, c), pixel(0, 3, c));
        for (let part = 0; part < 2; part++) {
          maps.data[pixel(2, 1, c) + part] = 0;
          // Pixels (y, x) and (y + 2, x) fold together.
          maps.data[pixel(2, 5, c) + part] = 2 * maps.data[pixel(0, 5, c) + part]!;
          maps.data[pixel(3, 6, c) + part] = maps.data[pixel(1, 6, c) + part]! * (c === 0 ? 1.01 : 1);
          maps.data[pixel(1, 7, c) + part]! *= 1e-15;
          maps.data[pixel(3, 7, c) + part]! *= 1e-15;
          maps.data[pixel(1, 8, c) + part]! *= 1e15;
          maps.data[pixel(3, 8, c) + part]! *= 1e15;
        }
      }
      const { unmix, g, truth } = run(maps, [1, 2]);
      for (let x = 0; x < nx; x++) {
        for (let y = 0; y < ny; y++) {
          const values = (array: ComplexArray) =>
            Array.from({ length: coils }, (_, c) => [
              ...array.data.subarray(pixel(y, x, c), pixel(y, x, c) + 2),
            ]).flat();
          expect(relativeError(values(unmix), values(truth.unmix))).toBeLessThan(2e-4);
          expect(Math.abs(g.data[y * nx + x]! - truth.g.data[y * nx + x]!)).toBeLessThan(
            1e-4 * truth.g.data[y * nx + x]! + 1e-12,
          );
        }
      }
      expect(g.data[0 * nx + 5]).toBe(0);
      expect(g.data[2 * nx + 5]).toBe(0);
      expect(g.data[0]).toBe(0);
      expect(g.data[2 * nx]).toBeCloseTo(1, 6);
      expect(g.data[nx + 6]).toBeGreaterThan(30);
    });
  });

  it('shows what is not finite and leaves its neighbours alone', () => {
    k.scope(() => {
      const maps = randomComplex(3, 4, 2, 8);
      maps.data[2 * 3] = Number.NaN;
      const { unmix, g, truth } = run(maps, [1, 2]);
      expect(g.data[3]).toBeNaN();
      expect(unmix.data[2 * 3]).toBeNaN();
      expect(
        relativeError(g.data.filter(Number.isFinite), truth.g.data.filter(Number.isFinite)),
      ).toBeLessThan(1e-3);
      expect(g.data.filter((value) => Number.isNaN(value))).toHaveLength(2);
    });
  });

  function run(maps: ComplexArray, acceleration: [number, number]) {
    const shape = maps.shape.slice(1);
    const truth = { unmix: complexZeros(...maps.shape), g: realZeros(...shape) };
    oracle.senseUnmix(truth.unmix, truth.g, maps, acceleration);
    const unmix = k.complex(...maps.shape);
    const g = k.real(...shape);
    k.senseUnmix(unmix, g, k.load(maps), acceleration);
    return { unmix, g, truth };
  }
});
