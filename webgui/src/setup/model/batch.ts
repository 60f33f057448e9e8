import { methodNames, reconstructionNames } from '@mroptimum/contract';
import type { ChosenFile, SetupForm } from './form.ts';
import { aliasOf } from './request.ts';
import { isVisible } from './visibility.ts';

/** More than this at once is a slip of the keyboard. */
export const mostJobs = 100;

interface Variable {
  readonly label: string;
  /** Short, for the names of jobs. */
  readonly tag: (value: string) => string;
  readonly numeric: boolean;
  readonly set: (form: SetupForm, value: string) => SetupForm;
  /** Whether the setting means anything in this form. */
  readonly applies: (form: SetupForm) => boolean;
}

const oneOf = <T extends string>(names: readonly T[], value: string): T | undefined =>
  names.find((name) => name === value.toLowerCase());

/** Settings that a batch may vary. */
export const variables = {
  method: {
    label: 'Method',
    tag: (value) => value,
    numeric: false,
    set: (form, value) => ({ ...form, method: oneOf(methodNames, value) ?? form.method }),
    applies: () => true,
  },
  reconstruction: {
    label: 'Reconstruction',
    tag: (value) => value,
    numeric: false,
    set: (form, value) => ({
      ...form,
      reconstruction: oneOf(reconstructionNames, value) ?? form.reconstruction,
    }),
    applies: () => true,
  },
  acceleration: {
    label: 'Acceleration along phase',
    tag: (value) => `R${value}`,
    numeric: true,
    set: (form, value) => ({ ...form, accelerations: [form.accelerations[0], Number(value)] }),
    applies: (form) => isVisible('acceleration.phase', form),
  },
  acl: {
    label: 'Calibration lines along phase',
    tag: (value) => `acl${value}`,
    numeric: true,
    set: (form, value) => ({ ...form, acl: [form.acl[0], { all: false, lines: Number(value) }] }),
    applies: (form) => isVisible('acl.phase.all', form),
  },
  replicas: {
    label: 'Replicas',
    tag: (value) => `NR${value}`,
    numeric: true,
    set: (form, value) => ({
      ...form,
      replicas: {
        ...form.replicas,
        [form.method === 'cr' ? 'cr' : 'pmr']: Number(value),
      },
    }),
    applies: (form) => isVisible('replicas', form),
  },
  box: {
    label: 'Box half-width',
    tag: (value) => `box${value}`,
    numeric: true,
    set: (form, value) => ({ ...form, box: Number(value) }),
    applies: (form) => isVisible('box', form),
  },
  percentage: {
    label: 'Mask, % of the maximum',
    tag: (value) => `mask${value}`,
    numeric: true,
    set: (form, value) => ({
      ...form,
      mask: { ...form.mask, method: 'percentage', percentage: Number(value) },
    }),
    applies: () => true,
  },
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof variables;

export interface Variation {
  readonly variable: VariableName;
  /** As typed: "2, 3, 4" */
  readonly values: readonly string[];
}

/** "2, 3 4" as ["2", "3", "4"], each once. */
export const valuesIn = (text: string): readonly string[] => [
  ...new Set(text.split(/[\s,;]+/).filter((part) => part !== '')),
];

/** The values that a setting may have; undefined where they are numbers. */
export function namesFor(name: VariableName): readonly string[] | undefined {
  if (variables[name].numeric) return undefined;
  return name === 'method' ? methodNames : reconstructionNames;
}

/** Why a value cannot be used; undefined where it can. */
export function valueProblem(name: VariableName, value: string): string | undefined {
  const names = namesFor(name);
  if (names === undefined)
    return Number.isFinite(Number(value)) ? undefined : `Expected numbers, found "${value}".`;
  return names.includes(value.toLowerCase()) ? undefined : `Expected ${names.join(', ')}; found "${value}".`;
}

/**
 * The grid of signals × values of each variation, as one form per job with a name that tells them apart. A
 * setting that means nothing in one of the combinations (replicas of ac) makes no second job of it.
 *
 * @param signals those beside the one of the form; none: the form's alone
 */
export function expand(
  form: SetupForm,
  signals: readonly ChosenFile[],
  variations: readonly Variation[],
): readonly SetupForm[] {
  const chosen = [...(form.signal ? [form.signal] : []), ...signals];
  const unique = chosen.filter((file, i) => chosen.findIndex(({ id }) => id === file.id) === i);
  let jobs: readonly { form: SetupForm; tags: readonly string[] }[] = (
    unique.length > 0 ? unique : [undefined]
  ).map((signal) => ({ form: { ...form, signal }, tags: [] }));
  // Names first: what the numbers mean hangs on them.
  const ordered = [...variations].sort(
    (one, other) => Number(variables[one.variable].numeric) - Number(variables[other.variable].numeric),
  );
  for (const { variable, values } of ordered) {
    const { set, applies, tag, numeric } = variables[variable];
    jobs = jobs.flatMap((job) =>
      applies(job.form) && values.length > 0
        ? values.map((value) => ({
            form: set(job.form, value),
            tags: numeric ? [...job.tags, tag(value)] : job.tags,
          }))
        : [job],
    );
  }
  return jobs.map(({ form: one, tags }) => ({ ...one, alias: nameOf(one, tags, jobs.length > 1) }));
}

/** A name of the user's becomes the beginning of all names. */
function nameOf(form: SetupForm, tags: readonly string[], several: boolean): string {
  const given = form.alias.trim();
  if (!several) return aliasOf(form);
  const base = given === '' ? aliasOf(form) : `${given}-${aliasOf({ ...form, alias: '' })}`;
  return [base, ...tags].join('-');
}
