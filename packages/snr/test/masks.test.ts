import { describe, expect, it } from 'vitest';
import { closeAndFill } from '../src/masks/morphology.ts';
import { thresholdMask } from '../src/masks/threshold.ts';
import { simulate } from '../src/simulate/index.ts';
import { mapsOf, testKernels, trueNoise } from './support.ts';

const draw = (rows: string[]): Uint8Array => Uint8Array.from(rows.join(''), (c) => (c === '#' ? 1 : 0));
const show = (mask: Uint8Array, nx: number): string[] =>
  Array.from({ length: mask.length / nx }, (_, y) =>
    Array.from(mask.subarray(y * nx, (y + 1) * nx), (v) => (v ? '#' : '.')).join(''),
  );

describe('after thresholding', () => {
  it('holes are filled and gaps of one pixel closed, bays stay open', () => {
    const mask = draw([
      '............', //
      '.##########.',
      '.#...##..##.',
      '.#...##..##.',
      '.####.#####.',
      '.###.......#',
      '............',
      '............',
    ]);
    const out = show(closeAndFill(mask, 8, 12), 12);
    expect(out[2]).toBe('.##########.');
    expect(out[3]).toBe('.##########.');
    expect(out[4]).toBe('.##########.');
    expect(out[7]).toBe('............');
  });

  it('a mask that is whole stays as it is', () => {
    const full = new Uint8Array(30).fill(1);
    expect(closeAndFill(full, 5, 6)).toEqual(full);
    const none = new Uint8Array(30);
    expect(closeAndFill(none, 5, 6)).toEqual(none);
  });
});

describe('levels', () => {
  const image = Float32Array.from({ length: 100 }, (_, p) => (p % 10 < 5 ? 10 : 0));
  it.each([
    [{ method: 'threshold', value: 9 }, 50],
    [{ method: 'threshold', value: 11 }, 0],
    [{ method: 'percentage', value: 50 }, 50],
    [{ method: 'percentagemean', value: 1.5 }, 50],
    [{ method: 'percentagemean', value: 3 }, 0],
    [{ method: 'reference' }, 50],
  ] as const)('%o', (settings, count) => {
    expect(thresholdMask(image, 10, 10, settings).reduce((s, v) => s + v, 0)).toBe(count);
  });
});

describe('masks of a slice', () => {
  const k = testKernels();
  const simulation = simulate(k, { coils: 8, matrix: [48, 40], snr: 100 });
  const object = simulation.object(0);
  const inside = (p: number): number => Math.hypot(object.data[2 * p]!, object.data[2 * p + 1]!);
  const largest = Math.max(...Array.from({ length: 48 * 40 }, (_, p) => inside(p)));

  it.each([
    { method: 'reference' },
    { method: 'percentage', value: 15 },
    { method: 'percentagemean', value: 0.7 },
    { method: 'espirit', k: 6, r: 24, t: 0.01, c: 0.9 },
  ] as const)('$method covers the object, and SNR is 0 outside', async (mask) => {
    const settings = { reconstruction: 'b1', mask, sensitivities: { window: 'none' } } as const;
    const [maps] = await mapsOf(1, () => simulation.slice(0), trueNoise(simulation), settings);
    let object = 0;
    let covered = 0;
    for (let p = 0; p < 48 * 40; p++) {
      if (inside(p) > 0.4 * largest) {
        object++;
        covered += maps!.mask![p]!;
      }
      if (!maps!.mask![p]) expect(maps!.snr[p]).toBe(0);
    }
    expect(object).toBeGreaterThan(100);
    expect(covered / object).toBeGreaterThan(0.97);
  });

  it('an uploaded mask is taken as it is', async () => {
    const own = { data: Float32Array.from({ length: 48 * 40 }, (_, p) => p % 3), shape: [40, 48] };
    const settings = { reconstruction: 'rss', mask: { method: 'upload' } } as const;
    const [maps] = await mapsOf(
      1,
      () => ({ ...simulation.slice(0), mask: own }),
      trueNoise(simulation),
      settings,
    );
    expect([...maps!.mask!]).toEqual(Array.from({ length: 48 * 40 }, (_, p) => (p % 3 > 0 ? 1 : 0)));
  });
});
