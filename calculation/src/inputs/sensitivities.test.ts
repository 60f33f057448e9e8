import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Volume, writeNifti } from '@mroptimum/bundle';
import { openBundlePath } from '@mroptimum/bundle/node';
import { createKernels } from '@mroptimum/snr/kernels';
import { simulate, trueSense } from '@mroptimum/snr/simulate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileRef, jobOf, medianRatio, npy, uploadedMaps } from '../../test/jobs.ts';
import { localIo } from '../local/io.ts';
import { save } from '../local/output.ts';
import { writeSimulation } from '../local/simulate.ts';
import { simulatedRaw } from '../local/simulatedRaw.ts';
import { writeSimulatedTwix } from '../local/simulateTwix.ts';
import { runJob } from '../run.ts';
import { referenceScan } from './referenceScan.ts';

/** A twix file at R = 2 without reference lines of its own, and a separate reference scan of the same coils. */
const shared = { coils: 8, matrix: [64, 64], snr: 80, readoutOversampling: 2, seed: 8 } as const;
const accelerated = simulate(createKernels(), { ...shared, acceleration: 2, acsLines: 2 });
const reference = simulate(createKernels(), { ...shared, seed: 9 });
const truth = trueSense(
  accelerated.sensitivities(0),
  accelerated.object(0),
  accelerated.covariance,
  [1, 2],
).snr;
const bright = (p: number): boolean => truth[p]! > 25;
const twix = (name: string) => ({
  type: 'file',
  options: { type: 'local', filename: name, vendor: 'Siemens' },
});

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mroptimum-sensitivities-'));
  await writeSimulatedTwix(accelerated, join(folder, 'image'), 'twix');
  await writeSimulatedTwix(reference, join(folder, 'reference'), 'twix');
  // A body coil sees the object alone.
  await save(join(folder, 'body.npy'), npy([64, 64], reference.object(0).data));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function snr(map: object): Promise<Float32Array> {
  const out = await mkdtemp(join(folder, 'out-'));
  const sensitivityMap = { name: 'x', options: map };
  const options = { signal: twix('image/signal.dat'), noise: undefined, sensitivityMap };
  await runJob(jobOf({ recon: 'sense', options }), localIo({ out, base: folder, threads: 1 }));
  const bundle = await openBundlePath(out);
  return (await bundle.maps.find(({ id }) => id === 0)!.read()).data;
}

describe('sense of a prospectively accelerated twix file, noise from its adjustment scan', () => {
  test('a reference scan gives the SNR of the true sensitivities', async () => {
    const map = await snr({
      sensitivityMapMethod: 'upload',
      sensitivityMapSource: twix('reference/signal.dat'),
    });
    expect(medianRatio(map, truth, bright)).toBeGreaterThan(0.97);
    expect(medianRatio(map, truth, bright)).toBeLessThan(1.03);
  });

  test('a reference scan of other coils is refused', async () => {
    const few = simulate(createKernels(), { ...shared, coils: 4 });
    await writeSimulatedTwix(few, join(folder, 'few'), 'twix');
    const map = { sensitivityMapMethod: 'upload', sensitivityMapSource: twix('few/signal.dat') };
    await expect(snr(map)).rejects.toMatchObject({ code: 'MRO_JOB_SENSITIVITIES' });
  });
});

describe('body coil: coil images divided by the body-coil image, here the true sensitivities', () => {
  async function bodyMap(source: object): Promise<Volume> {
    const out = await mkdtemp(join(folder, 'out-'));
    const sensitivityMap = { options: { sensitivityMapMethod: 'bodycoil', sensitivityMapSource: source } };
    const options = { signal: twix('reference/signal.dat'), noise: undefined, sensitivityMap };
    await runJob(jobOf({ recon: 'b1', options }), localIo({ out, base: folder, threads: 1 }));
    return (await openBundlePath(out)).maps.find(({ id }) => id === 0)!.read();
  }
  const full = trueSense(reference.sensitivities(0), reference.object(0), reference.covariance, [1, 1]).snr;
  const expectTruth = (map: Volume): void => {
    const ratio = medianRatio(map.data, full, (p) => full[p]! > 40);
    expect(ratio).toBeGreaterThan(0.98);
    expect(ratio).toBeLessThan(1.02);
  };

  test('an array', async () => {
    expectTruth(await bodyMap(fileRef('body.npy', { axes: 'yx' })));
  });

  test('an image that is stored from right to left is placed by its position', async () => {
    const array = await bodyMap(fileRef('body.npy', { axes: 'yx' }));
    const { origin, spacing, direction } = array.geometry!;
    const { data } = reference.object(0);
    const reversed = new Float32Array(data.length);
    for (let p = 0; p < 64 * 64; p++) {
      const from = 2 * (p - (p % 64) + 63 - (p % 64));
      reversed.set(data.subarray(from, from + 2), 2 * p);
    }
    const [x, y, z] = origin.map((value, i) => value + 63 * spacing[0] * direction[i]!);
    const turned = direction.map((value, i) => (i < 3 ? -value : value)) as unknown as typeof direction;
    const geometry = { origin: [x!, y!, z!] as const, spacing, direction: turned };
    const image = { shape: [1, 64, 64], data: reversed, complex: true, geometry };
    await save(join(folder, 'body.nii.gz'), writeNifti(image, 'body'));
    expect((await bodyMap(fileRef('body.nii.gz'))).data).toEqual(array.data);
  });
});

test('a reference scan of another place draws a warning with the distance', () => {
  const { noise, ...raw } = simulatedRaw(reference);
  const scan = { ...raw, notes: [], readNoise: async () => noise, close: async () => {} };
  const geometry = raw.header.geometry!;
  const warnings: string[] = [];
  const shifted = (mm: number) => {
    const [x, y, z] = geometry.origin;
    const header = { ...raw.header, geometry: { ...geometry, origin: [x + mm, y, z] as const } };
    referenceScan(scan, header, 'ref.dat', { warn: (what) => void warnings.push(what) });
  };
  shifted(2);
  expect(warnings).toEqual([]);
  shifted(-25);
  expect(warnings.join()).toContain('25.0 mm');
});

test('maps of a single coil, whose coil axis has extent 1', async () => {
  const one = simulate(createKernels(), { coils: 1, matrix: [32, 24], slices: 2, snr: 40, seed: 3 });
  const files = await writeSimulation(one, join(folder, 'one'), 'npy');
  const maps = new Float32Array(2 * 32 * 24 * 2);
  for (let slice = 0; slice < 2; slice++) {
    const { data } = one.sensitivities(slice);
    for (let p = 0; p < 24 * 32; p++) {
      const to = 2 * (((p % 32) * 24 + Math.floor(p / 32)) * 2 + slice);
      maps.set(data.subarray(2 * p, 2 * p + 2), to);
    }
  }
  await save(join(folder, 'one/maps.npy'), npy([32, 24, 2, 1], maps));
  const out = await mkdtemp(join(folder, 'out-'));
  const options = {
    signal: fileRef('one/signal.npy', { axes: files.axes }),
    noise: fileRef('one/noise.npy', { axes: files.noiseAxes }),
    ...uploadedMaps(fileRef('one/maps.npy')),
  };
  await runJob(jobOf({ recon: 'b1', options }), localIo({ out, base: folder, threads: 1 }));
  const map = await (await openBundlePath(out)).maps.find(({ id }) => id === 0)!.read();
  const full = [0, 1].flatMap((slice) => [
    ...trueSense(one.sensitivities(slice), one.object(slice), one.covariance, [1, 1]).snr,
  ]);
  expect(Math.abs(medianRatio(map.data, full, (p) => full[p]! > 20) - 1)).toBeLessThan(0.02);
});
