import { describe, expect, it } from 'vitest';
import { radices, smoothLength } from '../fftPlan.ts';

describe('plans of transforms', () => {
  it('multiply up to the length', () => {
    for (let length = 1; length < 1000; length++) {
      expect(radices(length).reduce((product, radix) => product * radix, 1)).toBe(length);
    }
    expect(radices(240)).toEqual([5, 3, 4, 4]);
    expect(radices(96)).toEqual([3, 2, 4, 4]);
  });

  it('pad to the smallest length without large primes', () => {
    const isSmooth = (n: number): boolean => {
      let rest = n;
      for (const p of [2, 3, 5]) while (rest % p === 0) rest /= p;
      return rest === 1;
    };
    for (let least = 1; least < 2000; least += 7) {
      let expected = least;
      while (!isSmooth(expected)) expected++;
      expect(smoothLength(least)).toBe(expected);
    }
  });
});
