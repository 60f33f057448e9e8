import { methodNames, parseJob, reconstructionNames } from '@mroptimum/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SnrOptions } from '../../../../cli/src/task.ts';
import { commandLineJob, comparable } from '../../../test/commandLine.ts';
import { defaultForm, type SetupForm } from './form.ts';
import { problemsOf } from './problems.ts';
import { requestOf } from './request.ts';
import { formWith, maps, mask, noise, signal } from './testing.ts';

const combinations = methodNames.flatMap((method) =>
  reconstructionNames.map((reconstruction) => ({ method, reconstruction })),
);

/** Both as the calculation reads them: names, ids and defaults settled, meaningless fields dropped. */
function expectSame(form: SetupForm, options: Partial<SnrOptions>): void {
  const expected = commandLineJob('signal.dat', { noise: 'noise.dat', ...options });
  expect(comparable(parseJob(requestOf(form)))).toEqual(expected);
}

describe.each(combinations)('$method × $reconstruction', ({ method, reconstruction }) => {
  const usesMaps = reconstruction === 'b1' || reconstruction === 'sense';
  const unfolds = reconstruction === 'sense' || reconstruction === 'grappa';
  const replicated = method === 'pmr' || method === 'cr';
  const common: Partial<SnrOptions> = {
    method,
    recon: reconstruction,
    ...(method === 'pmr' && { replicas: 100 }),
    ...(method === 'cr' && { replicas: 6 }),
    ...(replicated && { seed: 0 }),
    ...((method === 'cr' || method === 'di') && { box: 9 }),
    ...(reconstruction === 'grappa' && { kernel: [5, 5] }),
    ...(unfolds && { gfactor: true }),
    ...(usesMaps && { coils: true }),
    matlab: true,
  };

  test('with its defaults is what the command line makes of the same settings', () => {
    const form = formWith({ method, reconstruction });
    expect(problemsOf(form)).toEqual({ fields: {}, other: [] });
    expectSame(form, common);
  });

  test('with everything set', () => {
    const form = formWith({
      method,
      reconstruction,
      replicas: { pmr: 40, cr: 12 },
      box: 4,
      seed: 7,
      decimate: true,
      accelerations: [1, 3],
      acl: [
        { all: true, lines: 24 },
        { all: false, lines: 20 },
      ],
      kernel: [3, 7],
      sensitivities: {
        ...defaultForm.sensitivities,
        method: 'espirit',
        espirit: { k: 5, r: 20, t: 0.02, c: 0.9 },
      },
      mask: { ...defaultForm.mask, method: 'percentage', percentage: 12 },
      output: { coilsensitivity: false, gfactor: true, matlab: false },
    });
    expect(problemsOf(form)).toEqual({ fields: {}, other: [] });
    expectSame(form, {
      method,
      recon: reconstruction,
      ...(replicated && { replicas: method === 'pmr' ? 40 : 12, seed: 7 }),
      ...((method === 'cr' || method === 'di') && { box: 4 }),
      ...(unfolds && { decimate: true, accelerations: [1, 3], acl: [null, 20], gfactor: true }),
      ...(reconstruction === 'grappa' && { kernel: [3, 7] }),
      ...(reconstruction !== 'rss' && { sensitivities: 'espirit:5,20,0.02,0.9' }),
      mask: 'percentage:12',
    });
  });
});

test('maps and masks of files, calibration lines of b1', () => {
  expectSame(
    formWith({
      reconstruction: 'b1',
      sensitivities: { ...defaultForm.sensitivities, method: 'innerACL' },
      acl: [
        { all: true, lines: 24 },
        { all: false, lines: 32 },
      ],
      mask: { ...defaultForm.mask, method: 'upload', file: mask },
    }),
    {
      recon: 'b1',
      sensitivities: 'innerACL',
      acl: [null, 32],
      mask: mask.filename,
      coils: true,
      matlab: true,
    },
  );
  expectSame(
    formWith({
      reconstruction: 'grappa',
      sensitivities: { ...defaultForm.sensitivities, method: 'bodycoil', source: maps },
    }),
    {
      recon: 'grappa',
      bodyCoil: maps.filename,
      kernel: [5, 5],
      gfactor: true,
      coils: true,
      matlab: true,
    },
  );
});

test('a multi-RAID file brings its noise along', () => {
  const request = parseJob(requestOf(formWith({ multiraid: true })));
  const { options } = request.task.options.reconstructor;
  expect(options.signal.options.multiraid).toBe(true);
  expect(options.noise).toBeUndefined();
  expect(request.task.files).toEqual(['signal']);
});

const number = fc.oneof(fc.constant<''>(''), fc.integer({ min: -5, max: 2000 }), fc.double({ noNaN: true }));
const forms: fc.Arbitrary<SetupForm> = fc
  .record({
    method: fc.constantFrom(...methodNames),
    reconstruction: fc.constantFrom(...reconstructionNames),
    multiraid: fc.boolean(),
    signal: fc.constantFrom(signal, maps),
    noise: fc.constantFrom(undefined, noise, maps),
    replicas: fc.record({ pmr: number, cr: number }),
    box: number,
    seed: number,
    decimate: fc.boolean(),
    accelerations: fc.tuple(number, number),
    acl: fc.tuple(
      fc.record({ all: fc.boolean(), lines: number }),
      fc.record({ all: fc.boolean(), lines: number }),
    ),
    kernel: fc.tuple(number, number),
    way: fc.constantFrom('inner', 'innerACL', 'espirit', 'upload', 'bodycoil'),
    mask: fc.constantFrom(
      'no',
      'reference',
      'threshold',
      'percentage',
      'percentagemean',
      'espirit',
      'upload',
    ),
    level: number,
  })
  .map(({ way, mask: method, level, ...rest }) => ({
    ...formWith(rest),
    sensitivities: { ...defaultForm.sensitivities, method: way as 'inner', source: maps },
    mask: { ...defaultForm.mask, method: method as 'no', threshold: level, percentage: level, file: mask },
  }));

test('whatever is set and left behind: without problems the job is accepted, and as it was written', () => {
  fc.assert(
    fc.property(forms, (form) => {
      const request = requestOf(form);
      const { fields, other } = problemsOf(form);
      expect(other).toEqual([]);
      if (Object.keys(fields).length > 0) return;
      const job = parseJob(request);
      // Nothing is there that the contract would drop as belonging to another method or reconstruction.
      const sent = request.task as { options: { reconstructor: { options: object } } };
      expect(Object.keys(job.task.options)).toEqual(expect.arrayContaining(Object.keys(sent.options)));
      expect(Object.keys(job.task.options.reconstructor.options)).toEqual(
        expect.arrayContaining(Object.keys(sent.options.reconstructor.options)),
      );
    }),
    { numRuns: 2000 },
  );
});
