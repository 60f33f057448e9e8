import { describe, expect, it } from 'vitest';
import type { ComplexArray } from '../../../arrays.ts';
import { at, complexZeros, realZeros } from '../../../arrays.ts';
import { oracleKernels } from '../../oracle/kernels.ts';
import { largestDifference, randomComplex, relativeError } from '../../testing.ts';
import { wasmKernels } from '../kernels.ts';

const k = wasmKernels();
const oracle = oracleKernels();

describe('synthetic noise in WebAssembly', () => {
  const key = { seed: 4000000001, slice: 17 };

  it.each([
    [1, 1, 1],
    [2, 3, 5],
    [4, 16, 61],
    [3, 7, 8],
  ])('%i coils of %i × %i: the same integers as float64, values to single precision', (coils, my, mx) => {
    k.scope(() => {
      const noise = k.complex(coils, my, mx);
      const truth = complexZeros(coils, my, mx);
      k.noise(noise, key, 12345, [0, my]);
      oracle.noise(truth, key, 12345, [0, my]);
      expect(relativeError(noise.data, truth.data)).toBeLessThan(1e-6);
      // Where u is next to 1 the radius is small and keeps few digits, but no large error.
      expect(largestDifference(noise, truth)).toBeLessThan(1e-5);
    });
  });

  it('writes the same rows whoever writes them, and no others', () => {
    k.scope(() => {
      const whole = k.complex(3, 10, 7);
      const parts = k.complex(3, 10, 7);
      k.noise(whole, key, 2, [0, 10]);
      k.noise(parts, key, 2, [3, 4]);
      expect(parts.data.filter((value) => value !== 0)).toHaveLength(2 * 3 * 7);
      for (const rows of [
        [0, 3],
        [4, 9],
        [9, 10],
      ] as const) {
        k.noise(parts, key, 2, rows);
      }
      expect(parts.data).toEqual(whole.data);
    });
  });

  it('differs between seeds, slices, replicas and coils, without correlation', () => {
    k.scope(() => {
      const streams = [
        [key, 0],
        [key, 1],
        [{ ...key, seed: 1 }, 0],
        [{ ...key, slice: 18 }, 0],
      ] as const;
      const pixels = 128 * 128;
      const arrays = streams.map(([stream, replica]) => {
        const noise = k.complex(2, 128, 128);
        k.noise(noise, stream, replica, [0, 128]);
        return noise;
      });
      const fields = arrays.flatMap((array) => [at(array, 0), at(array, 1)]);
      for (let i = 0; i < fields.length; i++) {
        for (let j = 0; j < i; j++) {
          const product = k.complex(1);
          const asCoils = (field: ComplexArray) => ({ data: field.data, shape: [pixels, 1] });
          k.inner(product, asCoils(fields[i]!), asCoils(fields[j]!));
          // Standard deviation of each part is √(pixels/2); five of them.
          expect(Math.hypot(...product.data)).toBeLessThan(5 * Math.sqrt(pixels));
        }
      }
    });
  });
});

describe('pseudo replicas in WebAssembly', () => {
  const key = { seed: 5, slice: 2 };

  it.each([
    [3, 8, 10, 8, 10],
    [4, 12, 30, 6, 10],
    [8, 9, 14, 3, 14],
    [1, 5, 61, 5, 61],
  ])('linear: %i coils, %i × %i folded onto %i × %i agrees with float64', (coils, ny, nx, my, mx) => {
    k.scope(() => {
      const unmix = randomComplex(6, coils, ny, nx);
      const sums = [k.real(ny, nx), k.real(ny, nx)] as const;
      const truth = [realZeros(ny, nx), realZeros(ny, nx)] as const;
      k.replicasLinear(...sums, k.load(unmix), [my, mx], key, [3, 20], [0, my]);
      oracle.replicasLinear(...truth, unmix, [my, mx], key, [3, 20], [0, my]);
      expect(relativeError(sums[0].data, truth[0].data)).toBeLessThan(1e-6);
      expect(relativeError(sums[1].data, truth[1].data)).toBeLessThan(1e-6);
    });
  });

  it('root-sum-of-squares agrees with float64, from no signal to SNR 10⁵', () => {
    k.scope(() => {
      const images = randomComplex(7, 4, 6, 23);
      images.data.forEach((_, i) => {
        images.data[i]! *= [0, 1, 10, 1e3, 1e5, 1][Math.floor((i % (2 * 6 * 23)) / 46)]!;
      });
      const sums = [k.real(6, 23), k.real(6, 23)] as const;
      const truth = [realZeros(6, 23), realZeros(6, 23)] as const;
      k.replicasRss(...sums, k.load(images), key, [0, 12], [0, 6]);
      oracle.replicasRss(...truth, images, key, [0, 12], [0, 6]);
      expect(relativeError(sums[0].data, truth[0].data)).toBeLessThan(1e-5);
      expect(relativeError(sums[1].data, truth[1].data)).toBeLessThan(1e-5);
    });
  });

  it('gives the same bits however rows and replicas are cut', () => {
    k.scope(() => {
      const unmix = k.load(randomComplex(6, 5, 12, 26));
      const whole = [k.real(12, 26), k.real(12, 26)] as const;
      const parts = [k.real(12, 26), k.real(12, 26)] as const;
      k.replicasLinear(...whole, unmix, [6, 13], key, [0, 30], [0, 6]);
      for (const rows of [
        [2, 6],
        [0, 1],
        [1, 2],
      ] as const) {
        k.replicasLinear(...parts, unmix, [6, 13], key, [0, 11], rows);
        k.replicasLinear(...parts, unmix, [6, 13], key, [11, 30], rows);
      }
      expect(parts[0].data).toEqual(whole[0].data);
      expect(parts[1].data).toEqual(whole[1].data);
    });
  });

  it('finds the standard deviation that unmixing predicts: ‖u‖/√2', () => {
    k.scope(() => {
      const unmix = k.load(randomComplex(8, 6, 16, 16));
      const [sum, squares, norm] = [k.real(16, 16), k.real(16, 16), k.real(16, 16)];
      const replicas = 2000;
      k.replicasLinear(sum, squares, unmix, [8, 16], key, [0, replicas], [0, 8]);
      k.rss(norm, unmix);
      let ratio = 0;
      squares.data.forEach((value, p) => {
        ratio += (value - sum.data[p]! ** 2 / replicas) / (replicas - 1) / (norm.data[p]! ** 2 / 2) / 256;
      });
      expect(Math.abs(ratio - 1)).toBeLessThan(5 * Math.sqrt(2 / replicas / 128));
    });
  });
});
