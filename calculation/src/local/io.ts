import { rm } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { BundleSink } from '@mroptimum/bundle';
import { folderSink, openBundlePath, zipFileSink } from '@mroptimum/bundle/node';
import { type FileRef, fileLabel, type LogEntry, MroError } from '@mroptimum/contract';
import type { JobIo } from '../io.ts';
import { openLocal } from './files.ts';

export interface LocalIoOptions {
  /** Where the result goes: a folder, or a file whose name ends in ".zip". */
  readonly out: string;
  /** Folder that relative file names of the task start from; the current one unless given. */
  readonly base?: string;
  /** Folder in which files that the task has elsewhere (s3, url) are looked up by name. */
  readonly data?: string;
  readonly threads?: number;
  /** Bytes; three quarters of the machine's memory unless given. */
  readonly memoryLimit?: number;
  readonly onLog?: (entry: LogEntry) => void;
}

/** Where the failure bundle of a result path goes: beside it, so that an earlier result stays whole. */
export const failurePath = (out: string): string =>
  isZip(out) ? `${out.slice(0, -'.zip'.length)}-failed.zip` : `${out.replace(/[/\\]+$/, '')}-failed`;

const isZip = (path: string): boolean => path.toLowerCase().endsWith('.zip');
const sinkAt = (path: string) => (isZip(path) ? zipFileSink(path) : replacingSink(path));

/** A folder's bundle without the maps of an earlier one, which would lie beside the new maps as if they belonged. */
export function replacingSink(folder: string): BundleSink<string> {
  const sink = folderSink(folder);
  const written = new Set<string>();
  const earlier = openBundlePath(folder)
    .then(({ info, files }) =>
      files.names.filter((name) => name === 'matlab.mat' || info.data.some((map) => map.filename === name)),
    )
    .catch(() => []);
  return {
    ...sink,
    file: async (name, bytes) => {
      await earlier;
      written.add(name);
      await sink.file(name, bytes);
    },
    finish: async () => {
      for (const name of await earlier) if (!written.has(name)) await rm(join(folder, name), { force: true });
      return sink.finish();
    },
  };
}

/** The io of a job on this machine: files from disk, the bundle to a folder or a zip file. */
export function localIo(options: LocalIoOptions): JobIo {
  const { out, base = process.cwd(), data, onLog } = options;
  return {
    open: (file) => openLocal(pathOf(file, base, data)),
    result: async () => sinkAt(out),
    failure: async () => sinkAt(failurePath(out)),
    now: () => new Date(),
    threads: options.threads ?? availableParallelism(),
    memoryLimit: options.memoryLimit ?? 0.75 * machineMemory(),
    ...(onLog && { onLog }),
  };
}

/** Containers are often allowed less than the machine has. */
function machineMemory(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 && allowed < totalmem() ? allowed : totalmem();
}

function pathOf(file: FileRef, base: string, data: string | undefined): string {
  const { type, filename, key } = file.options;
  if (type === 'local') {
    const path = (filename ?? key)!;
    return isAbsolute(path) ? path : join(base, path);
  }
  if (data !== undefined) return join(data, fileLabel(file));
  throw new MroError(
    'MRO_JOB_FETCH',
    `${fileLabel(file)} lies in ${type === 's3' ? 'a bucket' : 'the network'}, not on this machine.`,
    {
      hint: 'Copy it here and name its folder (--data), or change its type to "local".',
    },
  );
}
