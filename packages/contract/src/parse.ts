import type { z } from 'zod';
import { MroError } from './errors.ts';
import { type Job, jobSchema, type Output, outputSchema } from './job.ts';
import { withoutSecretFields } from './secrets.ts';
import { type Task, taskSchema } from './task.ts';

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const lower = (value: unknown): string => (typeof value === 'string' ? value.trim().toLowerCase() : '');

/**
 * Reads a calculation request (text or parsed JSON) of version v0. Names are case-insensitive, ids
 * informative, unknown fields pass through. Fields that only another method or reconstruction uses
 * (clients leave NR, boxSize or kernelSize behind when the user changes his mind) are dropped unread.
 *
 * @throws MroError MRO_TASK_JSON (not JSON), MRO_TASK_INVALID (with the field's path and what was expected).
 */
export function parseTask(json: unknown): Task {
  return validate(taskSchema, relevantFields(withoutSecretFields(readJson(json))), '');
}

/**
 * Reads a job: `{task, output, alias, …}` or a bare task. `output` may also lie inside the task, as older
 * clients have it; without any, nothing beyond the maps is written. Tokens, passwords and e-mail
 * addresses found in it are dropped.
 *
 * @throws MroError as `parseTask`.
 */
export function parseJob(json: unknown): Job {
  return validate(jobSchema, jobFields(json), '');
}

function jobFields(json: unknown): Fields {
  const fields = withoutSecretFields(readJson(json));
  if (!isFields(fields)) throw invalid('the job', 'an object with a task', fields);
  const wrapped = isFields(fields.task) ? fields : { task: fields };
  const task = wrapped.task as Fields;
  const output = wrapped.output ?? task.output ?? impliedOutput(task);
  return { ...wrapped, task: relevantFields(task), output };
}

/** What is wrong with one field: its path, and what was expected there. */
export interface FieldProblem {
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

/**
 * Everything that `parseJob` would refuse, field by field, for pages that show it beside the fields.
 *
 * @throws MroError MRO_TASK_JSON (not JSON), MRO_TASK_INVALID (no job at all).
 */
export function jobProblems(json: unknown): readonly FieldProblem[] {
  const fields = jobFields(json);
  const result = jobSchema.safeParse(fields);
  if (result.success) return [];
  return result.error.issues.map((issue) => ({
    path: issue.path.map(String).join('.'),
    expected: expectation(issue),
    found: shown(valueAt(fields, issue.path)),
  }));
}

/** Output flags of a job that states none: the g-factor where the task itself asks for it. */
function impliedOutput(task: Fields): Output {
  const options = isFields(task.options) ? task.options : {};
  const reconstructor = isFields(options.reconstructor) ? options.reconstructor : {};
  const inner = isFields(reconstructor.options) ? reconstructor.options : {};
  return outputSchema.parse({ gfactor: inner.gfactor === true });
}

function readJson(json: unknown): unknown {
  if (typeof json !== 'string') return json;
  try {
    return JSON.parse(json) as unknown;
  } catch (cause) {
    // The system's own message quotes the text around the place, which may hold secrets.
    const position = /position (\d+)/.exec((cause as Error).message)?.[1];
    const line = position === undefined ? undefined : json.slice(0, Number(position)).split('\n').length;
    const where = line === undefined ? '' : `: line ${line} cannot be read`;
    throw new MroError('MRO_TASK_JSON', `The task is not valid JSON${where}.`);
  }
}

/** A copy with only the fields that this method and this reconstruction use. */
function relevantFields(task: unknown): unknown {
  if (!isFields(task) || !isFields(task.options)) return task;
  const options: Fields = { ...task.options };
  const method = lower(task.name);
  if (method !== 'pmr' && method !== 'cr') {
    delete options.NR;
    delete options.seed;
  }
  if (method !== 'cr' && method !== 'di') delete options.boxSize;
  if (isFields(options.reconstructor)) options.reconstructor = relevantReconstructor(options.reconstructor);
  return { ...task, options };
}

function relevantReconstructor(reconstructor: Fields): Fields {
  if (!isFields(reconstructor.options)) return reconstructor;
  const options: Fields = { ...reconstructor.options };
  const name = lower(reconstructor.name);
  if (name !== 'grappa') delete options.kernelSize;
  if (name === 'rss' || name === 'b1') {
    delete options.decimate;
    delete options.accelerations;
  }
  // b1 takes its sensitivities from the calibration lines where they are asked for.
  if (name === 'rss') delete options.acl;
  if (name === 'rss' || (name === 'grappa' && combinesByRss(options.sensitivityMap)))
    delete options.sensitivityMap;
  for (const optional of ['noise', 'mask', 'correction', 'accelerations', 'acl', 'sensitivityMap']) {
    if (options[optional] === null) delete options[optional];
  }
  if (isFields(options.correction) && options.correction.useCorrection !== true) {
    options.correction = { useCorrection: options.correction.useCorrection };
  }
  if (isFields(options.sensitivityMap)) {
    options.sensitivityMap = relevantSensitivityMap(options.sensitivityMap, options.mask);
    delete options.mask;
  }
  return { ...reconstructor, options };
}

/** GRAPPA takes sensitivities for its coil combination only where others than the default were asked for. */
function combinesByRss(map: unknown): boolean {
  if (!isFields(map)) return true;
  const options = isFields(map.options) ? map.options : {};
  return (
    options.loadSensitivity !== true &&
    lower(options.sensitivityMapMethod ?? map.name ?? 'inner').startsWith('inner')
  );
}

/** Older tasks put the mask beside the sensitivities, name the method only in `name`, or say `loadSensitivity`. */
function relevantSensitivityMap(map: Fields, outerMask: unknown): Fields {
  const options: Fields = isFields(map.options) ? { ...map.options } : {};
  options.sensitivityMapMethod ??= map.name;
  if (options.sensitivityMapMethod === undefined || options.sensitivityMapMethod === null) {
    delete options.sensitivityMapMethod;
  }
  const method = lower(options.sensitivityMapMethod);
  if (options.loadSensitivity === true && method !== 'bodycoil') options.sensitivityMapMethod = 'upload';
  const source = lower(options.sensitivityMapMethod);
  const needsSource = !['', 'inner', 'inneracl', 'inner_acl', 'inner acl', 'acl', 'espirit'].includes(source);
  if (!needsSource) delete options.sensitivityMapSource;
  if (source !== 'espirit') for (const field of ['k', 'r', 't', 'c']) delete options[field];
  if (outerMask !== undefined && (options.mask === undefined || options.mask === null))
    options.mask = outerMask;
  if (options.mask === null) delete options.mask;
  return { ...map, options };
}

function validate<Schema extends z.ZodType>(schema: Schema, input: unknown, at: string): z.infer<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const path = [...(at === '' ? [] : [at]), ...issue.path.map(String)];
  throw invalid(path.join('.') || 'the task', expectation(issue), valueAt(input, issue.path));
}

/** What a field should have been, in words. */
function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' ? 'a whole number' : article(issue.expected);
    case 'invalid_value':
      return issue.values.length === 1
        ? JSON.stringify(issue.values[0])
        : `one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `${issue.origin === 'array' ? 'a list of ' : ''}${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${issue.origin === 'array' ? ' entries' : issue.origin === 'string' ? ' character' : ''}`;
    case 'too_big':
      return `${issue.origin === 'array' ? 'a list of ' : ''}${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${issue.origin === 'array' ? ' entries' : ''}`;
    default:
      return issue.message;
  }
}

const article = (type: string): string =>
  ({ array: 'a list', object: 'an object', tuple: 'a list [readout, phase]', boolean: 'true or false' })[
    type
  ] ?? `a ${type}`;

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[step] : undefined,
    input,
  );
}

function invalid(path: string, expected: string, found: unknown): MroError {
  return new MroError('MRO_TASK_INVALID', `${path}: expected ${expected}, found ${shown(found)}.`, {
    details: { path, expected },
  });
}

const shown = (found: unknown): string =>
  found === undefined || found === null ? 'nothing' : shorten(JSON.stringify(found) ?? String(found));

const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}…` : text);
