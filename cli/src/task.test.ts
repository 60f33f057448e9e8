import { parseJob } from '@mroptimum/contract';
import { expect, test } from 'vitest';
import { jobOf, type SnrOptions } from './task.ts';

const defaults: SnrOptions = {
  method: 'ac',
  recon: 'rss',
  sensitivities: 'inner',
  window: 'hann',
  mask: 'no',
};
const jobFor = (options: Partial<SnrOptions>) => parseJob(jobOf('signal.dat', { ...defaults, ...options }));

test('the plain command is analytic rss without noise file', () => {
  const { task, output } = jobFor({});
  expect(task).toMatchObject({ name: 'ac', id: 0, files: ['signal'] });
  expect(task.options.reconstructor).toMatchObject({ name: 'rss', id: 0 });
  expect(task.options.reconstructor.options.noise).toBeUndefined();
  expect(output).toEqual({ coilsensitivity: false, gfactor: false, matlab: false });
});

test('sense with everything', () => {
  const { task, output } = jobFor({
    method: 'cr',
    recon: 'sense',
    noise: 'noise.npy',
    noiseAxes: 'nc',
    noiseScale: 0.5,
    axes: 'xyc',
    decimate: true,
    accelerations: [1, 2],
    acl: [null, 24],
    sensitivities: 'espirit:8,24',
    mask: 'percentage:10',
    replicas: 12,
    box: 5,
    seed: 3,
    gfactor: true,
    coils: true,
    flipAngle: 'fa.nii.gz',
  });
  expect(task.options).toMatchObject({ NR: 12, boxSize: 5, seed: 3 });
  const { options } = task.options.reconstructor;
  expect(options.noise!.options.options).toEqual({ axes: 'nc', noiseScale: 0.5 });
  expect(options).toMatchObject({ decimate: true, accelerations: [1, 2], acl: [null, 24], gfactor: true });
  expect(options.sensitivityMap!.options).toMatchObject({ sensitivityMapMethod: 'espirit', k: 8, r: 24 });
  expect(options.sensitivityMap!.options.mask).toEqual({ method: 'percentage', value: 10 });
  expect(options.correction!.faCorrection!.options.filename).toBe('fa.nii.gz');
  expect(output).toMatchObject({ coilsensitivity: true, gfactor: true });
});

test('files: maps, body coil, mask; rss keeps the mask', () => {
  const maps = jobFor({ recon: 'b1', sensitivities: 'maps.npy', sensitivitiesAxes: 'cyx' });
  const { options } = maps.task.options.reconstructor.options.sensitivityMap!;
  expect(options.sensitivityMapMethod).toBe('upload');
  expect(options.sensitivityMapSource!.options).toMatchObject({
    filename: 'maps.npy',
    options: { axes: 'cyx' },
  });
  const body = jobFor({ recon: 'b1', bodyCoil: 'body.dat' }).task.options.reconstructor.options;
  expect(body.sensitivityMap!.options.sensitivityMapMethod).toBe('bodycoil');
  const masked = jobFor({ mask: 'object.nii.gz' }).task.options.reconstructor.options;
  expect(masked.mask).toMatchObject({ method: 'upload', file: { options: { filename: 'object.nii.gz' } } });
});

test('a mask without its value is refused with the path of the field', () => {
  expect(() => jobFor({ recon: 'b1', mask: 'threshold' })).toThrow(/mask\.value: expected a number/);
});

test.each<[Partial<SnrOptions>, RegExp]>([
  [{ decimate: true }, /--decimate .*sense or grappa/],
  [{ recon: 'sense', kernel: [5, 5] }, /--kernel .*grappa/],
  [{ replicas: 10 }, /--replicas .*pmr or cr/],
  [{ method: 'pmr', box: 3 }, /--box .*cr or di/],
  [{ recon: 'b1', gfactor: true }, /--gfactor/],
  [{ coils: true }, /--coils/],
  [{ sensitivities: 'espirit' }, /--sensitivities .*rss/],
])('%j: an option that would be ignored is refused', (options, said) => {
  expect(() => jobOf('signal.dat', { ...defaults, ...options })).toThrow(said);
});
