import type { ByteSource } from '@mroptimum/contract';
import { MroError } from '@mroptimum/contract';
import type { OpenOptions, RawData } from './acquisition.ts';
import { openArray } from './arrays/openArray.ts';
import { detect } from './detect.ts';
import { openIsmrmrd } from './ismrmrd/open.ts';
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
