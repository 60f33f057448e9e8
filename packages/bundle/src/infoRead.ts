import type { BundleEntry, BundleInfo, LogEntry } from '@mroptimum/contract';
import { bundleInfoSchema, firstCoilSensitivityId, MroError } from '@mroptimum/contract';

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

/**
 * Reads info.json, of today's bundles and of older ones: the log at top level, in `headers.log` or
 * `headers.logs`; coil sensitivities numbered from 10, where they collide with other maps; `NaN` and
 * `Infinity`, which are no JSON (read as null); entries without pixel types or dimensions.
 * Ids come out unique.
 *
 * @throws MRO_BUNDLE_INFO with the field's path
 */
export function readInfo(json: string): BundleInfo {
  const parsed = parseTolerant(json);
  if (!isFields(parsed)) throw invalid('info.json', 'an object');
  const headers = fieldsOf(parsed.headers);
  const log = [headers.log, headers.logs, parsed.log].find((list) => Array.isArray(list) && list.length > 0);
  if (parsed.data !== undefined && !Array.isArray(parsed.data)) throw invalid('data', 'a list of maps');
  const normal = {
    ...parsed,
    headers: {
      ...headers,
      calculation_time: headers.calculation_time ?? null,
      options: fieldsOf(headers.options ?? parsed.options),
      log: (Array.isArray(log) ? log : []).map(logEntry),
    },
    data: uniqueIds((parsed.data ?? []).map(entryOf)),
    info: fieldsOf(parsed.info),
  };
  const result = bundleInfoSchema.safeParse(normal);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw invalid(issue.path.map(String).join('.'), issue.message);
}

const invalid = (path: string, expected: string): MroError =>
  new MroError('MRO_BUNDLE_INFO', `info.json cannot be understood at ${path}: ${expected} was expected.`, {
    details: { path },
  });

/** JSON as Python writes it: NaN and ±Infinity outside of strings become null. */
function parseTolerant(json: string): unknown {
  const clean = json
    .replace(/^\uFEFF/, '')
    .replace(/"(?:[^"\\]|\\.)*"|-?Infinity\b|\bNaN\b/g, (token) => (token.startsWith('"') ? token : 'null'));
  try {
    return JSON.parse(clean);
  } catch (cause) {
    throw new MroError('MRO_BUNDLE_INFO', 'info.json is not valid JSON.', { cause });
  }
}

function logEntry(entry: unknown): LogEntry {
  const fields = fieldsOf(entry);
  const what = fields.what ?? fields.message ?? (isFields(entry) ? '' : entry);
  return {
    ...fields,
    when: String(fields.when ?? ''),
    what: String(what ?? ''),
    type: String(fields.type ?? ''),
  };
}

function entryOf(entry: unknown, index: number): BundleEntry {
  if (!isFields(entry) || typeof entry.filename !== 'string' || entry.filename === '') {
    throw invalid(`data.${index}.filename`, 'the name of a file');
  }
  const { filename } = entry;
  const numpyPixelType = String(entry.numpyPixelType ?? 'unknown');
  const complex =
    entry.pixelType === 'complex' || (entry.pixelType === undefined && /complex/.test(numpyPixelType));
  const fallbackName = filename.replace(/^.*\//, '').replace(/\.nii(\.gz)?$|\.mha$/, '');
  return {
    ...entry,
    filename: filename.replace(/^\.\//, ''),
    id: coilOf(entry) ?? (Number.isInteger(entry.id) ? (entry.id as number) : index),
    dim: Number.isInteger(entry.dim) ? (entry.dim as number) : 3,
    name: typeof entry.name === 'string' && entry.name !== '' ? entry.name : fallbackName,
    type: typeof entry.type === 'string' ? entry.type : 'output',
    numpyPixelType,
    pixelType: complex ? 'complex' : 'real',
  };
}

/** Older bundles number coil c as 10 + c, so that coil 90 has the id of the mask; today it is 1000 + c. */
function coilOf(entry: Fields): number | undefined {
  const coil = /(?:^|\/)sensitivity_(\d{1,4})\.nii(?:\.gz)?$/i.exec(String(entry.filename))?.[1];
  return coil === undefined ? undefined : firstCoilSensitivityId + Number(coil);
}

/** The first map keeps its id; later ones with the same id get the next that nobody has. */
function uniqueIds(entries: readonly BundleEntry[]): BundleEntry[] {
  const taken = new Set(entries.map(({ id }) => id));
  const used = new Set<number>();
  let free = 2 * firstCoilSensitivityId;
  return entries.map((entry) => {
    if (!used.has(entry.id)) {
      used.add(entry.id);
      return entry;
    }
    while (taken.has(free)) free++;
    taken.add(free);
    return { ...entry, id: free };
  });
}
