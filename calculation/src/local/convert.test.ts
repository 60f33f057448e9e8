import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBundlePath } from '@mroptimum/bundle/node';
import { type TwixAcquisition, writeTwix } from '@mroptimum/rawdata';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runJob } from '../run.ts';
import { convertRaw } from './convert.ts';
import { localIo } from './io.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mroptimum-convert-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A twix file of smooth coil signals, whose noise scan has twice the image's receiver bandwidth. */
async function twix(name: string, more: Partial<TwixAcquisition>): Promise<string> {
  const [coils, readout, phase] = [3, 24, 20];
  const chunks: Uint8Array[] = [];
  let seed = 1;
  const random = (): number => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647 - 0.5;
  };
  const line = (samples: number, amplitude: (sample: number) => number): Float32Array =>
    Float32Array.from({ length: 2 * coils * samples }, (_, i) => amplitude((i >> 1) % samples) + random());
  await writeTwix(
    async (bytes) => {
      chunks.push(bytes.slice());
    },
    {
      coils,
      readout,
      phase,
      readoutOversampling: 2,
      dwellTime: 10e-6,
      noise: { lines: 32, samples: 64, dwellTime: 5e-6 },
      ...more,
    },
    {
      line: ({ line: y }) => line(48, (x) => 400 * Math.exp(-((x - 24) ** 2) / 20 - (y - 10) ** 2 / 8)),
      noiseLine: () => line(64, () => 0),
    },
  );
  const path = join(folder, name);
  await writeFile(path, Buffer.concat(chunks));
  return path;
}

async function snr(signal: object, noise?: object): Promise<Float32Array> {
  const out = await mkdtemp(join(folder, 'out-'));
  const ref = (options: object) => ({ options: { type: 'local', ...options } });
  const options = { signal: ref(signal), ...(noise && { noise: ref(noise) }) };
  const task = { version: 'v0', name: 'ac', options: { reconstructor: { name: 'rss', options } } };
  await runJob(task, localIo({ out, threads: 1 }));
  return (await (await openBundlePath(out)).maps.find(({ id }) => id === 0)!.read()).data;
}

test.each([
  ['other dwell times', {}, 0.5],
  ['averages too', { averages: 2 }, 0.25],
])('%s: the noise scale keeps the SNR', async (name, more, noiseScale) => {
  const path = await twix(`${name}.dat`, more);
  const place = join(folder, name);
  const converted = await convertRaw(path, place, 'npy');
  expect(converted.noiseScale).toBeCloseTo(noiseScale, 9);
  const direct = await snr({ filename: path });
  const again = await snr(
    { filename: join(place, 'signal.npy'), options: { axes: converted.signal.axes } },
    {
      filename: join(place, 'noise.npy'),
      options: { axes: converted.noise!.axes, noiseScale: converted.noiseScale },
    },
  );
  again.forEach((value, p) => {
    expect(Math.abs(value - direct[p]!)).toBeLessThanOrEqual(1e-4 * Math.max(1, direct[p]!));
  });
});

test('an asymmetric echo cannot become an array, but ISMRMRD', async () => {
  const path = await twix('asymmetric.dat', { asymmetricEcho: 0.75 });
  await expect(convertRaw(path, join(folder, 'a'), 'npy')).rejects.toMatchObject({
    code: 'MRO_TASK_COMBINATION',
  });
  const { signal } = await convertRaw(path, join(folder, 'b'), 'ismrmrd');
  const direct = await snr({ filename: path });
  const again = await snr({ filename: join(folder, 'b', signal.file) });
  again.forEach((value, p) => {
    expect(Math.abs(value - direct[p]!)).toBeLessThanOrEqual(1e-4 * Math.max(1, direct[p]!));
  });
});
