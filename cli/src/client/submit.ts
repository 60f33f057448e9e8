import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute, join } from 'node:path';
import { type Brain, type DataFileView, endpoints, MroError, parseJob } from '@mroptimum/contract';
import { upTo } from '../commands/brain/shared.ts';

interface SubmitOptions {
  readonly alias?: string;
  readonly unit?: string;
  readonly mode?: string;
}

/** Queues a job; sending it twice by a broken connection queues it once. */
export async function submitJob(brain: Brain, job: object, options: SubmitOptions) {
  const { alias, unit, mode } = options;
  return brain.call(endpoints.queue, {
    body: {
      ...(job as { task: unknown }),
      version: 'v0',
      output: 'output' in job ? job.output : undefined,
      ...(alias !== undefined && { alias }),
      ...(unit !== undefined && { computing_unit_id: unit }),
      ...(mode !== undefined && { mode }),
    },
    headers: { 'idempotency-key': randomUUID() },
    repeatable: true,
  });
}

/**
 * The unit in whose account the files of a job must lie: the one that is named, or that "mode2" chooses, where it is a
 * unit of mode 2; undefined where the server's own store will do. A unit that the list does not hold is given
 * back as it is, so that the server refuses it before a file is sent.
 */
export async function storingUnit(
  brain: Brain,
  { unit, mode }: Pick<SubmitOptions, 'unit' | 'mode'>,
): Promise<string | undefined> {
  if (unit === undefined && mode !== 'mode2') return undefined;
  const { computingUnits } = await brain.call(endpoints.units);
  const there = computingUnits.filter((one) => one.mode === 'mode2');
  if (unit === undefined) return (there.find(({ isDefault }) => isDefault) ?? there[0])?.id;
  const elsewhere = computingUnits.some((one) => one.id === unit && one.mode !== 'mode2');
  return elsewhere ? undefined : unit;
}

export type Put = (path: string, name: string) => Promise<DataFileView>;

/**
 * A job as the server takes it: every file on this machine that it names is put into the library (or found
 * there, in the same account and with the same content) and named by its place there.
 *
 * @param request a job or task, as `parseJob` takes it
 * @param base folder from which relative names start
 * @param put uploads one file, into the account of `unit`
 * @param unit that of `storingUnit`
 */
export async function withUploads(
  brain: Brain,
  request: unknown,
  base: string,
  put: Put,
  unit?: string,
): Promise<object> {
  // Checked before anything is sent, and without what no job may hold.
  const job = structuredClone(parseJob(request));
  const all = await upTo(2000, (cursor, limit) => brain.call(endpoints.files, { query: { cursor, limit } }));
  const library = all.filter((file) => file.computing_unit_id === unit);
  const known = new Map<string, DataFileView>();
  for (const file of fileRefsIn(job)) {
    const { type, filename, key } = file.options;
    if (type !== 'local') continue;
    const name = (filename ?? key)!;
    const path = existing(isAbsolute(name) ? name : join(base, name));
    const stored = known.get(path) ?? (await place(path, library, put));
    known.set(path, stored);
    const { Bucket, Key } = JSON.parse(stored.location) as { Bucket: string; Key: string };
    file.id = stored.id;
    Object.assign(file.options, { type: 's3', bucket: Bucket, key: Key, filename: stored.filename });
  }
  return job;
}

interface FileRefLike {
  id?: unknown;
  readonly options: { readonly type: string; readonly filename?: string; readonly key?: string };
}

function* fileRefsIn(value: unknown): Generator<FileRefLike> {
  if (typeof value !== 'object' || value === null) return;
  const { type, options } = value as { type?: unknown; options?: { type?: unknown } };
  if (type === 'file' && typeof options?.type === 'string') yield value as FileRefLike;
  for (const entry of Object.values(value)) yield* fileRefsIn(entry);
}

/** BART names a pair of files without ending. */
function existing(path: string): string {
  const named = !existsSync(path) && existsSync(`${path}.cfl`) ? `${path}.cfl` : path;
  if (existsSync(named)) return named;
  throw new MroError('MRO_CLI_FILE', `${path} cannot be read: there is no such file.`);
}

/** The file and, where its format consists of two, the other one. */
async function place(path: string, library: readonly DataFileView[], put: Put): Promise<DataFileView> {
  const ending = extname(path);
  const halves = { '.cfl': '.hdr', '.hdr': '.cfl', '.mhd': '.raw' }[ending.toLowerCase()];
  if (halves !== undefined) {
    const other = path.slice(0, path.length - ending.length) + halves;
    if (existsSync(other)) await placeOne(other, library, put);
  }
  return placeOne(path, library, put);
}

async function placeOne(path: string, library: readonly DataFileView[], put: Put): Promise<DataFileView> {
  const name = basename(path).normalize('NFC');
  const { size } = statSync(path);
  const alike = library.filter(
    (file) => file.filename === name && file.size === size && file.status === 'available',
  );
  if (alike.length > 0) {
    const sha256 = await hashOf(path);
    const same = alike.find((file) => file.sha256 === sha256);
    if (same) return same;
  }
  return put(join(dirname(path), basename(path)), name);
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(bytes as Buffer);
  return hash.digest('hex');
}
