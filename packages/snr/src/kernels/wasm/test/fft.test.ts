import { describe, expect, it } from 'vitest';
import { at, complexZeros } from '../../../arrays.ts';
import { oracleKernels } from '../../oracle/kernels.ts';
import { awkwardSizes, randomComplex, relativeError } from '../../testing.ts';
import { wasmKernels } from '../kernels.ts';

const k = wasmKernels();
const oracle = oracleKernels();

/** Single precision against double: rounding grows with the depth of the transform. */
const fftTolerance = (size: number): number => 1e-7 * Math.max(2, Math.log2(size));

const shapes: (readonly number[])[] = [
  ...awkwardSizes.map((n) => [2, n, 9]),
  ...awkwardSizes.map((n) => [3, 5, n]),
  [1, 61, 67],
  [32, 16, 8],
  [2, 2, 12, 20],
  [1, 254, 262],
];

describe('FFT in WebAssembly', () => {
  it.each(shapes)('of %j agrees with float64, both ways, out of place and in place', (...shape) => {
    for (const direction of ['image', 'kspace'] as const) {
      for (const axes of ['fft2', 'fftReadout', 'fftPhase'] as const) {
        k.scope(() => {
          const input = randomComplex(shape.length + shape[1]!, ...shape);
          const truth = complexZeros(...shape);
          oracle[axes](truth, input, direction);
          const loaded = k.load(input);
          const out = k.complex(...shape);
          k[axes](out, loaded, direction);
          expect(relativeError(out.data, truth.data)).toBeLessThan(
            fftTolerance(shape.at(-1)! * shape.at(-2)!),
          );
          expect(loaded.data).toEqual(input.data);
          k[axes](loaded, loaded, direction);
          expect(loaded.data).toEqual(out.data);
        });
      }
    }
  });

  it('touches nothing beside the output', () => {
    for (const shape of [
      [3, 5],
      [7, 13],
      [4, 1],
      [1, 6],
    ]) {
      k.scope(() => {
        const surrounded = k.complex(3, ...shape);
        surrounded.data.fill(7);
        k.fft2(at(surrounded, 1), k.load(randomComplex(1, ...shape)), 'image');
        expect(at(surrounded, 0).data.every((value) => value === 7)).toBe(true);
        expect(at(surrounded, 2).data.every((value) => value === 7)).toBe(true);
      });
    }
  });

  it('keeps white noise white: energy is the same in k-space and image', () => {
    k.scope(() => {
      const noise = k.complex(4, 75, 96);
      k.noise(noise, { seed: 1, slice: 0 }, 0, [0, 75]);
      const power = noise.data.reduce((sum, value) => sum + value * value, 0);
      k.fft2(noise, noise, 'image');
      expect(noise.data.reduce((sum, value) => sum + value * value, 0) / power).toBeCloseTo(1, 5);
    });
  });
});
