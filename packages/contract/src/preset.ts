import { type FileRef, fileRefSchema } from './fileRef.ts';
import type { Job, Output } from './job.ts';
import { parseJob } from './parse.ts';

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Stands where settings without files lack one; no file bears this name. */
const absentName = '/';
const absent = (): FileRef =>
  fileRefSchema.parse({ type: 'file', options: { type: 'local', filename: absentName } });

export const isAbsentFile = ({ options }: FileRef): boolean =>
  options.type === 'local' && options.filename === absentName;

/**
 * A job whose files may be missing, as presets have none: `isAbsentFile` tells those that are.
 *
 * @throws MroError as `parseJob`
 */
export function settingsWithFiles(json: unknown): Job {
  const given = typeof json === 'string' ? readable(json) : json;
  if (!isFields(given)) return parseJob(json);
  const copy = structuredClone(given);
  const task = isFields(copy.task) ? copy.task : copy;
  const options = fieldsAt(task, 'options', 'reconstructor', 'options');
  if (options === undefined) return parseJob(copy);
  options.signal ??= absent();
  for (const mask of [options.mask, fieldsAt(options, 'sensitivityMap', 'options')?.mask]) {
    if (isFields(mask) && mask.method === 'upload') mask.file ??= absent();
  }
  return parseJob(copy);
}

/** The settings of a job that can be used again with other files. */
export interface PresetSettings {
  readonly task: Readonly<Record<string, unknown>>;
  readonly output: Output;
}

/**
 * The settings of a job without its files, names and places: what a preset keeps, so that sharing one tells
 * nothing of somebody's data.
 *
 * @throws MroError as `parseJob`
 */
export function presetSettings(json: unknown): PresetSettings {
  const { task, output } = settingsWithFiles(json);
  const { version, acquisition, type, id, name } = task;
  const { NR, boxSize, seed, reconstructor } = task.options;
  const options = withoutFiles({ ...reconstructor, options: known(reconstructor.options) });
  const chosen = { ...(NR !== undefined && { NR }), ...(boxSize !== undefined && { boxSize }) };
  return {
    task: {
      version,
      acquisition,
      type,
      ...(id !== undefined && { id }),
      name,
      options: { ...chosen, ...(seed !== undefined && { seed }), reconstructor: options },
    },
    output: {
      coilsensitivity: output.coilsensitivity,
      gfactor: output.gfactor,
      matlab: output.matlab,
    },
  };
}

const kept = [
  'decimate',
  'accelerations',
  'acl',
  'kernelSize',
  'sensitivityMap',
  'mask',
  'correction',
  'gfactor',
] as const;

function known(options: Fields): Fields {
  return Object.fromEntries(
    kept.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  );
}

function withoutFiles(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutFiles);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => !(isFields(entry) && entry.type === 'file'))
      .map(([name, entry]) => [name, withoutFiles(entry)]),
  );
}

function fieldsAt(value: Fields, ...path: readonly string[]): Fields | undefined {
  let here: unknown = value;
  for (const name of path) here = isFields(here) ? here[name] : undefined;
  return isFields(here) ? here : undefined;
}

/** Text that is no JSON is left to `parseJob`, which says where it stops. */
function readable(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
