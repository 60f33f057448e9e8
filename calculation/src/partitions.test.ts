import { createKernels } from '@mroptimum/snr/kernels';
import { simulate } from '@mroptimum/snr/simulate';
import { expect, test } from 'vitest';
import { fileRef, jobOf, mapOf, medianRatio, memoryIo, npy } from '../test/jobs.ts';
import { runJob } from './run.ts';

const [nx, ny, coils, slices] = [32, 30, 4, 6];
const made = simulate(createKernels(), { coils, matrix: [nx, ny], slices, snr: 60, seed: 2 });
const size = 2 * coils * ny * nx;
const images = Array.from({ length: slices }, (_, z) => made.slice(z).kspace.data);

/** Centred unitary DFT along z straight from its definition: k(p) = 1/√P Σ_z x(z) e^{−2πi(p−⌊P/2⌋)(z−⌊P/2⌋)/P}. */
function partitionsOf(stack: readonly Float32Array[]): Float32Array[] {
  const count = stack.length;
  const centre = Math.floor(count / 2);
  return stack.map((_, p) => {
    const out = new Float32Array(size);
    stack.forEach((slice, z) => {
      const angle = (-2 * Math.PI * (p - centre) * (z - centre)) / count;
      const [re, im] = [Math.cos(angle) / Math.sqrt(count), Math.sin(angle) / Math.sqrt(count)];
      for (let i = 0; i < size; i += 2) {
        out[i]! += re * slice[i]! - im * slice[i + 1]!;
        out[i + 1]! += re * slice[i + 1]! + im * slice[i]!;
      }
    });
    return out;
  });
}

function stacked(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.length * size);
  parts.forEach((part, i) => {
    out.set(part, i * size);
  });
  return out;
}

const noise = npy([coils, made.settings.noiseReadouts, nx], made.noise().data);
const run = async (axes: string, data: Float32Array) => {
  const memory = memoryIo({ 'signal.npy': npy([slices, coils, ny, nx], data), 'noise.npy': noise });
  const { summary } = await runJob(
    jobOf({ options: { signal: fileRef('signal.npy', { axes }) } }),
    memory.io,
  );
  const bundle = await memory.result();
  return { snr: await mapOf(bundle, 0), bundle, summary };
};

test('a partition-encoded volume gives the maps of its slices', async () => {
  const expected = await run('scyx', stacked(images));
  const volume = await run('zcyx', stacked(partitionsOf(images)));
  expect(volume.snr.shape).toEqual([slices, ny, nx]);
  volume.snr.data.forEach((value, p) => {
    expect(Math.abs(value - expected.snr.data[p]!)).toBeLessThan(1e-3 * Math.max(1, expected.snr.data[p]!));
  });
  expect(volume.bundle.info.info.slices).toBe(slices);
});

test('partial Fourier along the partitions: slices carry the noise of the acquired part', async () => {
  const partitions = partitionsOf(images);
  const full = await run('zcyx', stacked(partitions));
  const missing = partitions.map((partition, p) => (p === 0 ? new Float32Array(size) : partition));
  const partial = await run('zcyx', stacked(missing));
  const fraction = (slices - 1) / slices;
  expect(
    partial.bundle.info.info.noise!.covarianceScale / full.bundle.info.info.noise!.covarianceScale,
  ).toBeCloseTo(fraction, 5);
  // In the middle of the object the outermost partition holds noise alone: the same signal, less noise.
  const bright = (p: number): boolean => full.snr.data[p]! > 30;
  expect(medianRatio(partial.snr.data, full.snr.data, bright) * Math.sqrt(fraction)).toBeCloseTo(1, 1);
});

test('partitions with a gap are refused', async () => {
  const missing = partitionsOf(images).map((partition, p) => (p === 2 ? new Float32Array(size) : partition));
  await expect(run('zcyx', stacked(missing))).rejects.toMatchObject({ code: 'MRO_JOB_PARTITIONS' });
});
