import { parseTask } from '@mroptimum/contract';
import { defaultSettings } from '@mroptimum/snr';
import { expect, test } from 'vitest';
import { fileRef, jobOf } from '../test/jobs.ts';
import { taskToSettings } from './settings.ts';

const none = { gfactor: false, coilsensitivity: false };
const settingsOf = (options: Parameters<typeof jobOf>[0], output = none) =>
  taskToSettings(parseTask(jobOf(options).task), output);

test('what the task leaves open has the defaults of the science', () => {
  expect(settingsOf({})).toEqual(defaultSettings);
});

test('replicas: 100 for pmr, 6 for cr, unless the task says otherwise', () => {
  expect(settingsOf({ method: 'pmr' }).replicas).toBe(100);
  expect(settingsOf({ method: 'cr' }).replicas).toBe(6);
  expect(settingsOf({ method: 'cr', task: { NR: 8, boxSize: 4, seed: 5 } })).toMatchObject({
    replicas: 8,
    box: 4,
    seed: 5,
  });
});

test('decimation, calibration, kernel', () => {
  const options = { decimate: true, accelerations: [2, 3], acl: [null, 24], kernelSize: [3, 4] };
  expect(settingsOf({ recon: 'grappa', options })).toMatchObject({
    decimate: true,
    accelerations: [2, 3],
    acl: [null, 24],
    kernel: [3, 4],
  });
});

test('sensitivities and masks with their values, the others by default', () => {
  const map = (options: object) => settingsOf({ recon: 'sense', options: { sensitivityMap: { options } } });
  expect(map({ sensitivityMapMethod: 'espirit', k: 8, window: 'none' }).sensitivities).toEqual({
    method: 'espirit',
    window: 'none',
    espirit: { k: 8, r: 24, t: 0.01, c: 0.9925 },
  });
  expect(
    map({ sensitivityMapMethod: 'upload', sensitivityMapSource: fileRef('m.npy') }).sensitivities.method,
  ).toBe('external');
  expect(map({ mask: { method: 'espirit', k: 8, r: 24, t: 0.02, c: 0.995 } }).mask).toEqual({
    method: 'espirit',
    k: 8,
    r: 24,
    t: 0.02,
    c: 0.995,
  });
  expect(map({ mask: { method: 'percentagemean', value: 0.5 } }).mask).toEqual({
    method: 'percentagemean',
    value: 0.5,
  });
});

test('g-factor only where the reconstruction has one and the output asks for it', () => {
  const output = { gfactor: true, coilsensitivity: true };
  expect(settingsOf({ recon: 'sense' }, output)).toMatchObject({ gFactor: true, keepSensitivities: true });
  expect(settingsOf({ recon: 'b1' }, output).gFactor).toBe(false);
  expect(settingsOf({ recon: 'sense', options: { gfactor: true } }).gFactor).toBe(false);
});
