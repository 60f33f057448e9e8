import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { methodNames, parseJob, presetSettings, reconstructionNames } from '@mroptimum/contract';
import { describe, expect, test } from 'vitest';
import { sharedFile } from '../../../../packages/contract/test/sharedData.ts';
import { defaultForm, type SetupForm } from './form.ts';
import { problemsOf } from './problems.ts';
import { readJob } from './readJob.ts';
import { requestOf } from './request.ts';
import { angles, file, formWith, library, maps, mask } from './testing.ts';

const tasks = sharedFile('tasks');

describe.runIf(tasks)('jobs of existing clients', () => {
  const files = tasks ? readdirSync(tasks).filter((name) => name.endsWith('.json')) : [];
  test.each(files)('%s is read, and sent again means the same', (name) => {
    const text = readFileSync(join(tasks!, name), 'utf8');
    const before = parseJob(text);
    const { form, destination, notes } = readJob(text, library);
    expect(notes).toEqual([]);
    expect(destination).toEqual({ unit: '<uuid>', mode: 'mode_1' });
    expect(problemsOf(form)).toEqual({ fields: {}, other: [] });
    const after = parseJob(requestOf(form));
    expect(after.alias).toBe(before.alias);
    expect(after.output).toEqual(before.output);
    expect(after.task.name).toBe(before.task.name);
    const [was, is] = [before.task.options, after.task.options];
    for (const key of ['NR', 'boxSize'] as const) {
      if (was[key] !== undefined) expect(is[key]).toBe(was[key]);
    }
    const [old, now] = [was.reconstructor, is.reconstructor];
    expect(now.name).toBe(old.name);
    for (const key of ['decimate', 'accelerations', 'acl', 'kernelSize', 'gfactor', 'correction'] as const) {
      if (old.options[key] !== undefined) expect(now.options[key]).toEqual(old.options[key]);
    }
    expect(now.options.signal.options.filename).toBe('signal.dat');
    expect(now.options.sensitivityMap?.options.mask ?? now.options.mask).toEqual(
      old.options.sensitivityMap?.options.mask ?? old.options.mask ?? { method: 'no' },
    );
  });
});

const rich: Partial<SetupForm> = {
  alias: 'a job',
  replicas: { pmr: 20, cr: 7 },
  box: 3,
  seed: 5,
  decimate: true,
  accelerations: [2, 3],
  acl: [
    { all: false, lines: 10 },
    { all: true, lines: 24 },
  ],
  kernel: [3, 4],
  sensitivities: { ...defaultForm.sensitivities, method: 'upload', source: maps, axes: 'xyc' },
  mask: { ...defaultForm.mask, method: 'upload', file: mask },
  flipAngle: { use: true, file: angles },
  output: { coilsensitivity: true, gfactor: false, matlab: false },
};

describe.each(methodNames)('%s', (method) => {
  test.each(reconstructionNames)('× %s is the same after export and import', (reconstruction) => {
    const form = formWith({ ...rich, method, reconstruction });
    const request = requestOf(form);
    const read = readJob(JSON.stringify(request), library);
    expect(read.notes).toEqual([]);
    expect(requestOf(read.form)).toEqual(request);
  });

  test.each(reconstructionNames)('× %s as a preset holds settings and no file', (reconstruction) => {
    const form = formWith({ ...rich, method, reconstruction });
    const preset = presetSettings(requestOf(form));
    expect(JSON.stringify(preset)).not.toMatch(/\.dat|\.npy|\.nii|data\/me/);
    expect(presetSettings(preset)).toEqual(preset);
    const { form: read, notes } = readJob(preset, library);
    expect(notes).toEqual([]);
    expect(read.signal).toBeUndefined();
    const { signal, noise } = form;
    const withFiles = {
      ...read,
      signal,
      noise,
      alias: 'a job',
      sensitivities: { ...read.sensitivities, source: maps, axes: 'xyc' },
      mask: { ...read.mask, file: mask },
      flipAngle: { ...read.flipAngle, file: angles },
    };
    expect(requestOf(withFiles)).toEqual(requestOf(form));
  });
});

test('files are found by id, by key, by a name that only one has; others are told', () => {
  const [one, other] = [file('twice.dat'), { ...file('twice.dat'), id: 'another', key: 'data/me/another' }];
  const job = (options: object) => ({
    version: 'v0',
    name: 'ac',
    options: {
      reconstructor: {
        name: 'rss',
        options: {
          signal: { type: 'file', id: 3, options: { type: 's3', bucket: 'b', key: 'k', ...options } },
        },
      },
    },
  });
  const read = (options: object) => readJob(job(options), [...library, one, other]);
  expect(read({ filename: 'signal.dat' }).form.signal?.filename).toBe('signal.dat');
  expect(read({ filename: 'x', key: 'data/me/another' }).form.signal?.id).toBe('another');
  expect(read({ filename: 'twice.dat' }).form.signal).toBeUndefined();
  expect(read({ filename: 'gone.dat' }).notes).toEqual([
    'Signal: gone.dat is not in your library; choose the file.',
  ]);
});

test('fields that another method left behind, old spellings, and accelerations without decimation', () => {
  const { form, notes } = readJob(
    {
      version: 'v0',
      name: 'AC',
      options: {
        NR: 'six',
        boxSize: -1,
        reconstructor: {
          name: 'SENSE',
          options: {
            signal: { options: { type: 'local', filename: 'signal.dat' } },
            accelerations: [1, 2],
            kernelSize: 'x',
            sensitivityMap: { name: 'inner_acl', options: { mask: 'espirit' } },
          },
        },
      },
    },
    library,
  );
  expect(form).toMatchObject({ method: 'ac', reconstruction: 'sense', decimate: false, box: 9 });
  expect(form.sensitivities.method).toBe('innerACL');
  expect(form.mask).toMatchObject({ method: 'espirit', espirit: { k: 8 } });
  expect(notes).toHaveLength(1);
  expect(problemsOf(form)).toEqual({ fields: {}, other: [] });
});

test('the info.json of a result gives the settings it was made with', () => {
  const { task } = requestOf(formWith({ method: 'cr', reconstruction: 'sense' }));
  const info = JSON.stringify({ headers: { options: task, log: [] }, data: [], info: {} });
  expect(readJob(info, library).form).toMatchObject({ method: 'cr', reconstruction: 'sense' });
});

test('what is no job is refused in the words of the contract', () => {
  expect(() => readJob('{', library)).toThrow(/not valid JSON/);
  expect(() => readJob('[]', library)).toThrow(/the job/);
  expect(() => readJob({ version: 'v0', name: 'xx', options: {} }, library)).toThrow(/name: expected one of/);
});
