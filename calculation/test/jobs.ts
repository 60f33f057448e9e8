import { complexArray, encodeNpy } from '@mroptimum/arrays';
import { memoryZipSink, type OpenBundle, openBundle, type Volume } from '@mroptimum/bundle';
import {
  type ByteSource,
  bytesInMemory,
  type FileRef,
  fileLabel,
  type LogEntry,
  MroError,
} from '@mroptimum/contract';
import type { JobIo } from '../src/index.ts';

/** A job's io in memory, and what came out of it. */
interface MemoryIo {
  readonly io: JobIo;
  readonly log: LogEntry[];
  /** Files opened and not closed again. */
  readonly open: Set<string>;
  result(): Promise<OpenBundle>;
  failure(): Promise<OpenBundle>;
  /** 'result' and 'failure' sinks that were finished. */
  readonly finished: string[];
}

export function memoryIo(
  files: Readonly<Record<string, Uint8Array>>,
  options: Partial<JobIo> = {},
): MemoryIo {
  const log: LogEntry[] = [];
  const open = new Set<string>();
  const finished: string[] = [];
  const bundles = new Map<string, Uint8Array>();
  const sink = (kind: string) => async () => {
    const zip = memoryZipSink();
    return {
      file: zip.file,
      finish: async () => {
        bundles.set(kind, await zip.finish());
        finished.push(kind);
        return kind;
      },
      abort: zip.abort,
    };
  };
  const io: JobIo = {
    open: async (file: FileRef) => {
      const name = fileLabel(file);
      const bytes = files[name];
      if (!bytes) throw new MroError('MRO_JOB_FETCH', `${name} is not there.`);
      open.add(name);
      const inMemory = bytesInMemory(name, bytes);
      const source: ByteSource = { ...inMemory, close: async () => void open.delete(name) };
      return { source };
    },
    result: sink('result'),
    failure: sink('failure'),
    now: () => new Date('2026-01-02T03:04:05Z'),
    onLog: (entry) => log.push(entry),
    ...options,
  };
  const opened = (kind: string) => openBundle(bytesInMemory(`${kind}.zip`, bundles.get(kind)!));
  return { io, log, open, finished, result: () => opened('result'), failure: () => opened('failure') };
}

export const npy = (shape: readonly number[], data: Float32Array): Uint8Array =>
  encodeNpy(complexArray(shape, data));
export const realNpy = (shape: readonly number[], data: Float32Array): Uint8Array =>
  encodeNpy({ shape, order: 'C', dtype: 'float32', data });

export const fileRef = (filename: string, options: object = {}, more: object = {}) => ({
  type: 'file',
  options: { type: 'local', filename, options, ...more },
});

interface JobOptions {
  readonly method?: string;
  readonly recon?: string;
  /** Of the task: NR, boxSize, seed. */
  readonly task?: object;
  /** Of the reconstructor. */
  readonly options?: object;
  readonly output?: object;
}

/** A job on signal.npy (axes "cyx") and noise.npy. */
export const jobOf = ({
  method = 'ac',
  recon = 'rss',
  task = {},
  options = {},
  output = {},
}: JobOptions = {}) => ({
  task: {
    version: 'v0',
    acquisition: 2,
    name: method,
    options: {
      ...task,
      reconstructor: {
        name: recon,
        options: {
          signal: fileRef('signal.npy', { axes: 'cyx' }),
          noise: fileRef('noise.npy', { axes: 'cyx' }),
          ...options,
        },
      },
    },
  },
  output,
});

export const uploadedMaps = (options: object, more: object = {}) => ({
  sensitivityMap: {
    name: 'upload',
    options: { sensitivityMapMethod: 'upload', sensitivityMapSource: options, ...more },
  },
});

export async function mapOf(bundle: OpenBundle, id: number): Promise<Volume> {
  const map = bundle.maps.find((candidate) => candidate.id === id);
  if (!map) throw new Error(`no map ${id}: ${bundle.maps.map((m) => m.id).join(', ')}`);
  return map.read();
}

/** Median of the ratio a/b over the pixels where `inside`. */
export function medianRatio(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  inside: (p: number) => boolean,
): number {
  const ratios: number[] = [];
  for (let p = 0; p < a.length; p++) if (inside(p)) ratios.push(a[p]! / b[p]!);
  return ratios.sort((x, y) => x - y)[Math.floor(ratios.length / 2)]!;
}
