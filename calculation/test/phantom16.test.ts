import {
  defaultSettings,
  estimateNoise,
  type NoiseModel,
  type SliceMaps,
  type SnrSettings,
  scaleNoise,
  snrMaps,
} from '@mroptimum/snr';
import { createKernels } from '@mroptimum/snr/kernels';
import { beforeAll, describe, expect, it } from 'vitest';
import { sharedFile } from '../../packages/contract/test/sharedData.ts';
import { coilFirst, golden, npy, phantomSlice } from './phantom16.ts';

/** Relative errors of a map against a golden map, where the SNR map exceeds `above`. */
async function relativeErrors(
  map: Float32Array,
  name: string,
  snr: Float32Array,
  above: number,
): Promise<number[]> {
  const reference = await golden(name);
  const out: number[] = [];
  for (let y = 0; y < 96; y++) {
    for (let x = 0; x < 96; x++) {
      const p = y * 96 + x;
      if (snr[p]! > above) out.push(Math.abs(map[p]! / reference(y, x) - 1));
    }
  }
  return out.sort((a, b) => a - b);
}

const at = (sorted: readonly number[], fraction: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))]!;

const magnitude = (map: Float32Array): Float32Array =>
  Float32Array.from({ length: map.length / 2 }, (_, p) => Math.hypot(map[2 * p]!, map[2 * p + 1]!));

describe.runIf(sharedFile('phantom16/signal.npy'))('maps of the 16-channel phantom', () => {
  let noise: NoiseModel;
  beforeAll(async () => {
    const k = createKernels({ bytes: 2 ** 28 });
    noise = scaleNoise(estimateNoise(k, coilFirst(await npy('phantom16/noise.npy'))), { noiseScale: 0.5 });
  });

  async function mapsOf(settings: Partial<SnrSettings>): Promise<SliceMaps> {
    const run = snrMaps(1, phantomSlice, noise, {
      ...defaultSettings,
      gFactor: true,
      ...settings,
    });
    const { value } = await run.next();
    return value as SliceMaps;
  }
  const plain = { ...defaultSettings.sensitivities, window: 'none' } as const;

  it('noise covariance agrees to 1e-4', async () => {
    const reference = await npy('phantom16/golden/noise_covariance.npy');
    const scale = Math.max(...reference.data.map(Math.abs));
    expect(noise.covariance.data.length).toBe(reference.data.length);
    noise.covariance.data.forEach((v, p) => {
      // Ψ is Hermitian; which factor is conjugated differs between implementations.
      expect(Math.abs(Math.abs(v) - Math.abs(reference.data[p]!)) / scale).toBeLessThan(1e-4);
    });
  });

  it('ac × rss agrees to 1e-3 per pixel', async () => {
    const { snr } = await mapsOf({ reconstruction: 'rss' });
    expect(at(await relativeErrors(snr, 'ac_rss', snr, 5), 1)).toBeLessThan(1e-3);
  });

  it('ac × b1 agrees to 1e-3 per pixel', async () => {
    const { snr } = await mapsOf({ reconstruction: 'b1', sensitivities: plain });
    expect(at(await relativeErrors(snr, 'ac_b1_nomask', snr, 5), 1)).toBeLessThan(1e-3);
  });

  it('ac × sense 1×2 agrees to 1e-3 at the 99th percentile', async () => {
    const maps = await mapsOf({
      reconstruction: 'sense',
      decimate: true,
      accelerations: [1, 2],
      acl: [null, 24],
      sensitivities: plain,
    });
    expect(at(await relativeErrors(maps.snr, 'ac_sense_1x2', maps.snr, 5), 0.99)).toBeLessThan(1e-3);
    expect(at(await relativeErrors(maps.gFactor!, 'g_sense_1x2', maps.snr, 5), 0.99)).toBeLessThan(1e-3);
    const image = magnitude(maps.reconstruction);
    expect(at(await relativeErrors(image, 'recon_sense_1x2', maps.snr, 5), 0.99)).toBeLessThan(1e-3);
  });

  it('ac × grappa 2 agrees: image to 2 % RMS, SNR and g to 5 % in the median', async () => {
    const maps = await mapsOf({
      reconstruction: 'grappa',
      decimate: true,
      accelerations: [1, 2],
      acl: [48, 48],
      kernel: [5, 5],
    });
    const median = async (name: string, map: Float32Array): Promise<number> => {
      const reference = await golden(name);
      const ratios: number[] = [];
      for (let y = 0; y < 96; y++) {
        for (let x = 0; x < 96; x++) {
          const p = y * 96 + x;
          if (maps.snr[p]! > 20) ratios.push(map[p]! / reference(y, x));
        }
      }
      return at(
        ratios.sort((a, b) => a - b),
        0.5,
      );
    };
    expect(Math.abs((await median('g_grappa_2', maps.gFactor!)) - 1)).toBeLessThan(0.05);
    expect(Math.abs((await median('ac_grappa_2', maps.snr)) - 1)).toBeLessThan(0.05);
    expect(await relativeRms(magnitudeOrReal(maps), 'recon_grappa_2')).toBeLessThan(0.02);
  });
});

function magnitudeOrReal(maps: SliceMaps): Float32Array {
  return maps.reconstruction.length === maps.snr.length
    ? maps.reconstruction
    : magnitude(maps.reconstruction);
}

/** RMS difference over RMS of the reference. */
async function relativeRms(image: Float32Array, name: string): Promise<number> {
  const reference = await golden(name);
  let difference = 0;
  let power = 0;
  for (let y = 0; y < 96; y++) {
    for (let x = 0; x < 96; x++) {
      difference += (image[y * 96 + x]! - reference(y, x)) ** 2;
      power += reference(y, x) ** 2;
    }
  }
  return Math.sqrt(difference / power);
}
