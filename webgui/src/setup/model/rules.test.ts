import { methodNames, reconstructionNames } from '@mroptimum/contract';
import { describe, expect, test } from 'vitest';
import { type FieldId, fieldAt, fieldIds, fields, rangeOf } from './fields.ts';
import { defaultForm, type SetupForm } from './form.ts';
import { problemsOf, warningsOf } from './problems.ts';
import { file, formWith, maps } from './testing.ts';
import { isVisible, sensitivityMethodsOf } from './visibility.ts';

const shown = (changes: Partial<SetupForm>): readonly FieldId[] =>
  fieldIds.filter((id) => isVisible(id, formWith(changes)));

const always: readonly FieldId[] = [
  'alias',
  'signal',
  'multiraid',
  'noise',
  'mask.method',
  'flipAngle.use',
  'output.matlab',
];
const ofMethod: Readonly<Record<string, readonly FieldId[]>> = {
  ac: [],
  mr: [],
  pmr: ['replicas', 'seed'],
  cr: ['replicas', 'seed', 'box'],
  di: ['box'],
};
const ofReconstruction: Readonly<Record<string, readonly FieldId[]>> = {
  rss: [],
  b1: ['sensitivities.method', 'sensitivities.window', 'output.coilsensitivity'],
  sense: [
    'sensitivities.method',
    'sensitivities.window',
    'output.coilsensitivity',
    'decimate',
    'output.gfactor',
  ],
  grappa: ['sensitivities.method', 'decimate', 'output.gfactor', 'kernel.readout', 'kernel.phase'],
};
const sorted = (ids: readonly FieldId[]): readonly FieldId[] => [...ids].sort();

describe.each(methodNames)('%s', (method) => {
  test.each(reconstructionNames)('× %s shows its own fields and no other', (reconstruction) => {
    expect(sorted(shown({ method, reconstruction }))).toEqual(
      sorted([...always, ...ofMethod[method]!, ...ofReconstruction[reconstruction]!]),
    );
  });
});

test.each<[Partial<SetupForm>, readonly FieldId[], readonly FieldId[]]>([
  [{ multiraid: true }, [], ['noise']],
  [
    { reconstruction: 'sense', decimate: true },
    ['acceleration.phase', 'acceleration.readout', 'acl.phase.all'],
    ['acl.phase'],
  ],
  [{ reconstruction: 'b1', decimate: true }, [], ['acceleration.phase', 'acl.phase.all', 'decimate']],
  [
    {
      reconstruction: 'grappa',
      decimate: true,
      acl: [
        { all: true, lines: 1 },
        { all: false, lines: 24 },
      ],
    },
    ['acl.phase', 'acl.readout.all'],
    ['acl.readout'],
  ],
  [
    { reconstruction: 'b1', sensitivities: { ...defaultForm.sensitivities, method: 'innerACL' } },
    ['acl.phase.all', 'acl.readout.all', 'sensitivities.window'],
    ['acl.phase', 'sensitivities.k'],
  ],
  [
    { reconstruction: 'grappa', sensitivities: { ...defaultForm.sensitivities, method: 'innerACL' } },
    [],
    ['acl.phase.all', 'sensitivities.window', 'output.coilsensitivity'],
  ],
  [
    { reconstruction: 'grappa', sensitivities: { ...defaultForm.sensitivities, method: 'espirit' } },
    ['sensitivities.k', 'sensitivities.r', 'sensitivities.t', 'sensitivities.c', 'output.coilsensitivity'],
    ['sensitivities.window', 'sensitivities.source'],
  ],
  [
    { reconstruction: 'rss', sensitivities: { ...defaultForm.sensitivities, method: 'espirit' } },
    [],
    ['sensitivities.method', 'sensitivities.k', 'output.coilsensitivity'],
  ],
  [
    {
      reconstruction: 'sense',
      sensitivities: { ...defaultForm.sensitivities, method: 'upload', source: maps },
    },
    ['sensitivities.source', 'sensitivities.axes'],
    ['sensitivities.window', 'sensitivities.k'],
  ],
  [{ mask: { ...defaultForm.mask, method: 'percentage' } }, ['mask.value'], ['mask.k', 'mask.file']],
  [{ mask: { ...defaultForm.mask, method: 'espirit' } }, ['mask.k', 'mask.c'], ['mask.value', 'mask.file']],
  [{ mask: { ...defaultForm.mask, method: 'upload' } }, ['mask.file'], ['mask.value', 'mask.axes', 'mask.k']],
  [{ mask: { ...defaultForm.mask, method: 'reference' } }, [], ['mask.value', 'mask.file', 'mask.k']],
  [{ flipAngle: { use: true, file: undefined } }, ['flipAngle.file'], []],
  [{ signal: file('s.npy', {}) }, ['signal.axes', 'signal.spacing'], ['multiraid', 'signal.variable']],
  [{ signal: file('s.mat', {}), multiraid: true }, ['signal.variable', 'noise'], ['multiraid']],
  [
    { noise: file('n.npy', {}) },
    ['noise.axes', 'noise.noiseScale', 'noise.noiseBandwidth'],
    ['noise.variable'],
  ],
  [{ noise: file('n.npy', {}), multiraid: true }, [], ['noise.axes', 'noise.noiseScale']],
])('%j', (changes, visible, hidden) => {
  const ids = shown(changes);
  expect(ids).toEqual(expect.arrayContaining([...visible]));
  for (const id of hidden) expect(ids).not.toContain(id);
});

test('grappa offers no sensitivities of calibration lines, rss none at all', () => {
  expect(sensitivityMethodsOf('grappa')).not.toContain('innerACL');
  expect(sensitivityMethodsOf('rss')).toEqual([]);
});

/** A form in which a field is shown, and how it takes a number. */
const numeric: readonly (readonly [
  FieldId,
  Partial<SetupForm>,
  (value: number) => Partial<SetupForm>,
  number,
  number,
])[] = [
  ['replicas', { method: 'pmr' }, (pmr) => ({ replicas: { pmr, cr: 6 } }), 2, 1000],
  ['replicas', { method: 'cr' }, (cr) => ({ replicas: { pmr: 100, cr } }), 2, 100],
  ['seed', { method: 'pmr' }, (seed) => ({ seed }), 0, 0xffff_ffff],
  ['box', { method: 'cr' }, (box) => ({ box }), 1, 20],
  ['box', { method: 'di' }, (box) => ({ box }), 1, 20],
  [
    'acceleration.phase',
    { reconstruction: 'sense', decimate: true },
    (r) => ({ accelerations: [1, r] }),
    1,
    64,
  ],
  [
    'acceleration.readout',
    { reconstruction: 'grappa', decimate: true },
    (r) => ({ accelerations: [r, 1] }),
    1,
    64,
  ],
  [
    'acl.phase',
    { reconstruction: 'sense', decimate: true },
    (lines) => ({ acl: [defaultForm.acl[0], { all: false, lines }] }),
    1,
    4096,
  ],
  ['kernel.readout', { reconstruction: 'grappa' }, (k) => ({ kernel: [k, 5] }), 1, 64],
  ['kernel.phase', { reconstruction: 'grappa' }, (k) => ({ kernel: [5, k] }), 1, 64],
  [
    'mask.value',
    {},
    (percentage) => ({ mask: { ...defaultForm.mask, method: 'percentage', percentage } }),
    0,
    100,
  ],
  ...(['k', 'r'] as const).map(
    (name) =>
      [
        `sensitivities.${name}`,
        { reconstruction: 'b1' },
        (value: number) => ({
          sensitivities: {
            ...defaultForm.sensitivities,
            method: 'espirit' as const,
            espirit: { ...defaultForm.sensitivities.espirit, [name]: value },
          },
        }),
        name === 'k' ? 2 : 4,
        name === 'k' ? 32 : 512,
      ] as const,
  ),
];

describe.each(numeric)('the range of %s', (id, base, at, min, max) => {
  const problem = (value: number) => problemsOf(formWith({ ...base, ...at(value) })).fields[id];

  test(`is ${min} … ${max}`, () => {
    expect(rangeOf(id, formWith(base))).toMatchObject({ min, max });
    expect(problem(min)).toBeUndefined();
    expect(problem(max)).toBeUndefined();
    expect(problem(min - 1)).toMatch(new RegExp(`^Expected at least ${min}, found ${min - 1}\\.$`));
    expect(problem(max + 1)).toMatch(new RegExp(`^Expected at most ${max}, found ${max + 1}\\.$`));
  });
});

test('fractions, open ranges and emptied fields are told in the words of the contract', () => {
  const espirit = (changes: object) =>
    problemsOf(
      formWith({
        mask: {
          ...defaultForm.mask,
          method: 'espirit',
          espirit: { ...defaultForm.mask.espirit, ...changes },
        },
      }),
    ).fields;
  expect(espirit({ t: 0 })['mask.t']).toBe('Expected more than 0, found 0.');
  expect(espirit({ t: 1 })['mask.t']).toBe('Expected less than 1, found 1.');
  expect(espirit({ c: 1 })['mask.c']).toBeUndefined();
  expect(espirit({ c: 1.1 })['mask.c']).toBe('Expected at most 1, found 1.1.');
  expect(problemsOf(formWith({ method: 'cr', box: 2.5 })).fields.box).toBe(
    'Expected a whole number, found 2.5.',
  );
  expect(problemsOf(formWith({ method: 'cr', box: '' })).fields.box).toBe(
    'Expected a number, found nothing.',
  );
  expect(problemsOf(formWith({ mask: { ...defaultForm.mask, method: 'threshold' } })).fields).toEqual({
    'mask.value': 'Expected a number, found nothing.',
  });
});

test('files that are missing, axes that are wrong', () => {
  const missing = problemsOf({
    ...formWith(),
    signal: undefined,
    reconstruction: 'b1',
    sensitivities: { ...defaultForm.sensitivities, method: 'upload' },
    mask: { ...defaultForm.mask, method: 'upload' },
    flipAngle: { use: true, file: undefined },
  });
  expect(Object.keys(missing.fields).sort()).toEqual([
    'flipAngle.file',
    'mask.file',
    'sensitivities.source',
    'signal',
  ]);
  expect(missing.other).toEqual([]);
  const array = (axes: string) =>
    problemsOf(formWith({ signal: file('a.npy', {}), signalArray: { ...defaultForm.signalArray, axes } }))
      .fields;
  expect(array('')['signal.axes']).toMatch(/letter for each axis/);
  expect(array('qqq')['signal.axes']).toMatch(/axis letters/);
  expect(array('xyc')).toEqual({});
});

test('every field of the page is found by its path in the job', () => {
  for (const id of fieldIds) expect(fieldAt(fields[id].path)).toBe(id);
  const map = 'task.options.reconstructor.options.sensitivityMap.options';
  expect(fieldAt(`${map}.mask.value`)).toBe('mask.value');
  expect(fieldAt(`${map}.sensitivityMapSource.options.key`)).toBe('sensitivities.source');
  expect(fieldAt('task.nonsense')).toBeUndefined();
});

test('what deserves a thought: data that the scanner must have undersampled, noise that nobody knows', () => {
  expect(warningsOf(formWith({ reconstruction: 'sense' }))).toEqual(['undersampled']);
  expect(warningsOf(formWith({ reconstruction: 'grappa', decimate: true, accelerations: [1, 1] }))).toEqual([
    'undersampled',
  ]);
  expect(warningsOf(formWith({ reconstruction: 'grappa', decimate: true }))).toEqual([]);
  expect(warningsOf(formWith({ reconstruction: 'b1' }))).toEqual([]);
  expect(warningsOf(formWith({ noise: undefined }))).toEqual(['withoutNoise']);
  // Methods of repetitions measure the noise themselves; one repetition is not enough for them.
  expect(warningsOf(formWith({ noise: undefined, method: 'mr' }))).toEqual([]);
  expect(warningsOf(formWith({ noise: undefined, method: 'di' }))).toEqual([]);
  const once = { ...formWith({}).signal!, summary: { repetitions: 1 } };
  expect(warningsOf(formWith({ signal: once, method: 'mr' }))).toEqual(['oneRepetition']);
  expect(warningsOf(formWith({ signal: once, method: 'ac' }))).toEqual([]);
  expect(warningsOf(formWith({ noise: undefined, multiraid: true }))).toEqual([]);
  const withNoise = file('meas.dat', { kind: 'raw', noise: true });
  expect(warningsOf(formWith({ noise: undefined, signal: withNoise }))).toEqual([]);
});
