import { describe, expect, it } from 'vitest';
import { planeOf } from '../../viewer/model/plane.ts';
import { mapOf } from '../../viewer/model/testing.ts';
import { binCentres, histogram } from './histogram.ts';
import { lineProfile } from './profile.ts';
import { statistics } from './statistics.ts';
import { columns, toCsv, toHtml, toTabbed } from './table.ts';

const place = { origin: [0, 0, 0], spacing: [2, 3, 1], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] } as const;
const map = mapOf([4, 1, 1], [0.1, 0.2, 0.3, Number.NaN], place);
const row = (roi: string) => ({
  roi,
  map: 'SNR',
  statistics: statistics(map, map.data, Uint32Array.of(0, 1, 2, 3)),
});

describe('the table of regions', () => {
  it('is exported with every digit', () => {
    const [head, line] = toCsv([row('Liver')]).split('\r\n');
    expect(head!.split(',')).toEqual([...columns]);
    const cells = line!.split(',');
    expect(cells.slice(0, 5)).toEqual(['Liver', 'SNR', '3', '1', '24']);
    expect(Number(cells[5])).toBe((Math.fround(0.1) + Math.fround(0.2) + Math.fround(0.3)) / 3);
    expect(cells.at(-1)).toBe('');
  });

  it('quotes names, and lets none become a formula', () => {
    const evil = toCsv([row('a "b", c'), row('=HYPERLINK("x")'), row('-2+3')]);
    expect(evil).toContain('"a ""b"", c"');
    expect(evil).toContain(`"'=HYPERLINK(""x"")"`);
    expect(evil).toContain("\r\n'-2+3,");
    expect(toTabbed([row('@x\ty')]).split('\n')[1]).toMatch(/^'@x y\tSNR\t3\t/);
    expect(toHtml([row('<b>')])).toContain('<td>&#60;b&#62;</td>');
  });
});

describe('histograms and profiles', () => {
  it('count every value in the range once', () => {
    const { counts } = histogram([0, 0.49, 0.5, 1, 2, -1, Number.NaN], 0, 1, 2);
    expect([...counts]).toEqual([2, 2]);
    expect([...binCentres({ low: 0, high: 1, counts })]).toEqual([0.25, 0.75]);
  });

  it('follow a line in millimetres', () => {
    const ramp = mapOf(
      [5, 5, 1],
      Array.from({ length: 25 }, (_, i) => (i % 5) + 10 * Math.floor(i / 5)),
      place,
    );
    const plane = planeOf(ramp, 'axial');
    const { distance, value } = lineProfile(ramp, ramp.data, plane, 0, [0, 0], [4, 4]);
    expect(distance.at(-1)).toBeCloseTo(Math.hypot(8, 12), 12);
    // The map is linear, so interpolation is exact.
    value.forEach((v, i) => {
      expect(v).toBeCloseTo((44 * i) / (value.length - 1), 10);
    });
  });
});
