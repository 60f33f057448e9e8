import type { Volume } from '@mroptimum/bundle';
import { type FileRef, fileLabel, MroError } from '@mroptimum/contract';
import type { RealArray } from '@mroptimum/snr';
import type { OpenInput } from '../io.ts';
import type { JobLog } from '../log.ts';
import { readImage } from './images.ts';
import { type ImageGrid, onImage } from './placing.ts';

/**
 * An uploaded object mask (object where > 0), one slice for all or one per slice, brought onto the image's
 * voxels by its position where both positions are known (`onImage`).
 *
 * @returns the mask of a slice, (ny, nx)
 * @throws MroError MRO_JOB_MASK where it does not fit, or nothing of it is above zero within the image
 */
export async function uploadedMask(
  input: OpenInput,
  file: FileRef,
  target: ImageGrid,
  log: Pick<JobLog, 'warn'>,
): Promise<(slice: number) => RealArray> {
  const volume = fitted(await readImage(input, file, 'MRO_JOB_MASK'), file, target, log);
  const [, ny, nx] = volume.shape as [number, number, number];
  if (volume.complex || !volume.data.some((value) => value > 0)) {
    const why = volume.complex ? 'holds complex values' : 'has no voxel above zero within the image';
    throw new MroError('MRO_JOB_MASK', `The mask ${fileLabel(file)} ${why}.`);
  }
  const pixels = ny * nx;
  return (slice) => ({
    data: volume.data.subarray(slice * pixels, (slice + 1) * pixels),
    shape: [ny, nx],
  });
}

function fitted(volume: Volume, file: FileRef, image: ImageGrid, log: Pick<JobLog, 'warn'>): Volume {
  const name = `The mask ${fileLabel(file)}`;
  try {
    return onImage(volume, image, { method: 'nearest', name, log });
  } catch (error) {
    if (!(error instanceof MroError)) throw error;
    const voxels = (shape: readonly number[]): string => [...shape].reverse().join(' × ');
    throw new MroError(
      'MRO_JOB_MASK',
      `${name} has ${voxels(volume.shape)} voxels (readout × phase × slice), the image ${voxels(image.shape)}.`,
      { details: { mask: [...volume.shape].reverse(), image: [...image.shape].reverse() }, cause: error },
    );
  }
}
