import { describe, expect, it } from 'vitest';
import { differenceSnr } from '../src/methods/repetitions.ts';
import { expectedRss } from '../src/simulate/index.ts';
import { normalStream } from '../src/simulate/random.ts';
import { boxSums, chiSquareQuantile, logGamma } from '../src/statistics.ts';

describe('χ² quantiles', () => {
  // Tables of the χ² distribution (NIST/SEMATECH e-Handbook 1.3.6.7.4), to their three decimals.
  it.each([
    [0.975, 1, 5.024],
    [0.025, 1, 0.001],
    [0.975, 10, 20.483],
    [0.025, 10, 3.247],
    [0.975, 99, 128.422],
    [0.025, 99, 73.361],
  ])('%d with %i degrees of freedom is %d', (probability, freedom, expected) => {
    expect(Math.abs(chiSquareQuantile(probability, freedom) - expected)).toBeLessThan(6e-4);
  });

  it('of 2 degrees are those of the exponential distribution', () => {
    expect(chiSquareQuantile(0.975, 2)).toBeCloseTo(-2 * Math.log(0.025), 8);
  });

  it('logGamma agrees with factorials', () => {
    expect(logGamma(11)).toBeCloseTo(Math.log(3628800), 10);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 10);
  });
});

it('box sums are cut at the edges', () => {
  const values = Float64Array.from({ length: 20 }, (_, p) => p);
  const sums = boxSums(values, 4, 5, 1);
  expect(sums[0]).toBe(0 + 1 + 5 + 6);
  expect(sums[6]).toBe(0 + 1 + 2 + 5 + 6 + 7 + 10 + 11 + 12);
  expect(sums[19]).toBe(13 + 14 + 18 + 19);
});

describe('expected magnitude of the root-sum-of-squares', () => {
  it.each([
    [1, 1],
    [0, 4],
    [3, 8],
    [27, 8],
    [40, 8],
  ])('at SNR %d with %i coils is the mean of many', (snr, coils) => {
    const stream = normalStream(snr * 10 + coils + 1);
    let sum = 0;
    const trials = 20_000;
    for (let t = 0; t < trials; t++) {
      let power = 0;
      for (let i = 0; i < 2 * coils; i++) power += (stream.next() + (i === 0 ? snr : 0)) ** 2;
      sum += Math.sqrt(power);
    }
    expect(Math.abs(sum / trials - expectedRss(snr, coils))).toBeLessThan(4 / Math.sqrt(trials));
  });
});

describe('interval of the difference image', () => {
  const side = 5;
  it.each([
    ['corner', 0, 9],
    ['edge', 2, 15],
    ['middle', 12, 25],
  ])('in the %s holds the truth with the samples that its box has there', (_, pixel, samples) => {
    const stream = normalStream(samples);
    const trials = 2000;
    const image = () => Float32Array.from({ length: side * side }, () => 50 + stream.next());
    let covered = 0;
    for (let t = 0; t < trials; t++) {
      const { lower, upper } = differenceSnr(image(), image(), [side, side], 2, undefined).confidence;
      if (lower[pixel]! <= 50 && 50 <= upper[pixel]!) covered++;
    }
    expect(covered / trials).toBeGreaterThan(0.93);
    expect(covered / trials).toBeLessThan(0.97);
  });
});
