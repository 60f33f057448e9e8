import { writeNifti } from '@mroptimum/bundle';
import { createKernels } from '@mroptimum/snr/kernels';
import { simulate, trueSense } from '@mroptimum/snr/simulate';
import { describe, expect, test } from 'vitest';
import { fileRef, jobOf, mapOf, medianRatio, memoryIo, npy, realNpy, uploadedMaps } from '../test/jobs.ts';
import { runJob } from './run.ts';

const matrix = [48, 40] as const;
const [nx, ny] = matrix;
const coils = 6;
const made = simulate(createKernels(), { coils, matrix, snr: 80, correlation: 0.4, seed: 5 });
const maps = made.sensitivities(0);
const truth = trueSense(maps, made.object(0), made.covariance, [1, 1]).snr;
const bright = (p: number): boolean => truth[p]! > 30;
const files = {
  'signal.npy': npy([coils, ny, nx], made.slice(0).kspace.data),
  'noise.npy': npy([coils, made.settings.noiseReadouts, nx], made.noise().data),
  'maps.npy': npy([coils, ny, nx], maps.data),
};
const withMaps = uploadedMaps(fileRef('maps.npy', { axes: 'cyx' }));

async function snrOf(job: object, more: Record<string, Uint8Array> = {}) {
  const memory = memoryIo({ ...files, ...more });
  const { summary } = await runJob(job, memory.io);
  const bundle = await memory.result();
  return { snr: await mapOf(bundle, 0), bundle, summary, memory };
}

describe('a job', () => {
  test('gives the SNR that sensitivities, object and covariance define, and a complete info.json', async () => {
    const output = { coilsensitivity: true, matlab: true };
    const { snr, bundle, summary, memory } = await snrOf(jobOf({ recon: 'b1', options: withMaps, output }));
    expect(snr.shape).toEqual([1, ny, nx]);
    expect(medianRatio(snr.data, truth, bright)).toBeCloseTo(1, 2);
    expect(bundle.maps.map(({ id }) => id)).toEqual([0, 1, 2, 7, 1000, 1001, 1002, 1003, 1004, 1005]);
    expect(bundle.files.names).toContain('matlab.mat');
    expect(bundle.info.info).toMatchObject({
      slices: 1,
      method: 'ac',
      reconstruction: 'b1',
      snrUnits: 'absolute',
      noise: { source: 'noise file (noise.npy)', samples: 256 * nx, covarianceScale: expect.any(Number) },
      engine: { version: expect.any(String), kernel: expect.stringContaining('wasm') },
    });
    expect(bundle.info.headers.log[0]!.type).toBe('start');
    expect(bundle.info.headers.log.at(-1)!.type).toBe('END');
    expect(summary.snr.median).toBeGreaterThan(30);
    expect(memory.open.size).toBe(0);
    expect(memory.finished).toEqual(['result']);
  });

  test('writes the noise covariance of the image', async () => {
    const { bundle } = await snrOf(jobOf());
    const covariance = await mapOf(bundle, 1);
    for (let i = 0; i < coils; i++) {
      const expected = made.covariance.data[2 * (i * coils + i)]!;
      expect(covariance.data[2 * (i * coils + i)]! / expected).toBeCloseTo(1, 1);
    }
    const coefficients = await mapOf(bundle, 2);
    expect(coefficients.data[0]).toBeCloseTo(1, 5);
  });

  test.each([
    [{ noiseScale: 4 }, 0.5],
    [{ noiseBandwidth: 0.5 }, Math.SQRT1_2],
  ])('noise options %j change SNR by %d', async (options, factor) => {
    const plain = fileRef('noise.npy', { axes: 'cyx', noiseBandwidth: 1 });
    const changed = fileRef('noise.npy', { axes: 'cyx', noiseBandwidth: 1, ...options });
    const a = await snrOf(jobOf({ options: { noise: plain } }));
    const b = await snrOf(jobOf({ options: { noise: changed } }));
    expect(medianRatio(b.snr.data, a.snr.data, bright)).toBeCloseTo(factor, 4);
  });

  test('noise as a plain list of samples: the same covariance', async () => {
    const scan = made.noise();
    const count = scan.data.length / 2 / coils;
    const list = { 'list.npy': npy([coils, count], scan.data) };
    const a = await snrOf(
      jobOf({ options: { noise: fileRef('noise.npy', { axes: 'cyx', noiseBandwidth: 1 }) } }),
    );
    const b = await snrOf(jobOf({ options: { noise: fileRef('list.npy', { axes: 'cn' }) } }), list);
    expect(b.bundle.info.info.noise!.samples).toBe(count);
    expect(medianRatio(b.snr.data, a.snr.data, bright)).toBeCloseTo(1, 5);
  });

  test('without noise SNR is relative, and says so', async () => {
    const { bundle, summary } = await snrOf(jobOf({ options: { noise: undefined } }));
    expect(bundle.info.info.snrUnits).toBe('relative');
    expect(bundle.maps.map(({ id }) => id)).toEqual([0, 7]);
    expect(summary.warnings.join()).toContain('relative');
  });

  test('without a noise scan repetitions still give an absolute SNR, and nothing says otherwise', async () => {
    const repeated = simulate(createKernels(), { coils, matrix, snr: 80, repetitions: 2 });
    const signal = fileRef('twice.npy', { axes: 'rcyx' });
    const { summary } = await snrOf(jobOf({ method: 'mr', options: { signal, noise: undefined } }), {
      'twice.npy': npy([2, coils, ny, nx], repeated.slice(0).kspace.data),
    });
    expect(summary.snrUnits).toBe('absolute');
    expect(summary.warnings.join()).toContain('absolute');
    expect(summary.warnings.join()).not.toContain('relative');
  });

  test('sensitivities that pass through slice by slice are those kept for matlab.mat, byte for byte', async () => {
    const files = await Promise.all(
      [false, true].map(async (matlab) => {
        const output = { coilsensitivity: true, matlab };
        const { bundle } = await snrOf(jobOf({ recon: 'b1', options: withMaps, output }));
        return bundle.files.read('data/sensitivity_05.nii.gz');
      }),
    );
    expect(files[0]).toEqual(files[1]);
  });

  test('says so where sensitivities are asked for and none are used', async () => {
    const { summary, bundle } = await snrOf(jobOf({ output: { coilsensitivity: true } }));
    expect(bundle.maps.some(({ id }) => id >= 1000)).toBe(false);
    expect(summary.warnings.join()).toContain('use no sensitivities');
  });

  test('progress rises from 0 to 1', async () => {
    const seen: number[] = [];
    await runJob(jobOf({ method: 'pmr', task: { NR: 20 } }), memoryIo(files).io, (fraction) =>
      seen.push(fraction),
    );
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen[0]).toBeGreaterThan(0);
    expect(seen.at(-1)).toBe(1);
  });

  test('the same job gives the same bytes, whatever the number of threads', async () => {
    const job = jobOf({ method: 'pmr', recon: 'b1', task: { NR: 8, seed: 7 }, options: withMaps });
    const bytes: Uint8Array[] = [];
    for (const threads of [1, 2]) {
      const memory = memoryIo(files, { threads });
      await runJob(job, memory.io);
      bytes.push(await (await memory.result()).files.read('data/SNR.nii.gz'));
    }
    expect(bytes[1]).toEqual(bytes[0]);
  });
});

describe('sense of a matrix that R does not divide', () => {
  test('pads, and keeps the field of view', async () => {
    const signal = fileRef('signal.npy', { axes: 'cyx', spacing: [2, 3, 5] });
    const options = { ...withMaps, signal, decimate: true, accelerations: [1, 3], acl: [null, 24] };
    const { snr, bundle, summary } = await snrOf(
      jobOf({ recon: 'sense', options, output: { gfactor: true } }),
    );
    expect(snr.shape).toEqual([1, 42, nx]);
    expect(snr.geometry!.spacing[0]).toBeCloseTo(2, 5);
    expect(snr.geometry!.spacing[1] * 42).toBeCloseTo(3 * ny, 4);
    const g = await mapOf(bundle, 3);
    const inverse = await mapOf(bundle, 4);
    expect(
      g.data.every((value, p) =>
        value > 0 ? Math.abs(value * inverse.data[p]! - 1) < 1e-4 : inverse.data[p] === 0,
      ),
    ).toBe(true);
    expect(summary.gFactor!.median).toBeGreaterThan(1);
    expect(summary.warnings.join()).toContain('padded');
  });
});

describe('flip-angle correction', () => {
  test('divides by sin(FA); nothing where FA is 0', async () => {
    const angles = Float32Array.from({ length: ny * nx }, (_, p) => (p % nx < 24 ? 0 : 30));
    const correction = { useCorrection: true, faCorrection: fileRef('fa.nii.gz') };
    const nifti = writeNifti({ shape: [1, ny, nx], data: angles, complex: false }, 'FA');
    const { snr, bundle } = await snrOf(jobOf({ options: { correction } }), { 'fa.nii.gz': nifti });
    const corrected = await mapOf(bundle, 8);
    const onGrid = await mapOf(bundle, 9);
    corrected.data.forEach((value, p) => {
      expect(onGrid.data[p]).toBe(angles[p]);
      expect(value).toBeCloseTo(angles[p] === 0 ? 0 : 2 * snr.data[p]!, 3);
    });
  });

  test('a coarser map keeps its angles up to the edge of what was measured', async () => {
    const signal = fileRef('signal.npy', { axes: 'cyx', spacing: [2, 3, 5] });
    const { origin, direction } = (await snrOf(jobOf({ options: { signal } }))).snr.geometry!;
    const half = [0, 1, 2].map((i) => origin[i]! + direction[i]! + 1.5 * direction[3 + i]!);
    const map = {
      shape: [1, ny / 2, nx / 2],
      data: Float32Array.from({ length: (ny * nx) / 4 }, (_, p) => (p % (nx / 2) < 12 ? 0 : 30)),
      complex: false,
      geometry: { origin: [half[0]!, half[1]!, half[2]!] as const, spacing: [4, 6, 5] as const, direction },
    };
    const correction = { useCorrection: true, faCorrection: fileRef('fa.nii.gz') };
    const { bundle } = await snrOf(jobOf({ options: { signal, correction } }), {
      'fa.nii.gz': writeNifti(map, 'FA'),
    });
    const onGrid = await mapOf(bundle, 9);
    onGrid.data.forEach((angle, p) => {
      expect(angle).toBeCloseTo(p % nx < 24 ? 0 : 30, 4);
    });
  });

  test('a complex map and one of another size are refused', async () => {
    const correction = { useCorrection: true, faCorrection: fileRef('fa.npy', { axes: 'yx' }) };
    for (const fa of [npy([ny, nx], new Float32Array(2 * ny * nx)), realNpy([8, 8], new Float32Array(64))]) {
      const memory = memoryIo({ ...files, 'fa.npy': fa });
      await expect(runJob(jobOf({ options: { correction } }), memory.io)).rejects.toMatchObject({
        code: 'MRO_JOB_FLIP_ANGLE',
      });
    }
  });
});

describe('uploaded masks', () => {
  const half = Float32Array.from({ length: ny * nx }, (_, p) => (p % nx < nx / 2 ? 1 : 0));
  const transposed = Float32Array.from(
    { length: ny * nx },
    (_, p) => half[(p % ny) * nx + Math.floor(p / ny)]!,
  );
  const mask = (filename: string, options: object = {}) => ({
    mask: { method: 'upload', file: fileRef(filename, options) },
  });

  test.each([
    ['mask.npy with axes yx', mask('mask.npy', { axes: 'yx' }), realNpy([ny, nx], half)],
    ['mask.npy, usual axes', mask('mask.npy'), realNpy([nx, ny], transposed)],
    ['mask.nii.gz', mask('mask.npy'), writeNifti({ shape: [1, ny, nx], data: half, complex: false }, 'mask')],
  ])('%s cuts the map and becomes the region of the statistics', async (_, options, bytes) => {
    const { snr, bundle, summary } = await snrOf(jobOf({ options }), { 'mask.npy': bytes });
    expect(summary.region).toEqual({ kind: 'mask', pixels: (ny * nx) / 2 });
    expect(snr.data.every((value, p) => (half[p] ? value > 0 : value === 0))).toBe(true);
    expect((await mapOf(bundle, 100)).data).toEqual(half);
  });

  test.each([
    ['another size', realNpy([7, 9], new Float32Array(63).fill(1))],
    ['nothing inside', realNpy([nx, ny], new Float32Array(nx * ny))],
  ])('%s is refused', async (_, bytes) => {
    const { io } = memoryIo({ ...files, 'mask.npy': bytes });
    await expect(runJob(jobOf({ options: mask('mask.npy') }), io)).rejects.toMatchObject({
      code: 'MRO_JOB_MASK',
    });
  });
});
