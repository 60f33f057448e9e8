import { describe, expect, it } from 'vitest';
import type { SliceInput } from '../src/settings.ts';
import { simulate } from '../src/simulate/index.ts';
import { mapsOf, type PartialSettings, percentile, testKernels, trueNoise } from './support.ts';

const k = testKernels();
const kinds: { name: string; settings: PartialSettings }[] = [
  { name: 'rss', settings: { reconstruction: 'rss' } },
  { name: 'b1', settings: { reconstruction: 'b1', sensitivities: { method: 'external' } } },
  {
    name: 'sense 1×2',
    settings: {
      reconstruction: 'sense',
      decimate: true,
      accelerations: [1, 2],
      sensitivities: { method: 'external' },
    },
  },
  {
    name: 'sense 2×2',
    settings: {
      reconstruction: 'sense',
      decimate: true,
      accelerations: [2, 2],
      sensitivities: { method: 'external' },
    },
  },
  {
    name: 'grappa 1×2',
    settings: { reconstruction: 'grappa', decimate: true, accelerations: [1, 2], acl: [null, 24] },
  },
  {
    name: 'grappa 1×3 on 48×51',
    settings: {
      reconstruction: 'grappa',
      decimate: true,
      accelerations: [1, 3],
      acl: [null, 24],
      kernel: [5, 7],
    },
  },
];

/** Share of the object's pixels whose 95 % interval holds the truth. */
function coverage(interval: { lower: Float32Array; upper: Float32Array }, truth: ArrayLike<number>): number {
  let inside = 0;
  let count = 0;
  for (let p = 0; p < truth.length; p++) {
    if (truth[p]! < 20) continue;
    count++;
    if (interval.lower[p]! <= truth[p]! && truth[p]! <= interval.upper[p]!) inside++;
  }
  expect(count).toBeGreaterThan(200);
  return inside / count;
}

describe.each(kinds)('$name', ({ name, settings }) => {
  const matrix = name.endsWith('51') ? ([48, 51] as const) : ([48, 48] as const);
  const simulation = simulate(k, { matrix, coils: 8, snr: 150, correlation: 0.3 });
  const noise = trueNoise(simulation);
  const clean = (): SliceInput => ({
    ...simulation.slice(0, { noiseless: true }),
    maps: simulation.sensitivities(0),
  });

  it('pmr covers the analytic SNR in 93–97 % of the pixels', async () => {
    const [truth] = await mapsOf(1, clean, noise, settings);
    const shares: number[] = [];
    for (const seed of [1, 2]) {
      const [pmr] = await mapsOf(1, clean, noise, { ...settings, method: 'pmr', replicas: 100, seed });
      shares.push(coverage(pmr!.confidence!, truth!.snr));
    }
    const mean = shares.reduce((s, v) => s + v, 0) / shares.length;
    expect(mean).toBeGreaterThan(0.93);
    expect(mean).toBeLessThan(0.97);
  });

  it('mr of real repetitions agrees with the analytic SNR', async () => {
    const repeated = simulate(k, { ...simulation.settings, repetitions: 60 });
    const maps = repeated.sensitivities(0);
    const [mr] = await mapsOf(1, () => ({ ...repeated.slice(0), maps }), noise, {
      ...settings,
      method: 'mr',
    });
    const [ac] = await mapsOf(1, () => ({ ...repeated.slice(0), maps }), noise, settings);
    const share = coverage(mr!.confidence!, ac!.snr);
    expect(share).toBeGreaterThan(0.93);
    expect(share).toBeLessThan(0.97);
    const ratios = Array.from(mr!.snr, (v, p) => v / ac!.snr[p]!).filter((_, p) => ac!.snr[p]! > 20);
    expect(percentile(ratios, 0.5)).toBeGreaterThan(0.98);
    expect(percentile(ratios, 0.5)).toBeLessThan(1.03);
  });
});

describe('generalised pseudo-replica', () => {
  it.each(['rss', 'b1'] as const)(
    'of %s covers the truth in 93–97 percent of the pixels',
    async (reconstruction) => {
      const simulation = simulate(k, { matrix: [64, 64], coils: 8, snr: 100, correlation: 0.3 });
      const noise = trueNoise(simulation);
      const clean = (): SliceInput => ({
        ...simulation.slice(0, { noiseless: true }),
        maps: simulation.sensitivities(0),
      });
      const settings: PartialSettings = { reconstruction, sensitivities: { method: 'external' } };
      const [truth] = await mapsOf(1, clean, noise, settings);
      let share = 0;
      for (let seed = 1; seed <= 12; seed++) {
        const [cr] = await mapsOf(1, clean, noise, { ...settings, method: 'cr', replicas: 6, box: 1, seed });
        share += coverage(cr!.confidence!, truth!.snr) / 12;
      }
      expect(share).toBeGreaterThan(0.93);
      expect(share).toBeLessThan(0.97);
    },
  );
});

describe('difference image', () => {
  it('agrees with the analytic SNR', async () => {
    const simulation = simulate(k, { matrix: [96, 96], coils: 8, snr: 80, correlation: 0.3, repetitions: 2 });
    const noise = trueNoise(simulation);
    const [ac] = await mapsOf(1, () => simulation.slice(0), noise, { reconstruction: 'rss' });
    const mask = { method: 'percentage', value: 30 } as const;
    const [di] = await mapsOf(1, () => simulation.slice(0), noise, {
      method: 'di',
      reconstruction: 'rss',
      box: 5,
      mask,
    });
    const ratios = Array.from(di!.snr, (v, p) => v / ac!.snr[p]!).filter((_, p) => di!.mask![p]! > 0);
    expect(Math.abs(percentile(ratios, 0.5) - 1)).toBeLessThan(0.03);
    const inside = Array.from(ac!.snr).filter((_, p) => di!.mask![p]! > 0);
    const mean = inside.reduce((s, v) => s + v, 0) / inside.length;
    expect(Math.abs(di!.differenceValue! / mean - 1)).toBeLessThan(0.04);
  });
});

describe('acquisitions of every kind', () => {
  it.each([
    { name: 'readout oversampling 2', options: { readoutOversampling: 2 } },
    { name: '4 averages', options: { averages: 4 } },
    { name: 'partial Fourier 6/8', options: { partialFourier: 0.75 } },
    { name: 'R = 2, separate reference', options: { acceleration: 2 }, reconstruction: 'sense' },
    {
      name: 'R = 3, integrated reference',
      options: { acceleration: 3, acs: 'integrated' },
      reconstruction: 'sense',
    },
    {
      name: 'R = 2, oversampled, GRAPPA',
      options: { acceleration: 2, readoutOversampling: 2 },
      reconstruction: 'grappa',
    },
    {
      name: 'R = 2, partial Fourier, GRAPPA',
      options: { acceleration: 2, partialFourier: 0.75 },
      reconstruction: 'grappa',
    },
    {
      name: 'R = 2, partial Fourier, SENSE, 2 averages',
      options: { acceleration: 2, partialFourier: 0.8, averages: 2 },
      reconstruction: 'sense',
    },
  ] as const)('$name: real repetitions, pseudo replicas and analysis agree', async (kind) => {
    const simulation = simulate(k, {
      matrix: [48, 48],
      coils: 8,
      snr: 100,
      correlation: 0.3,
      repetitions: 40,
      ...kind.options,
    });
    const noise = trueNoise(simulation);
    const reconstruction = 'reconstruction' in kind ? kind.reconstruction : 'rss';
    const medians: number[] = [];
    for (const method of ['mr', 'pmr'] as const) {
      const [ac] = await mapsOf(1, () => simulation.slice(0), noise, { reconstruction });
      const [other] = await mapsOf(1, () => simulation.slice(0), noise, {
        reconstruction,
        method,
        replicas: 60,
      });
      const ratios = Array.from(other!.snr, (v, p) => v / ac!.snr[p]!).filter((_, p) => ac!.snr[p]! > 15);
      expect(ratios.length).toBeGreaterThan(200);
      medians.push(percentile(ratios, 0.5));
    }
    for (const median of medians) expect(Math.abs(median - 1)).toBeLessThan(0.03);
  });
});
