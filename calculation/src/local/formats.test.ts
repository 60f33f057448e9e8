import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBundlePath } from '@mroptimum/bundle/node';
import { createKernels } from '@mroptimum/snr/kernels';
import { simulate, trueSense } from '@mroptimum/snr/simulate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { medianRatio } from '../../test/jobs.ts';
import { runJob } from '../run.ts';
import { convertRaw } from './convert.ts';
import { localIo } from './io.ts';
import { rawFormats } from './output.ts';
import { writeSimulation } from './simulate.ts';

const made = simulate(createKernels(), {
  coils: 6,
  matrix: [48, 40],
  slices: 3,
  snr: 50,
  correlation: 0.4,
  readoutOversampling: 2,
  noiseReadouts: 128,
  seed: 4,
});

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mroptimum-formats-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface File {
  readonly path: string;
  readonly axes?: string | undefined;
  readonly noiseScale?: number;
}
const ref = ({ path, axes, noiseScale }: File) => ({
  type: 'file',
  options: {
    type: 'local',
    filename: path,
    options: { ...(axes && { axes }), ...(noiseScale && { noiseScale }) },
  },
});

async function snr(signal: File, noise: File | undefined): Promise<Float32Array> {
  const out = await mkdtemp(join(folder, 'out-'));
  const options = { signal: ref(signal), ...(noise && { noise: ref(noise) }) };
  const task = { version: 'v0', name: 'ac', options: { reconstructor: { name: 'rss', options } } };
  await runJob({ task }, localIo({ out, threads: 1 }));
  const bundle = await openBundlePath(out);
  const { shape, data } = await bundle.maps.find(({ id }) => id === 0)!.read();
  expect(shape).toEqual([3, 40, 48]);
  return data;
}

describe('the same acquisition gives the same map from every format', () => {
  let reference: Float32Array;
  beforeAll(async () => {
    const twix = join(folder, 'twix');
    await writeSimulation(made, twix, 'twix');
    reference = await snr({ path: join(twix, 'signal.dat') }, undefined);
  });

  const same = (map: Float32Array): void => {
    for (let p = 0; p < map.length; p++) {
      expect(Math.abs(map[p]! - reference[p]!)).toBeLessThanOrEqual(1e-4 * Math.max(1, reference[p]!));
    }
  };

  test('twix VE with multi-RAID noise and oversampling: the true SNR', () => {
    const pixels = 40 * 48;
    for (let slice = 0; slice < 3; slice++) {
      const truth = trueSense(made.sensitivities(slice), made.object(slice), made.covariance, [1, 1]).snr;
      const map = reference.subarray(slice * pixels, (slice + 1) * pixels);
      expect(Math.abs(medianRatio(map, truth, (p) => truth[p]! > 20) - 1)).toBeLessThan(0.015);
    }
  });

  test.each(['twix-vb', 'twix-xa', 'ismrmrd'] as const)('%s', async (format) => {
    const place = join(folder, format);
    const files = await writeSimulation(made, place, format);
    const noise = files.noise === undefined ? undefined : { path: join(place, files.noise) };
    same(await snr({ path: join(place, files.signal) }, noise));
  });

  test.each(rawFormats)('%s, converted from twix', async (format) => {
    const place = join(folder, format);
    const { signal, noise, noiseScale } = await convertRaw(join(folder, 'twix/signal.dat'), place, format);
    same(
      await snr(
        { path: join(place, signal.file), axes: signal.axes },
        noise && { path: join(place, noise.file), axes: noise.axes, noiseScale },
      ),
    );
  });
});

test('partial Fourier: lines that were not acquired carry no noise, whatever the format', async () => {
  const partial = simulate(createKernels(), { ...made.settings, snr: 30, partialFourier: 0.75, seed: 5 });
  const maps: Float32Array[] = [];
  for (const format of ['twix', 'ismrmrd'] as const) {
    const place = join(folder, `partial-${format}`);
    const files = await writeSimulation(partial, place, format);
    expect(files.truth).not.toContain('truth/snr.npy');
    maps.push(await snr({ path: join(place, files.signal) }, undefined));
  }
  for (let p = 0; p < maps[0]!.length; p++) {
    expect(Math.abs(maps[1]![p]! - maps[0]![p]!)).toBeLessThanOrEqual(1e-4 * Math.max(1, maps[0]![p]!));
  }
  // The signal of the object's middle is as in full k-space, the noise variance three quarters of it.
  const truth = trueSense(partial.sensitivities(1), partial.object(1), partial.covariance, [1, 1]).snr;
  const map = maps[0]!.subarray(40 * 48, 2 * 40 * 48);
  const bright = (p: number): boolean => truth[p]! > 15;
  expect(Math.abs(medianRatio(map, truth, bright) * Math.sqrt(0.75) - 1)).toBeLessThan(0.04);
});
