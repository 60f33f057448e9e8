import { methodNames, reconstructionNames } from '@mroptimum/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { methods, reconstructions } from '../src/strings/setup.ts';
import type { Visitor } from './browser.ts';
import { choose, numberField, type SetupLab, shownRequest, startSetupLab } from './setupLab.ts';

let lab: SetupLab;
let visitor: Visitor;
let page: Page;
beforeAll(async () => {
  lab = await startSetupLab();
  visitor = await lab.open();
  page = visitor.page;
});
afterAll(async () => {
  expect(visitor.faults()).toEqual([]);
  await lab.end();
});

const reset = () => page.getByRole('button', { name: 'Reset', exact: true }).click();
const method = (name: keyof typeof methods) =>
  page.getByRole('radio', { name: methods[name].name, exact: true }).check();
const reconstruction = (name: keyof typeof reconstructions) =>
  page.getByRole('radio', { name: reconstructions[name].name, exact: true }).check();
const decimate = () => page.getByLabel('Undersample complete data (decimate)').check();
const sensitivities = (way: string) => page.getByLabel(/^(Where they come from|How coils)/).selectOption(way);
const mask = (way: string) => page.getByLabel('Which pixels are object').selectOption(way);

/** Fields that come and go. */
const universe = [
  'Noise',
  'Replicas',
  'Seed',
  'Box half-width, pixels',
  'Undersample complete data (decimate)',
  'Acceleration: along phase',
  'Acceleration: along readout',
  'All lines along phase',
  'All lines along readout',
  'Lines along phase',
  'Lines along readout',
  'Kernel along phase',
  'Kernel along readout',
  'Where they come from',
  'How coils are combined',
  'Window over the calibration lines',
  'Sensitivity maps or reference scan',
  'Body-coil image',
  'Kernel k',
  'Calibration size r',
  'Singular-value threshold t',
  'Crop c',
  'Percent of the maximum',
  'Times the mean',
  'Threshold',
  'Mask file',
  'Flip-angle map, degrees',
  'g-factor',
  'Multi-RAID: the noise is the adjustment scan inside the signal file',
  'Axes',
  'Voxel size, mm',
  'Noise: Axes',
  'Noise scale',
  'Noise bandwidth',
] as const;
type Label = (typeof universe)[number];

/** Those of them that are on the page now. */
async function shown(): Promise<string[]> {
  const labels = await page.locator('label').evaluateAll((found) =>
    found.flatMap((label) => {
      const { control } = label as HTMLLabelElement;
      return control && label.checkVisibility() ? [label.textContent?.trim() ?? ''] : [];
    }),
  );
  return universe.filter((label) => labels.includes(label)).sort();
}

const always: readonly Label[] = [
  'Noise',
  'Multi-RAID: the noise is the adjustment scan inside the signal file',
];
const ofMethod: Readonly<Record<string, readonly Label[]>> = {
  ac: [],
  mr: [],
  pmr: ['Replicas', 'Seed'],
  cr: ['Replicas', 'Seed', 'Box half-width, pixels'],
  di: ['Box half-width, pixels'],
};
const unfolding: readonly Label[] = ['Undersample complete data (decimate)', 'g-factor'];
const ofReconstruction: Readonly<Record<string, readonly Label[]>> = {
  rss: [],
  b1: ['Where they come from', 'Window over the calibration lines'],
  sense: ['Where they come from', 'Window over the calibration lines', ...unfolding],
  grappa: ['How coils are combined', 'Kernel along phase', 'Kernel along readout', ...unfolding],
};

describe.each(methodNames)('%s', (name) => {
  test.each(reconstructionNames)('× %s shows its own fields and no other', async (recon) => {
    await reset();
    await method(name);
    await reconstruction(recon);
    expect(await shown()).toEqual([...always, ...ofMethod[name]!, ...ofReconstruction[recon]!].sort());
  });
});

const block: readonly Label[] = ['All lines along phase', 'All lines along readout'];
const espirit: readonly Label[] = ['Kernel k', 'Calibration size r', 'Singular-value threshold t', 'Crop c'];
const without = (labels: readonly Label[], ...gone: readonly Label[]) =>
  labels.filter((label) => !gone.includes(label));
const base = (recon: string): readonly Label[] => [...always, ...ofReconstruction[recon]!];
const windowLabel = 'Window over the calibration lines';

test.each<[string, () => Promise<unknown>, readonly Label[]]>([
  ['multi-RAID hides the noise', () => page.getByLabel(/^Multi-RAID/).check(), without(base('rss'), 'Noise')],
  [
    'decimation of sense shows accelerations and calibration lines',
    () => reconstruction('sense').then(decimate),
    [...base('sense'), 'Acceleration: along phase', 'Acceleration: along readout', ...block],
  ],
  [
    'an axis without all of its lines says how many',
    () =>
      reconstruction('grappa')
        .then(decimate)
        .then(() => page.getByLabel('All lines along phase').uncheck()),
    [
      ...base('grappa'),
      'Acceleration: along phase',
      'Acceleration: along readout',
      ...block,
      'Lines along phase',
    ],
  ],
  [
    'b1 from calibration lines has a block of them, and never an acceleration',
    () =>
      reconstruction('sense')
        .then(decimate)
        .then(() => reconstruction('b1'))
        .then(() => sensitivities('innerACL')),
    [...base('b1'), ...block],
  ],
  [
    'ESPIRiT has four numbers and no window',
    () => reconstruction('b1').then(() => sensitivities('espirit')),
    [...without(base('b1'), windowLabel), ...espirit],
  ],
  [
    'grappa combined with ESPIRiT',
    () => reconstruction('grappa').then(() => sensitivities('espirit')),
    [...base('grappa'), ...espirit],
  ],
  [
    'maps of a file',
    () => reconstruction('sense').then(() => sensitivities('upload')),
    [...without(base('sense'), windowLabel), 'Sensitivity maps or reference scan'],
  ],
  [
    'a body-coil image',
    () => reconstruction('grappa').then(() => sensitivities('bodycoil')),
    [...base('grappa'), 'Body-coil image', windowLabel],
  ],
  [
    'b1 from calibration lines, then grappa, which has no such way',
    () =>
      reconstruction('b1')
        .then(() => sensitivities('innerACL'))
        .then(() => reconstruction('grappa')),
    base('grappa'),
  ],
  ['mask: percentage', () => mask('percentage'), [...base('rss'), 'Percent of the maximum']],
  ['mask: times the mean', () => mask('percentagemean'), [...base('rss'), 'Times the mean']],
  ['mask: threshold', () => mask('threshold'), [...base('rss'), 'Threshold']],
  ['mask: reference', () => mask('reference'), base('rss')],
  ['mask: ESPIRiT', () => mask('espirit'), [...base('rss'), ...espirit]],
  ['mask: a file', () => mask('upload'), [...base('rss'), 'Mask file']],
  [
    'a mask of an array',
    () => mask('upload').then(() => choose(page, 'Mask file', 'mask.npy')),
    [...base('rss'), 'Mask file', 'Axes'],
  ],
  [
    'flip angles',
    () => page.getByLabel('Correct with a flip-angle map').check(),
    [...base('rss'), 'Flip-angle map, degrees'],
  ],
  [
    'an array as signal',
    () => choose(page, 'Signal', 'array.npy'),
    [
      ...without(base('rss'), 'Multi-RAID: the noise is the adjustment scan inside the signal file'),
      'Axes',
      'Voxel size, mm',
    ],
  ],
  [
    'an array as noise',
    () => choose(page, 'Noise', 'arraynoise.npy'),
    [...base('rss'), 'Noise: Axes', 'Noise scale', 'Noise bandwidth'],
  ],
  [
    'an array as noise, then multi-RAID',
    () => choose(page, 'Noise', 'arraynoise.npy').then(() => page.getByLabel(/^Multi-RAID/).check()),
    without(base('rss'), 'Noise'),
  ],
])('%s', async (_, act, expected) => {
  await reset();
  await act();
  expect(await shown()).toEqual([...expected].sort());
});

const sense = () => reconstruction('sense').then(decimate);
const linesAlongPhase = () => sense().then(() => page.getByLabel('All lines along phase').uncheck());
const linesAlongReadout = () => sense().then(() => page.getByLabel('All lines along readout').uncheck());
const maps = () => reconstruction('b1').then(() => sensitivities('espirit'));
const fraction = 'fraction';

/** label, id, what shows it, smallest, largest, value at first */
test.each<[string, string, () => Promise<unknown>, number, number, number | '', ('fraction' | 'open')?]>([
  ['Replicas', 'replicas', () => method('pmr'), 2, 1000, 100],
  ['Replicas', 'replicas', () => method('cr'), 2, 100, 6],
  ['Box half-width, pixels', 'box', () => method('cr'), 1, 20, 9],
  ['Box half-width, pixels', 'box', () => method('di'), 1, 20, 9],
  ['Seed', 'seed', () => method('pmr'), 0, 2 ** 32 - 1, 0],
  ['Acceleration: along phase', 'acceleration.phase', sense, 1, 64, 2],
  ['Acceleration: along readout', 'acceleration.readout', sense, 1, 64, 1],
  ['Lines along phase', 'acl.phase', linesAlongPhase, 1, 4096, 24],
  ['Lines along readout', 'acl.readout', linesAlongReadout, 1, 4096, 24],
  ['Kernel along phase', 'kernel.phase', () => reconstruction('grappa'), 1, 64, 5],
  ['Kernel along readout', 'kernel.readout', () => reconstruction('grappa'), 1, 64, 5],
  ['Percent of the maximum', 'mask.value', () => mask('percentage'), 0, 100, 10, fraction],
  ['Kernel k', 'sensitivities.k', maps, 2, 32, 6],
  ['Calibration size r', 'sensitivities.r', maps, 4, 512, 24],
  ['Crop c', 'sensitivities.c', maps, 0, 1, 0.9925, fraction],
  ['Singular-value threshold t', 'sensitivities.t', maps, 0, 1, 0.01, 'open'],
  ['Kernel k', 'mask.k', () => mask('espirit'), 2, 32, 6],
  ['Calibration size r', 'mask.r', () => mask('espirit'), 4, 512, 24],
  ['Crop c', 'mask.c', () => mask('espirit'), 0, 1, 0.9925, fraction],
  ['Singular-value threshold t', 'mask.t', () => mask('espirit'), 0, 1, 0.01, 'open'],
])('%s (%s)', async (label, id, act, min, max, initial, kind) => {
  await reset();
  await act();
  const field = numberField(page, label);
  expect(await field.inputValue()).toBe(String(initial));
  const error = async (value: string): Promise<string | null> => {
    await field.fill(value);
    await field.blur();
    expect(await field.inputValue()).toBe(value);
    const told = page.locator(`[id="${id}-error"]`);
    return (await told.count()) === 0 ? null : told.textContent();
  };
  expect(await error(String(max + 1))).toBe(
    kind === 'open' ? `Expected less than 1, found 2.` : `Expected at most ${max}, found ${max + 1}.`,
  );
  expect(await error('')).toBe('Expected a number, found nothing.');
  if (kind === 'open') {
    expect(await error('0')).toBe('Expected more than 0, found 0.');
    expect(await error('1')).toBe('Expected less than 1, found 1.');
    expect(await error('0.5')).toBeNull();
    return;
  }
  expect(await error(String(min))).toBeNull();
  expect(await error(String(max))).toBeNull();
  if (min > 0) expect(await error(String(min - 1))).toBe(`Expected at least ${min}, found ${min - 1}.`);
});

test('what was set for other methods never lingers in what is sent', async () => {
  await reset();
  await choose(page, 'Signal', 'signal.dat');
  const fresh = await shownRequest(page);
  await method('cr');
  await numberField(page, 'Replicas').fill('12');
  await numberField(page, 'Box half-width, pixels').fill('7');
  await reconstruction('grappa');
  await decimate();
  await numberField(page, 'Kernel along phase').fill('999');
  await sensitivities('espirit');
  await page.getByLabel(/^Multi-RAID/).check();
  await mask('percentage');
  await numberField(page, 'Percent of the maximum').fill('200');
  await page.getByLabel('Correct with a flip-angle map').check();
  expect(await shownRequest(page)).not.toEqual(fresh);
  await method('ac');
  await reconstruction('rss');
  await page.getByLabel(/^Multi-RAID/).uncheck();
  await mask('no');
  await page.getByLabel('Correct with a flip-angle map').uncheck();
  expect(await shownRequest(page)).toEqual(fresh);
});
