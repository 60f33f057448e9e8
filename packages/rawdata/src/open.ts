import { existsSync } from 'node:fs';
import type { ByteSource } from '@mroptimum/contract';
import { MroError } from '@mroptimum/contract';
import type { OpenOptions, RawData } from './acquisition.ts';
import { openArray } from './arrays/openArray.ts';
import { detect } from './detect.ts';
import { openIsmrmrd } from './ismrmrd/open.ts';
import { localFile } from './localFile.ts';
import { openTwix } from './twix/index.ts';

/** Turns what is no MroError (a bug of a reader) into one, so that callers meet one kind of error. */
function asMroError(error: unknown, file: string): MroError {
  if (error instanceof MroError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new MroError('MRO_INTERNAL', `${file} could not be read: ${reason}.`, {
    details: { file },
    cause: error,
  });
}

/**
 * Opens raw data by their content: Siemens twix, ISMRMRD, or an array (npy, npz, mat, HDF5, cfl with its hdr).
 * @param source the bytes; closing the result does not close them
 * @param options axes and spacing of arrays, variable, companion of a BART array
 * @throws MRO_RAW_UNKNOWN where the content is none of these, MRO_RAW_TRUNCATED where there is none, and what the reader of the format throws
 */
export async function openRaw(source: ByteSource, options: OpenOptions = {}): Promise<RawData> {
  try {
    const format = await detect(source, options.companion);
    if (format === 'twix') return await openTwix(source, options);
    if (format === 'ismrmrd') return await openIsmrmrd(source, options);
    const raw = format === 'array' ? await openArray(source, options) : undefined;
    if (raw) return raw;
  } catch (error) {
    throw asMroError(error, source.name);
  }
  const bart = source.name.endsWith('.cfl') && !options.companion;
  if (bart) {
    throw new MroError('MRO_RAW_COMPANION', `${source.name} has no .hdr beside it.`, {
      details: { file: source.name },
    });
  }
  throw new MroError(
    'MRO_RAW_UNKNOWN',
    `${source.name} is none of the raw-data formats that are understood.`,
    {
      details: { file: source.name, size: source.size },
    },
  );
}

/** The other file of a BART pair, by the name of one of them. */
function companionPath(path: string): string | undefined {
  const other = path.endsWith('.cfl') ? '.hdr' : path.endsWith('.hdr') ? '.cfl' : undefined;
  if (other === undefined) return undefined;
  const companion = path.slice(0, -4) + other;
  return existsSync(companion) ? companion : undefined;
}

/** Runs `use` on a local file and its companion; both are closed where it fails. */
async function withFile<T>(
  path: string,
  options: OpenOptions,
  use: (source: ByteSource, options: OpenOptions, close: () => Promise<void>) => Promise<T>,
): Promise<T> {
  // BART names a pair without its extension.
  const source = await localFile(!existsSync(path) && existsSync(`${path}.cfl`) ? `${path}.cfl` : path);
  const beside = options.companion ? undefined : companionPath(source.path ?? path);
  const opened = [source];
  const close = async () => {
    await Promise.all(opened.map((file) => file.close()));
  };
  try {
    const companion = beside === undefined ? options.companion : await localFile(beside);
    if (companion && beside !== undefined) opened.push(companion);
    return await use(source, { ...options, ...(companion && { companion }) }, close);
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Opens a local raw file (and the other half of a BART pair beside it). Closing the result closes the files.
 * @throws MRO_RAW_READ, and as openRaw
 */
export const openFile = (path: string, options: OpenOptions = {}): Promise<RawData> =>
  withFile(path, options, async (source, given, close) => {
    const raw = await openRaw(source, given);
    return {
      header: raw.header,
      notes: raw.notes,
      readSlice: (slice, settings) => raw.readSlice(slice, settings),
      readNoise: (settings) => raw.readNoise(settings),
      close: async () => {
        await raw.close();
        await close();
      },
    };
  });
