import { jobProblems } from '@mroptimum/contract';
import { type FieldId, fieldAt, fieldIds, numberOf, type Range, rangeOf } from './fields.ts';
import type { SetupForm } from './form.ts';
import { requestOf } from './request.ts';
import { assumesUndersampled, isVisible } from './visibility.ts';

/** What is wrong, field by field; `other`: what belongs to no field of the page. */
export interface Problems {
  readonly fields: Readonly<Partial<Record<FieldId, string>>>;
  readonly other: readonly string[];
}

/** Files that must be chosen where their field is shown. */
const needed: readonly (readonly [FieldId, (form: SetupForm) => unknown, string])[] = [
  ['signal', ({ signal }) => signal, 'Choose the file of the signal.'],
  [
    'sensitivities.source',
    ({ sensitivities }) => sensitivities.source,
    'Choose the file of the sensitivities.',
  ],
  ['mask.file', ({ mask }) => mask.file, 'Choose the file of the mask.'],
  ['flipAngle.file', ({ flipAngle }) => flipAngle.file, 'Choose the flip-angle map.'],
];

/** Everything that keeps the job from being queued: ranges of the page, and what the contract says. */
export function problemsOf(form: SetupForm): Problems {
  const found: Partial<Record<FieldId, string>> = {};
  const other: string[] = [];
  for (const [id, file, message] of needed) {
    if (isVisible(id, form) && file(form) === undefined) found[id] = message;
  }
  for (const id of fieldIds) {
    const problem = isVisible(id, form) ? rangeProblem(id, form) : undefined;
    if (problem !== undefined) found[id] = problem;
  }
  if (isVisible('signal.axes', form) && form.signalArray.axes.trim() === '' && isHeaderless(form)) {
    found['signal.axes'] = 'Expected a letter for each axis, such as xyc.';
  }
  for (const { path, expected, found: value } of jobProblems(requestOf(form))) {
    const id = fieldAt(path);
    if (id === undefined) other.push(`${path}: expected ${expected}, found ${value}.`);
    else found[id] ??= `Expected ${expected}, found ${value}.`;
  }
  return { fields: found, other };
}

/** In the words of the contract, whose own limits are wider than those of the page. */
function rangeProblem(id: FieldId, form: SetupForm): string | undefined {
  const range = rangeOf(id, form);
  const value = numberOf(id, form);
  if (range === undefined || value === undefined) return undefined;
  const expected = value === '' ? 'a number' : expectation(value, range);
  return expected && `Expected ${expected}, found ${value === '' ? 'nothing' : value}.`;
}

function expectation(value: number, { min, max, fraction, open }: Range): string | undefined {
  if (!fraction && !Number.isInteger(value)) return 'a whole number';
  if (open ? value <= min : value < min) return `${open ? 'more than' : 'at least'} ${min}`;
  if (open ? value >= max : value > max) return `${open ? 'less than' : 'at most'} ${max}`;
  return undefined;
}

/** A NumPy array says its shape, but not what its axes are. */
const isHeaderless = ({ signal }: SetupForm): boolean =>
  signal?.summary.format === 'npy' || /\.npy$/i.test(signal?.filename ?? '');

/** What deserves a thought before the job is queued, but does not hinder it. */
export type Warning = 'undersampled' | 'withoutNoise' | 'oneRepetition';

export function warningsOf(form: SetupForm): readonly Warning[] {
  const warnings: Warning[] = [];
  if (assumesUndersampled(form)) warnings.push('undersampled');
  const inside = form.multiraid || form.signal?.summary.noise === true;
  // Methods of repetitions measure the noise on these.
  const repeated = form.method === 'mr' || form.method === 'di';
  if (form.signal && !form.noise && !inside && !repeated) warnings.push('withoutNoise');
  if (repeated && form.signal?.summary.repetitions === 1) warnings.push('oneRepetition');
  return warnings;
}
