import { describe, expect, it } from 'vitest';
import { createComputer } from '../src/parallel/index.ts';
import { snrMaps } from '../src/run.ts';
import type { SliceMaps } from '../src/settings.ts';
import { simulate } from '../src/simulate/index.ts';
import { type PartialSettings, settingsOf, testKernels, trueNoise } from './support.ts';

const k = testKernels();
const kinds: PartialSettings[] = [
  { method: 'pmr', reconstruction: 'rss', replicas: 20 },
  {
    method: 'pmr',
    reconstruction: 'sense',
    replicas: 20,
    decimate: true,
    accelerations: [1, 3],
    acl: [null, 24],
  },
  { method: 'cr', reconstruction: 'b1', replicas: 6, box: 2 },
  {
    method: 'pmr',
    reconstruction: 'grappa',
    replicas: 10,
    decimate: true,
    accelerations: [1, 2],
    acl: [null, 24],
  },
  {
    method: 'ac',
    reconstruction: 'sense',
    sensitivities: { method: 'espirit' },
    decimate: true,
    accelerations: [1, 2],
    acl: [24, 24],
  },
];

async function run(slices: number, threads: number, partial: PartialSettings): Promise<SliceMaps[]> {
  const simulation = simulate(k, { coils: 6, matrix: [45, 51], slices, correlation: 0.3 });
  const out: SliceMaps[] = [];
  const read = async (slice: number) => simulation.slice(slice);
  for await (const maps of snrMaps(slices, read, trueNoise(simulation), settingsOf(partial), { threads }))
    out.push(maps);
  return out;
}

describe('any number of threads gives the same bits', () => {
  it.each(kinds)('$method × $reconstruction', async (settings) => {
    for (const slices of [1, 3]) {
      const one = await run(slices, 1, settings);
      for (const threads of [2, 3]) {
        const many = await run(slices, threads, settings);
        expect(many.length).toBe(slices);
        many.forEach((maps, s) => {
          expect(maps.slice).toBe(s);
          expect(Buffer.compare(Buffer.from(maps.snr.buffer), Buffer.from(one[s]!.snr.buffer))).toBe(0);
        });
      }
    }
  });

  it('another seed gives other noise, another slice too', async () => {
    const [a] = await run(1, 1, { ...kinds[0]!, seed: 1 });
    const [b] = await run(1, 1, { ...kinds[0]!, seed: 2 });
    expect(Buffer.compare(Buffer.from(a!.snr.buffer), Buffer.from(b!.snr.buffer))).not.toBe(0);
  });
});

describe.each([1, 2])('with %i threads', (threads) => {
  it('an abort ends the run with its reason, and progress only grows to 1', async () => {
    const simulation = simulate(k, { coils: 6, matrix: [64, 64], slices: 4 });
    const noise = trueNoise(simulation);
    const settings = settingsOf({ method: 'pmr', reconstruction: 'rss', replicas: 200 });
    const control = new AbortController();
    const reason = new Error('enough');
    const computer = await createComputer(threads);
    const read = async (slice: number) => simulation.slice(slice);
    const iterate = async (): Promise<void> => {
      const options = {
        computer,
        signal: control.signal,
        onProgress: (f: number) => f > 0.3 && control.abort(reason),
      };
      for await (const maps of snrMaps(4, read, noise, settings, options)) expect(maps.slice).toBeLessThan(3);
    };
    await expect(iterate()).rejects.toBe(reason);
    await computer.close();

    const seen: number[] = [];
    const options = { threads, onProgress: (f: number) => void seen.push(f) };
    for await (const maps of snrMaps(4, read, noise, { ...settings, replicas: 4 }, options)) {
      expect(maps.snr.length).toBe(64 * 64);
    }
    expect(seen.at(-1)).toBe(1);
    for (let i = 1; i < seen.length; i++) expect(seen[i]).toBeGreaterThanOrEqual(seen[i - 1]! - 1e-12);
  });

  it('an error of one slice reaches the caller with its code', async () => {
    const simulation = simulate(k, { coils: 6, matrix: [32, 32], slices: 2 });
    const settings = settingsOf({ method: 'mr', reconstruction: 'rss' });
    const read = async (slice: number) => simulation.slice(slice);
    const run = snrMaps(2, read, trueNoise(simulation), settings, { threads });
    await expect(run.next()).rejects.toMatchObject({ code: 'MRO_SNR_REPLICAS' });
  });
});
