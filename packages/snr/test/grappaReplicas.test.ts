import { expect, it } from 'vitest';
import { MagnitudeStatistics } from '../src/methods/repetitions.ts';
import { prepareSlice } from '../src/prepare.ts';
import { whitening } from '../src/prewhitening.ts';
import { buildReconstructor, reconstructAnalytic } from '../src/reconstructions/index.ts';
import { simulate } from '../src/simulate/index.ts';
import { percentile, settingsOf, testKernels } from './support.ts';

const k = testKernels();
const replicas = 2000;

it.each([
  { accelerations: [1, 2], kernel: [5, 5] },
  { accelerations: [2, 2], kernel: [4, 5] },
] as const)('analytic GRAPPA at R = $accelerations agrees with 2000 real replicas, kernels fixed', (kind) => {
  const settings = settingsOf({ reconstruction: 'grappa', decimate: true, acl: [24, 24], ...kind });
  const base = { coils: 6, matrix: [32, 32] as const, snr: 80, correlation: 0.3 };
  const first = simulate(k, base);
  const whiten = whitening(first.covariance);
  const prepared = prepareSlice(k, first.slice(0), whiten, settings);
  const reconstructor = buildReconstructor(k, prepared, undefined, settings);
  const clean = prepareSlice(k, first.slice(0, { noiseless: true }), whiten, settings);
  const analytic = k.scope(() => {
    const { magnitude, noise } = reconstructAnalytic(k, reconstructor, clean, clean.folded(0));
    return magnitude.map((v, p) => (Math.SQRT2 * v) / noise.data[p]!);
  });
  const statistics = new MagnitudeStatistics(32 * 32);
  for (let r = 0; r < replicas; r++) {
    k.scope(() => {
      const noisy = prepareSlice(k, simulate(k, { ...base, seed: 10 + r }).slice(0), whiten, settings);
      statistics.add(reconstructAnalytic(k, reconstructor, noisy, noisy.folded(0)).magnitude);
    });
  }
  const { snr } = statistics.snr();
  const ratios = Array.from(snr, (v, p) => v / analytic[p]!).filter((_, p) => analytic[p]! > 20);
  expect(ratios.length).toBeGreaterThan(200);
  // The standard deviation of 2000 replicas is known to 1.6 % per pixel.
  expect(Math.abs(percentile(ratios, 0.5) - 1)).toBeLessThan(0.01);
  const errors = ratios.map((r) => Math.abs(r - 1));
  expect(percentile(errors, 0.95)).toBeLessThan(0.04);
});
