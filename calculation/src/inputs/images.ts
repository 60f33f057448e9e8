import { readVolume, type Volume } from '@mroptimum/bundle';
import { type ErrorCode, type FileRef, fileLabel, MroError } from '@mroptimum/contract';
import { readArray } from '@mroptimum/rawdata';
import type { OpenInput } from '../io.ts';
import { arrange, usualAxes } from './arrange.ts';

/**
 * Reads an image that came with the job (mask, flip angle, body coil): NIfTI or MetaImage, else an array
 * (npy, npz, mat, cfl). An array's axes are those of its options, by default readout × phase (× slice).
 *
 * @returns a volume (z, y, x), with a geometry where the file knows one
 * @throws MroError of the readers; `code` where the array has other axes than an image
 */
export async function readImage(input: OpenInput, file: FileRef, code: ErrorCode): Promise<Volume> {
  const name = fileLabel(file);
  try {
    return await readVolume(input.source, name, input.companion);
  } catch (error) {
    if (!(error instanceof MroError) || error.code !== 'MRO_BUNDLE_FORMAT') throw error;
  }
  const array = await readLabelledArray(input, file);
  const axes = array.axes ?? usualAxes(array.shape.length, ['xy', 'xys']);
  if (axes === undefined) {
    throw new MroError(
      code,
      `${name} has ${array.shape.length} axes; an image has two, a stack of slices three.`,
    );
  }
  return arrange(array, axes.toLowerCase().replace('z', 's'), 'syx', code);
}

/** An array without axes of extent 1 at the end (which MATLAB and BART add), and the axes its options name. */
export async function readLabelledArray(
  input: OpenInput,
  file: FileRef,
): Promise<{ shape: readonly number[]; data: Float32Array; complex: boolean; axes: string | undefined }> {
  const { axes, variable } = file.options.options;
  const array = await readArray(input.source, {
    ...(axes && { axes }),
    ...(variable && { variable }),
    ...(input.companion && { companion: input.companion }),
  });
  const shape = [...array.shape];
  while (shape.length > (axes?.length ?? 2) && shape.at(-1) === 1) shape.pop();
  return { shape, data: array.data, complex: array.complex, axes };
}
