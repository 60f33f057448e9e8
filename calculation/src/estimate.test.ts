import { defaultSettings, type SnrSettings } from '@mroptimum/snr';
import { expect, test } from 'vitest';
import { estimateJob } from './estimate.ts';

const header = {
  format: 'twix',
  variant: 'VE11C',
  coils: 32,
  readout: 512,
  phase: 256,
  partitions: 1,
  slices: 40,
  repetitions: 1,
  averages: 1,
  readoutOversampling: 2,
  acceleration: [1, 1],
  accelerationPartition: 1,
  referenceLines: 0,
} as const;
const estimate = (settings: Partial<SnrSettings> = {}, more: object = {}, threads = 1) =>
  estimateJob({ ...header, ...more }, { ...defaultSettings, ...settings }, threads);

test('memory: a few slices at a time, a volume as a whole', () => {
  const slice = 8 * 512 * 256 * 32;
  const stack = estimate().bytes;
  expect(stack).toBeGreaterThan(2 * slice);
  expect(stack).toBeLessThan(12 * slice + 150e6);
  const volume = estimate({}, { partitions: 40, slices: 1 }).bytes;
  expect(volume).toBeGreaterThan(40 * slice);
  // Calibration lines fill volumes of their own.
  const calibrated = estimate({}, { partitions: 40, slices: 1, referenceLines: 24 }).bytes;
  expect(calibrated).toBe(volume + 80 * slice);
  expect(estimate({}, {}, 8).bytes).toBeGreaterThan(stack);
});

test('work grows with slices, replicas, coils, and with what costs more', () => {
  const base = estimate();
  expect(estimate({}, { slices: 80 }).operations / base.operations).toBeCloseTo(2, 5);
  expect(estimate({ method: 'pmr', replicas: 200 }).operations).toBeGreaterThan(
    1.5 * estimate({ method: 'pmr', replicas: 100 }).operations,
  );
  expect(estimate({ reconstruction: 'grappa' }).operations).toBeGreaterThan(base.operations);
  expect(
    estimate({ reconstruction: 'b1', sensitivities: { ...defaultSettings.sensitivities, method: 'espirit' } })
      .operations,
  ).toBeGreaterThan(base.operations);
  expect(base.seconds).toBeGreaterThan(base.operations / 1e10);
});
