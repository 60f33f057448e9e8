import { describe, expect, it } from 'vitest';
import { complexNormal, noiseSample, threefry2x32 } from './gaussian.ts';

describe('Threefry-2x32', () => {
  // Known answers published with Random123 (kat_vectors).
  it.each([
    [13, [0, 0], [0, 0], [0x9d1c5ec6, 0x8bd50731]],
    [13, [0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], [0xfd36d048, 0x2d17272c]],
    [13, [0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3], [0xba3e4725, 0xf27d669e]],
    [20, [0, 0], [0, 0], [0x6b200159, 0x99ba4efe]],
    [20, [0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], [0x1cb996fc, 0xbb002be7]],
    [20, [0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3], [0xc4923a9c, 0x483df7a0]],
  ] as const)('%i rounds of key %j, counter %j', (rounds, key, counter, expected) => {
    expect(threefry2x32(key, counter, rounds)).toEqual([...expected]);
  });
});

describe('complexNormal', () => {
  it('has moments of CN(0, 1): parts of variance ½, uncorrelated, kurtosis 3, Gaussian tails', () => {
    const n = 400_000;
    const sums = { re: 0, im: 0, rere: 0, imim: 0, reim: 0, re4: 0, beyond: 0 };
    for (let pixel = 0; pixel < n; pixel++) {
      const [re, im] = noiseSample({ seed: 7, slice: 3 }, 5, 2, pixel);
      sums.re += re;
      sums.im += im;
      sums.rere += re * re;
      sums.imim += im * im;
      sums.reim += re * im;
      sums.re4 += re ** 4;
      if (Math.abs(re) > 2 * Math.SQRT1_2) sums.beyond++;
    }
    // Five standard errors each.
    const within = (value: number, expected: number, sd: number) =>
      expect(Math.abs(value / n - expected)).toBeLessThan((5 * sd) / Math.sqrt(n));
    within(sums.re, 0, Math.sqrt(0.5));
    within(sums.im, 0, Math.sqrt(0.5));
    within(sums.rere, 0.5, Math.sqrt(0.5));
    within(sums.imim, 0.5, Math.sqrt(0.5));
    within(sums.reim, 0, 0.5);
    within(sums.re4, 0.75, Math.sqrt(105 / 16 - 0.75 ** 2));
    within(sums.beyond, 0.0455, Math.sqrt(0.0455));
  });

  it('covers the circle: each of eight octants equally often', () => {
    const counts = new Array(8).fill(0);
    for (let i = 0; i < 1 << 12; i++) {
      const [re, im] = complexNormal(1 << 30, (i << 20) | (1 << 19));
      counts[Math.floor(((Math.atan2(im, re) + Math.PI) / (2 * Math.PI)) * 8)]++;
    }
    expect(counts).toEqual(new Array(8).fill(512));
  });

  it('is finite at both ends of the radius', () => {
    expect(Math.hypot(...complexNormal(0xffffffff, 0))).toBeLessThan(1e-3);
    expect(Math.hypot(...complexNormal(0, 0))).toBeCloseTo(Math.sqrt(32 * Math.LN2), 5);
  });
});
