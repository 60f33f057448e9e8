import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { complexArray, encodeNpy } from '@mroptimum/arrays';
import { makeFolder } from '@mroptimum/bundle/node';
import { MroError } from '@mroptimum/contract';
import {
  type ArrayFormat,
  type NoiseSamples,
  type RawData,
  writeIsmrmrd,
  writeKSpaceArray,
  writeNoiseArray,
} from '@mroptimum/rawdata';

const arrayFormats = ['npy', 'cfl', 'mat'] as const satisfies readonly ArrayFormat[];
export const rawFormats = [...arrayFormats, 'ismrmrd'] as const;
export type RawOutputFormat = (typeof rawFormats)[number];

/** A written file, and the axes with which it is read again where the format does not say them. */
interface WrittenFile {
  readonly file: string;
  readonly axes: string | undefined;
}

/** What was written of an acquisition; no noise file where the signal file holds it, or where there is none. */
export interface WrittenRaw {
  readonly signal: WrittenFile;
  readonly noise?: WrittenFile;
  readonly notes: readonly string[];
}

/** Writes signal and noise into a folder: two arrays, or one ISMRMRD file. @throws MroError of the writers */
export async function writeRaw(
  folder: string,
  raw: Pick<RawData, 'header' | 'readSlice'>,
  noise: NoiseSamples | undefined,
  format: RawOutputFormat,
): Promise<WrittenRaw> {
  await writingTo(folder, () => makeFolder(folder));
  if (format === 'ismrmrd') {
    await writeIsmrmrd(join(folder, 'signal.h5'), raw, noise);
    return { signal: { file: 'signal.h5', axes: undefined }, notes: [] };
  }
  const name = (stem: string): string => join(folder, `${stem}.${format}`);
  const signal = await writeKSpaceArray(name('signal'), raw, format);
  const scan = noise && (await writeNoiseArray(name('noise'), noise, format));
  // BART's dimensions have fixed meanings.
  const axes = (written: string): string | undefined => (format === 'cfl' ? undefined : written);
  return {
    signal: { file: `signal.${format}`, axes: axes(signal.axes) },
    ...(scan && { noise: { file: `noise.${format}`, axes: axes(scan.axes) } }),
    notes: signal.notes,
  };
}

/** A complex NumPy array. @throws MroError MRO_JOB_OUTPUT */
export const saveNpy = (path: string, shape: readonly number[], data: Float32Array): Promise<void> =>
  save(path, encodeNpy(complexArray(shape, data)));

/** Writes a file, making the folders above it. @throws MroError MRO_JOB_OUTPUT */
export const save = (path: string, bytes: Uint8Array | string): Promise<void> =>
  writingTo(path, async () => {
    await makeFolder(dirname(path));
    await writeFile(path, bytes);
  });

/** What the disk says becomes an error that a user understands. */
export async function writingTo<T>(path: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (cause) {
    if (cause instanceof MroError) throw cause;
    throw new MroError('MRO_JOB_OUTPUT', `${path} cannot be written: ${(cause as Error).message}.`, {
      cause,
    });
  }
}
