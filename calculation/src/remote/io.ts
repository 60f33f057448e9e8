import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { zipFileSink } from '@mroptimum/bundle/node';
import { type FileRef, fileLabel, type LogEntry, MroError } from '@mroptimum/contract';
import type { JobIo, OpenInput } from '../io.ts';
import { openLocal } from '../local/files.ts';
import { fetchFile, type RemoteFile } from './fetchFile.ts';

/** A file of a job: the reference with this key is read from behind the link. */
export interface RemoteInput extends RemoteFile {
  readonly key: string;
  /** Files that must lie beside it (.hdr of .cfl). */
  readonly companions: readonly RemoteFile[];
}

export interface RemoteIoOptions {
  readonly inputs: readonly RemoteInput[];
  /** Folder for what was fetched and what is written; its owner removes it. */
  readonly spool: string;
  readonly threads: number;
  /** Bytes. */
  readonly memoryLimit: number;
  readonly onLog?: (entry: LogEntry) => void;
}

/** Where the bundles of a job lie in its spool. */
export const spooledResult = (spool: string): string => join(spool, 'result.zip');
export const spooledFailure = (spool: string): string => join(spool, 'failed.zip');

/** The io of a job whose files come by links: each is fetched once, into the spool, and read from there. */
export function remoteIo({ inputs, spool, threads, memoryLimit, onLog }: RemoteIoOptions): JobIo {
  const fetched = new Map<string, Promise<string>>();
  return {
    open: async (file, signal): Promise<OpenInput> => {
      const input = inputs.find(({ key }) => key === file.options.key);
      if (!input) throw notGiven(file);
      const path = fetched.get(input.key) ?? fetchInput(input, join(spool, String(fetched.size)), signal);
      fetched.set(input.key, path);
      return openLocal(await path);
    },
    result: async () => zipFileSink(spooledResult(spool)),
    failure: async () => zipFileSink(spooledFailure(spool)),
    now: () => new Date(),
    threads,
    memoryLimit,
    ...(onLog && { onLog }),
  };
}

/** The file and its companions in a folder of their own, so that names never collide. */
async function fetchInput(input: RemoteInput, folder: string, signal?: AbortSignal): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const companion of input.companions) await fetchFile(companion, join(folder, safe(companion)), signal);
  const path = join(folder, safe(input));
  await fetchFile(input, path, signal);
  return path;
}

/** The name as a file's: its last part, which keeps the ending; short enough for every disk. */
function safe({ filename }: RemoteFile): string {
  const name = (filename.split(/[/\\]/).pop() ?? '').replace(/[\p{Cc}<>:"|?*]/gu, '_').slice(-100);
  return /^\.*$/.test(name) ? 'file' : name;
}

const notGiven = (file: FileRef): MroError =>
  new MroError('MRO_JOB_FETCH', `No link was given for ${fileLabel(file)}.`, {
    hint: 'Queue the task again.',
  });
