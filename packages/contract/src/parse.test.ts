import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sharedFile } from '../test/sharedData.ts';
import { MroError } from './errors.ts';
import type { Job } from './job.ts';
import { jobProblems, parseJob, parseTask } from './parse.ts';

const tasks = sharedFile('tasks');

const signal = { type: 'file', options: { type: 'local', filename: 'signal.dat' } };

function task(name: string, reconstruction: string, options: object = {}, more: object = {}) {
  return {
    version: 'v0',
    acquisition: 2,
    type: 'snr',
    name,
    options: {
      ...more,
      reconstructor: { type: 'recon', name: reconstruction, options: { signal, ...options } },
    },
  };
}

function refusal(call: () => unknown): MroError {
  try {
    call();
  } catch (error) {
    if (error instanceof MroError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe.runIf(tasks)('jobs of existing clients', () => {
  const files = tasks ? readdirSync(tasks).filter((name) => name.endsWith('.json')) : [];
  test.each(files)('%s is accepted unchanged', (file) => {
    const text = readFileSync(join(tasks!, file), 'utf8');
    const original = JSON.parse(text) as { output: object; mode: string; task: { options: { NR?: number } } };
    const job = parseJob(text);
    const [method, reconstruction] = file.replace('.json', '').split('-');
    expect(job.task.name).toBe(method);
    expect(job.task.options.reconstructor.name).toBe(reconstruction);
    expect(job.output).toEqual(original.output);
    expect(job.task.options.NR).toBe(original.task.options.NR);
    expect(job.mode).toBe(original.mode);
  });
});

describe('names and legacy shapes', () => {
  test('names are case-insensitive, ids informative', () => {
    const parsed = parseTask({ ...task('PMR', 'Sense', {}, { NR: 20 }), id: 99, type: 'SNR', version: 'V0' });
    expect(parsed.name).toBe('pmr');
    expect(parsed.options.reconstructor.name).toBe('sense');
    expect(parsed.options.NR).toBe(20);
  });

  test.each(['siemens', 'SIEMENS', 'Siemens'])('vendor %s', (vendor) => {
    const file = { type: 'file', options: { type: 'local', filename: 'a.dat', vendor } };
    const parsed = parseTask(task('ac', 'rss', { signal: file }));
    expect(parsed.options.reconstructor.options.signal.options.vendor).toBe('Siemens');
  });

  test('fields that another method left behind are ignored, whatever they hold', () => {
    const lingering = task(
      'ac',
      'rss',
      { kernelSize: 'x', decimate: 'x', acl: 7 },
      { NR: 'six', boxSize: -9 },
    );
    expect(() => parseTask(lingering)).not.toThrow();
    expect(parseTask(lingering).options.NR).toBeUndefined();
  });

  test.each([
    ['reference', 'reference'],
    ['zero', 'no'],
    [{ method: 'Espirit', k: 8, r: 24, t: 0.01, c: 0.995 }, 'espirit'],
    [{ method: 'PercentageMean', value: 0.5 }, 'percentagemean'],
    [null, 'no'],
  ])('mask %j', (mask, method) => {
    const map = { name: 'inner', options: { sensitivityMapMethod: 'inner', mask } };
    const parsed = parseTask(task('ac', 'b1', { sensitivityMap: map }));
    expect(parsed.options.reconstructor.options.sensitivityMap?.options.mask.method).toBe(method);
  });

  test('a mask beside the sensitivities counts as their mask', () => {
    const parsed = parseTask(
      task('ac', 'sense', { mask: 'reference', sensitivityMap: { name: 'inner', options: {} } }),
    );
    expect(parsed.options.reconstructor.options.sensitivityMap?.options.mask.method).toBe('reference');
  });

  test.each([
    ['inneracl', 'innerACL'],
    ['INNER', 'inner'],
    ['external', 'upload'],
    ['BodyCoil', 'bodycoil'],
  ])('sensitivityMapMethod %s means %s', (written, meant) => {
    const source = { type: 'file', options: { type: 'local', filename: 'maps.npy' } };
    const map = { options: { sensitivityMapMethod: written, sensitivityMapSource: source } };
    const options = parseTask(task('ac', 'b1', { sensitivityMap: map })).options.reconstructor.options;
    expect(options.sensitivityMap?.options.sensitivityMapMethod).toBe(meant);
  });

  test('unknown fields pass through', () => {
    const parsed = parseTask({ ...task('ac', 'rss', { colour: 'blue' }), computing_unit_id: 'u1' });
    expect(parsed.computing_unit_id).toBe('u1');
    expect(parsed.options.reconstructor.options.colour).toBe('blue');
  });

  test('output inside the task, a bare task, output missing', () => {
    const inner = { ...task('ac', 'rss'), output: { matlab: true } };
    expect(parseJob({ task: inner }).output).toMatchObject({ matlab: true, gfactor: false });
    expect(parseJob(inner).output.matlab).toBe(true);
    expect(parseJob(task('ac', 'sense', { gfactor: true })).output).toMatchObject({
      gfactor: true,
      matlab: false,
    });
  });
});

describe('refusals name the field and what was expected', () => {
  test.each([
    [task('xy', 'rss'), 'name', 'one of ac, mr, pmr, cr, di'],
    [task('pmr', 'rss', {}, { NR: 1 }), 'options.NR', 'at least 2'],
    [task('pmr', 'rss', {}, { NR: 2.5 }), 'options.NR', 'a whole number'],
    [task('ac', 'nufft'), 'options.reconstructor.name', 'rss'],
    [task('ac', 'sense', { accelerations: [2] }), 'options.reconstructor.options.accelerations', ''],
    [task('ac', 'sense', { acl: [null, 0] }), 'options.reconstructor.options.acl.1', 'at least 1'],
    [task('ac', 'rss', { signal: undefined }), 'options.reconstructor.options.signal', 'an object'],
    [
      task('ac', 'b1', { sensitivityMap: { options: { mask: { method: 'threshold' } } } }),
      'options.reconstructor.options.sensitivityMap.options.mask.value',
      'a number',
    ],
    [
      task('ac', 'b1', { sensitivityMap: { options: { mask: { method: 'magic' } } } }),
      'options.reconstructor.options.sensitivityMap.options.mask.method',
      'percentagemean',
    ],
    [{ ...task('ac', 'rss'), version: 'v9' }, 'version', 'v0'],
    [
      task('ac', 'rss', { signal: { options: { type: 's3', bucket: 'b' } } }),
      'options.reconstructor.options.signal.options',
      'a bucket and a key',
    ],
  ])('%#: %j', (wrong, path, expected) => {
    const error = refusal(() => parseTask(wrong));
    expect(error.code).toBe('MRO_TASK_INVALID');
    expect(error.details.path).toBe(path);
    expect(error.message).toContain(expected);
    expect(refusal(() => parseJob({ task: wrong })).details.path).toBe(`task.${path}`);
  });

  test.each([null, 7, [], 'text'])('%j is no task', (value) => {
    const error = refusal(() => parseTask(JSON.stringify(value)));
    expect(error.code).toBe('MRO_TASK_INVALID');
  });

  test('text that is not JSON', () => {
    expect(refusal(() => parseTask('{"version":')).code).toBe('MRO_TASK_JSON');
  });
});

test('tokens, passwords and e-mail fields are dropped at any depth', () => {
  const withSecrets = {
    task: {
      ...task('ac', 'rss', { signal: { options: { ...signal.options, 'X-Api-Key': 'k1' } } }),
      token: 't1',
    },
    id_token: 't2',
    user: { email: 'someone@example.org', password: 'p1' },
    headers: { Authorization: 'Bearer t3' },
  };
  const job: Job = parseJob(withSecrets);
  expect(JSON.stringify(job)).not.toMatch(/t1|t2|t3|p1|k1|someone/);
  expect(job.task.options.reconstructor.options.signal.options.filename).toBe('signal.dat');
});

describe('properties', () => {
  const accepted = task('cr', 'sense', { accelerations: [1, 2], acl: [null, 24] }, { NR: 6, boxSize: 9 });

  test('whatever arrives is read or refused with a catalogued error', () => {
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true }),
        fc.constantFrom(parseTask, parseJob),
        (value, parse) => {
          try {
            parse(value);
          } catch (error) {
            expect(error).toBeInstanceOf(MroError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('so is a task in which one field was replaced', () => {
    const paths: string[][] = [];
    const walk = (value: unknown, path: string[]): void => {
      if (path.length > 0) paths.push(path);
      if (typeof value === 'object' && value !== null) {
        for (const [name, entry] of Object.entries(value)) walk(entry, [...path, name]);
      }
    };
    walk(accepted, []);
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.anything(), (path, value) => {
        const changed = structuredClone(accepted) as unknown as Record<string, unknown>;
        const parent = path.slice(0, -1).reduce((at, name) => at[name] as Record<string, unknown>, changed);
        parent[path.at(-1)!] = value;
        try {
          parseTask(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(MroError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('a parsed job parses to itself', () => {
    const once = parseJob(accepted);
    expect(parseJob(once)).toEqual(once);
    expect(parseJob(JSON.stringify(once))).toEqual(once);
  });
});

test('all problems of a job at once, each with its path and what was expected', () => {
  const wrong = task('pmr', 'sense', { accelerations: [0, 1.5], decimate: true }, { NR: 1, seed: null });
  expect(jobProblems(wrong)).toEqual([
    { path: 'task.options.NR', expected: 'at least 2', found: '1' },
    { path: 'task.options.seed', expected: 'a number', found: 'nothing' },
    { path: 'task.options.reconstructor.options.accelerations.0', expected: 'at least 1', found: '0' },
    {
      path: 'task.options.reconstructor.options.accelerations.1',
      expected: 'a whole number',
      found: '1.5',
    },
  ]);
  expect(jobProblems(task('ac', 'rss'))).toEqual([]);
  expect(refusal(() => jobProblems('{')).code).toBe('MRO_TASK_JSON');
});
