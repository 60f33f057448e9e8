import { describe, expect, it } from 'vitest';
import { mapOf, turned } from '../../viewer/model/testing.ts';
import { agreement, pairsOf, thinned } from './agreement.ts';
import { aligned, combined } from './arithmetic.ts';
import { differingSettings } from './settings.ts';

const ramp = (size: [number, number, number], spacing: [number, number, number]) => {
  const values = Array.from(
    { length: size[0] * size[1] * size[2] },
    (_, i) => (i % size[0]) * spacing[0] + 2 * (Math.floor(i / size[0]) % size[1]) * spacing[1],
  );
  const map = mapOf(size, values, turned(0.3, 0.1, spacing, [0, 0, 0]));
  return { grid: map, values: map.data };
};

describe('maps of two maps', () => {
  it('are difference, ratio and percent, no number over nothing', () => {
    const [a, b] = [Float32Array.of(3, 8, 1), Float32Array.of(2, 4, 0)];
    expect([...combined(a, b, 'difference')]).toEqual([1, 4, 1]);
    expect([...combined(a, b, 'ratio')]).toEqual([1.5, 2, Number.NaN]);
    expect([...combined(a, b, 'percent')]).toEqual([50, 100, Number.NaN]);
  });

  it('take equal grids bit by bit, and interpolate others through the patient', () => {
    const coarse = ramp([6, 6, 2], [2, 2, 4]);
    const fine = ramp([11, 11, 2], [1, 1, 4]);
    const same = aligned(coarse.grid, { grid: { ...coarse.grid }, values: coarse.values });
    expect(same).toEqual({ values: coarse.values, resampled: false });
    const brought = aligned(coarse.grid, fine);
    expect(brought.resampled).toBe(true);
    brought.values.forEach((value, i) => {
      expect(value).toBeCloseTo(coarse.values[i]!, 3);
    });
  });

  it('refuse grids of other sizes without a position', () => {
    const plain = (n: number) => ({ grid: mapOf([n, 1, 1], []), values: new Float32Array(n) });
    expect(() => aligned(plain(3).grid, plain(4))).toThrow(
      expect.objectContaining({ code: 'MRO_BUNDLE_GEOMETRY' }),
    );
    expect(aligned(plain(3).grid, plain(3)).resampled).toBe(false);
  });
});

describe('agreement', () => {
  it('is bias, limits and correlation of the pairs', () => {
    // Differences 1, 1, 3, 3: bias 2, SD √(4/3).
    const a = Float32Array.of(2, 3, 6, 7, Number.NaN, 5);
    const b = Float32Array.of(1, 2, 3, 4, 5, Number.POSITIVE_INFINITY);
    const pairs = pairsOf(a, b, Uint32Array.of(0, 1, 2, 3, 4, 5));
    expect([...pairs.a]).toEqual([2, 3, 6, 7]);
    const { bias, sd, limits, count, correlation, concordance } = agreement(pairs);
    expect([bias, count]).toEqual([2, 4]);
    expect(sd).toBeCloseTo(Math.sqrt(4 / 3), 12);
    expect(limits[1]).toBeCloseTo(2 + 1.96 * Math.sqrt(4 / 3), 12);
    // Σ(a−ā)(b−b̄) = 9, Σ(a−ā)² = 17, Σ(b−b̄)² = 5.
    expect(correlation).toBeCloseTo(9 / Math.sqrt(85), 12);
    expect(concordance).toBeCloseTo(18 / (17 + 5 + 16), 12);
  });

  it('shows fewer points of many', () => {
    const many = Float64Array.from({ length: 20_000 }, (_, i) => i);
    const { a, b } = thinned({ a: many, b: many });
    expect(a).toHaveLength(5000);
    expect(a).toEqual(b);
    expect(a.at(-1)).toBe(19_996);
  });
});

describe('settings that differ', () => {
  it('are named by their path', () => {
    const task = (name: string, accelerations: number[]) => ({
      name: 'pmr',
      options: { NR: 100, reconstructor: { name, accelerations } },
    });
    expect(differingSettings([task('sense', [1, 2]), task('sense', [1, 3]), task('rss', [1, 2])])).toEqual([
      { path: 'options.reconstructor.name', values: ['sense', 'sense', 'rss'] },
      { path: 'options.reconstructor.accelerations', values: ['[1,2]', '[1,3]', '[1,2]'] },
    ]);
    const fileAt = (key: string) => ({
      signal: { id: key, options: { filename: 'a.dat', key, bucket: key } },
    });
    expect(differingSettings([fileAt('1'), fileAt('2')])).toEqual([
      { path: 'signal.id', values: ['1', '2'] },
    ]);
    expect(differingSettings([{ a: 1 }, { a: 1, b: null }])).toEqual([{ path: 'b', values: ['', 'null'] }]);
  });
});
