import { openFile, type RawData } from '@mroptimum/rawdata';
import {
  type ComplexArray,
  defaultSettings,
  estimateNoise,
  type NoiseModel,
  type SliceMaps,
  type SnrSettings,
  scaleNoise,
  snrMaps,
} from '@mroptimum/snr';
import { createKernels } from '@mroptimum/snr/kernels';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedFile } from '../../packages/contract/test/sharedData.ts';

const k = createKernels({ bytes: 2 ** 28 });

async function mapsOf(raw: RawData, noise: NoiseModel, settings: Partial<SnrSettings>): Promise<SliceMaps> {
  const read = async (slice: number) => ({
    ...(await raw.readSlice(slice)),
    readoutOversampling: raw.header.readoutOversampling,
  });
  for await (const maps of snrMaps(1, read, noise, { ...defaultSettings, ...settings })) return maps;
  throw new Error('no slice');
}

/** Noise of the file itself: difference of two repetitions over √2, at the edges of k-space without signal. */
function differenceNoise(kspace: ComplexArray, lines: number): NoiseModel {
  const [, coils, ny, nx] = kspace.shape as [number, number, number, number];
  const block = 2 * coils * ny * nx;
  const samples = new Float32Array(2 * coils * 2 * lines * nx);
  for (let c = 0; c < coils; c++) {
    for (let l = 0; l < 2 * lines; l++) {
      const from = 2 * (c * ny + (l < lines ? l : ny - 2 * lines + l)) * nx;
      for (let p = 0; p < 2 * nx; p++) {
        const difference = kspace.data[from + p]! - kspace.data[block + from + p]!;
        samples[2 * (c * 2 * lines + l) * nx + p] = difference / Math.SQRT2;
      }
    }
  }
  return scaleNoise(estimateNoise(k, { data: samples, shape: [coils, 2 * lines, nx] }));
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

describe.runIf(sharedFile('twix')).each(['gre_bc_2.dat', 'gre_bodycoil_2rep.dat'])('%s', (file) => {
  let raw: RawData;
  let noise: NoiseModel;
  let ac: SliceMaps;
  let object: number[];
  beforeAll(async () => {
    raw = await openFile(sharedFile('twix', file)!);
    noise = differenceNoise((await raw.readSlice(0)).kspace, 16);
    ac = await mapsOf(raw, noise, { reconstruction: 'rss' });
    const peak = [...ac.snr].sort((a, b) => b - a)[Math.floor(ac.snr.length / 50)]!;
    object = [...ac.snr.keys()].filter((p) => ac.snr[p]! > 0.3 * peak);
  });
  afterAll(() => raw.close());

  it('the difference image agrees with the analytic SNR within 5 %', async () => {
    const di = await mapsOf(raw, noise, { reconstruction: 'rss', method: 'di', box: 5 });
    expect(Math.abs(median(object.map((p) => di.snr[p]! / ac.snr[p]!)) - 1)).toBeLessThan(0.05);
  });

  it('multiple replicas agree with the analytic SNR within 5 %', async () => {
    const mr = await mapsOf(raw, noise, { reconstruction: 'rss', method: 'mr' });
    // Two repetitions leave one degree of freedom per pixel: compare the noise pooled over the object.
    const pooled = (map: Float32Array) =>
      object.reduce((sum, p) => sum + (ac.snr[p]! / map[p]!) ** 2, 0) / object.length;
    expect(Math.abs(Math.sqrt(pooled(ac.snr) / pooled(mr.snr)) - 1)).toBeLessThan(0.05);
  });

  it('pseudo replicas agree with the analytic SNR within 3 %', async () => {
    const pmr = await mapsOf(raw, noise, { reconstruction: 'rss', method: 'pmr' });
    expect(Math.abs(median(object.map((p) => pmr.snr[p]! / ac.snr[p]!)) - 1)).toBeLessThan(0.03);
  });
});

describe.runIf(sharedFile('ismrmrd'))('the ISMRMRD sample', () => {
  it('ac × rss agrees with its stored coil images and noise within 2 %', async () => {
    const path = sharedFile('ismrmrd', 'shepp96_6ch_r1_2rep.h5')!;
    const raw = await openFile(path);
    const { coils } = raw.header;
    // The generator adds noise of 0.05 to each real part: E[n nᴴ] = 2·0.05²·I.
    const covariance = { data: new Float32Array(2 * coils * coils), shape: [coils, coils] };
    for (let c = 0; c < coils; c++) covariance.data[2 * (c * coils + c)] = 2 * 0.05 ** 2;
    const noise = { covariance, bandwidth: 1, samples: Number.POSITIVE_INFINITY, scale: 1 };
    const ac = await mapsOf(raw, noise, { reconstruction: 'rss' });
    await raw.close();
    const truth = await storedRss(path);
    const [ny, nx] = ac.shape;
    expect(truth.shape).toEqual([ny, nx]);
    const inside = [...ac.snr.keys()].filter((p) => truth.data[p]! / 0.05 > 10);
    expect(inside.length).toBeGreaterThan(500);
    expect(Math.abs(median(inside.map((p) => ac.snr[p]! / (truth.data[p]! / 0.05))) - 1)).toBeLessThan(0.02);
  });
});

describe.runIf(sharedFile('twix'))('a scan without signal', () => {
  it('has the mean SNR of 8 coils of pure noise, √2·Γ(8½)/Γ(8) = 3.938, within 0.3 %', async () => {
    const raw = await openFile(sharedFile('twix', 'sodium_noise_vb17.dat')!);
    const noise = scaleNoise(estimateNoise(k, (await raw.readNoise()).samples));
    const { snr } = await mapsOf(raw, noise, { reconstruction: 'rss' });
    await raw.close();
    const mean = snr.reduce((sum, v) => sum + v, 0) / snr.length;
    // Standard error of the mean of 16,384 pixels: 0.006.
    expect(Math.abs(mean / 3.938 - 1)).toBeLessThan(0.003);
  });
});

/** Root-sum-of-squares of the file's true coil images (1, coil, phase, readout), the middle half of the readout. */
async function storedRss(path: string): Promise<{ data: Float32Array; shape: [number, number] }> {
  const h5 = await import('h5wasm/node');
  await h5.ready;
  const file = new h5.File(path, 'r');
  const dataset = file.get('dataset/coil_images') as InstanceType<typeof h5.Dataset>;
  const [, coils, ny, wide] = dataset.shape as [number, number, number, number];
  const values = (dataset.value as unknown as [number, number][]).flat();
  file.close();
  const nx = wide / 2;
  const data = new Float32Array(ny * nx);
  for (let y = 0; y < ny; y++) {
    for (let x = 0; x < nx; x++) {
      let power = 0;
      for (let c = 0; c < coils; c++) {
        const p = 2 * ((c * ny + y) * wide + nx / 2 + x);
        power += values[p]! ** 2 + values[p + 1]! ** 2;
      }
      data[y * nx + x] = Math.sqrt(power);
    }
  }
  return { data, shape: [ny, nx] };
}
