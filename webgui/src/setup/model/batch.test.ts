import { expect, test } from 'vitest';
import { expand, valueProblem, valuesIn } from './batch.ts';
import { requestOf } from './request.ts';
import { file, formWith } from './testing.ts';

const [a, b] = [file('a.dat'), file('b.dat')];

test('the grid of signals and settings, each job with a name of its own', () => {
  const form = formWith({ signal: a, method: 'pmr', reconstruction: 'sense', decimate: true });
  const jobs = expand(
    form,
    [a, b],
    [
      { variable: 'acceleration', values: ['2', '3'] },
      { variable: 'replicas', values: ['10', '20', '30'] },
    ],
  );
  expect(jobs).toHaveLength(12);
  expect(jobs.map(({ alias }) => alias)).toContain('b-pmr-sense-R3-NR20');
  expect(new Set(jobs.map(({ alias }) => alias)).size).toBe(12);
  expect(new Set(jobs.map((job) => JSON.stringify(requestOf(job)))).size).toBe(12);
});

test('a setting that means nothing in a combination makes no second job of it', () => {
  const jobs = expand(
    formWith({ signal: a }),
    [],
    [
      { variable: 'replicas', values: ['10', '20'] },
      { variable: 'method', values: ['ac', 'pmr'] },
    ],
  );
  expect(jobs.map(({ alias }) => alias)).toEqual(['a-ac-rss', 'a-pmr-rss-NR10', 'a-pmr-rss-NR20']);
});

test('a name of the user begins all names; a single job bears it alone', () => {
  expect(expand(formWith({ signal: a, alias: 'knee' }), [], [])[0]!.alias).toBe('knee');
  const jobs = expand(formWith({ signal: a, alias: 'knee' }), [b], []);
  expect(jobs.map(({ alias }) => alias)).toEqual(['knee-a-ac-rss', 'knee-b-ac-rss']);
});

test('values as they are typed', () => {
  expect(valuesIn(' 2, 3;3  4')).toEqual(['2', '3', '4']);
  expect(valueProblem('box', 'x')).toMatch(/numbers/);
  expect(valueProblem('box', '3')).toBeUndefined();
  expect(valueProblem('method', 'PMR')).toBeUndefined();
  expect(valueProblem('reconstruction', 'espirit')).toMatch(/rss, b1, sense, grappa/);
});
