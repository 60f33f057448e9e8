import { describe, expect, it } from 'vitest';
import { readable } from '../../viewer/model/format.ts';
import { mapOf } from '../../viewer/model/testing.ts';
import { type ReportContent, reportDocument } from './html.ts';
import { control, isOutside, regionVoxels, trendStatistics } from './trend.ts';

const content: ReportContent = {
  name: '<script>alert(1)</script>',
  made: 'today',
  notes: 'a & b\n"c"',
  warning: undefined,
  summary: [['Engine', '0.1.0']],
  pictures: [{ title: 'SNR', caption: '"quoted"', source: 'data:image/png;base64,AAAA' }],
  matrices: [],
  regions: [],
  settings: [['name', '<b>pmr</b>']],
  log: [],
};

describe('a report', () => {
  it('is one file that asks for nothing and runs nothing, whatever names say', () => {
    const html = reportDocument(content);
    expect(html).not.toContain('<script');
    expect(html).not.toContain('<b>pmr');
    expect(html).toContain('a &#38; b');
    expect(html).toContain('alt="SNR. &#34;quoted&#34;"');
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/https?:/);
    expect(html).not.toContain('Noise of the coils');
  });
});

describe('a protocol over time', () => {
  const map = mapOf(
    [8, 8, 1],
    Array.from({ length: 64 }, (_, i) => (i % 8 < 4 ? 0 : 10 + (i % 2))),
  );

  it('is measured in regions that need no drawing', () => {
    expect(regionVoxels(map, map.data, 'nonzero')).toHaveLength(32);
    expect(regionVoxels(map, map.data, 'bright')).toHaveLength(32);
    // Centres of pixels within two pixels of the middle of 8 × 8: four in each quarter but the corners.
    expect(regionVoxels(map, map.data, 'centre')).toHaveLength(12);
    expect(trendStatistics(map, map.data, 'nonzero').mean).toBe(10.5);
  });

  it('has limits of two standard deviations', () => {
    const band = control([10, 12, 11, 13]);
    expect(band.average).toBe(11.5);
    expect(band.sd).toBeCloseTo(Math.sqrt(5 / 3), 12);
    expect(isOutside(14.2, band)).toBe(true);
    expect(isOutside(13.9, band)).toBe(false);
    expect(isOutside(5, control([5]))).toBe(false);
  });
});

describe('numbers for people', () => {
  it.each([
    [0, '0'],
    [12.3456, '12.35'],
    [-0.0123456, '−0.01235'],
    [1234567, '1.235 × 10⁶'],
    [1.5e-7, '1.500 × 10⁻⁷'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '∞'],
    [99_999.6, '100000'],
  ])('%d is %s', (value, text) => {
    expect(readable(value)).toBe(text);
  });
});
