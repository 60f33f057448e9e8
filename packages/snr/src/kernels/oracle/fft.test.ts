import { describe, expect, it } from 'vitest';
import { awkwardSizes, randomComplex, relativeError } from '../testing.ts';
import { centredFft } from './centredFft.ts';
import { primeFactors } from './fft.ts';

/** The definition, summed directly: F[k] = 1/√N Σ f[n] e^{sign·2πi (k−h)(n−h)/N}. */
function directCentredDft(input: Float32Array, sign: 1 | -1): number[] {
  const length = input.length / 2;
  const half = Math.floor(length / 2);
  return Array.from({ length }, (_, k) => {
    let re = 0;
    let im = 0;
    for (let n = 0; n < length; n++) {
      const turns = (((k - half) * (n - half)) % length) / length;
      const cos = Math.cos(2 * Math.PI * turns);
      const sin = sign * Math.sin(2 * Math.PI * turns);
      re += input[2 * n]! * cos - input[2 * n + 1]! * sin;
      im += input[2 * n]! * sin + input[2 * n + 1]! * cos;
    }
    return [re / Math.sqrt(length), im / Math.sqrt(length)];
  }).flat();
}

describe('float64 FFT', () => {
  it.each(awkwardSizes)('of length %i is the direct sum, both ways, and unitary', (length) => {
    const input = randomComplex(length, length);
    const out = randomComplex(1, length);
    const axis = { length, stride: 1, lines: 1, start: () => 0 };
    for (const [direction, sign] of [
      ['image', 1],
      ['kspace', -1],
    ] as const) {
      centredFft(out, input, direction, axis);
      expect(relativeError(out.data, directCentredDft(input.data, sign))).toBeLessThan(1e-7);
      const power = (data: Float32Array) => data.reduce((sum, value) => sum + value * value, 0);
      expect(power(out.data) / power(input.data)).toBeCloseTo(1, 6);
    }
  });

  it('factorises', () => {
    expect(primeFactors(1)).toEqual([]);
    expect(primeFactors(240)).toEqual([2, 2, 2, 2, 3, 5]);
    expect(primeFactors(251)).toEqual([251]);
  });
});
