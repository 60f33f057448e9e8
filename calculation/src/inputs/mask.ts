import { resample, type Volume } from '@mroptimum/bundle';
import { type FileRef, fileLabel, type Geometry, MroError } from '@mroptimum/contract';
import type { RealArray } from '@mroptimum/snr';
import type { OpenInput } from '../io.ts';
import { readImage } from './images.ts';

/** The image that a mask is for. */
export interface MaskTarget {
  /** (slices, ny, nx) */
  readonly shape: readonly [slices: number, ny: number, nx: number];
  readonly geometry?: Geometry | undefined;
}

/**
 * An uploaded object mask (object where > 0), one slice for all or one per slice. A mask on another grid is
 * brought onto the image's voxels where both positions are known.
 *
 * @returns the mask of a slice, (ny, nx)
 * @throws MroError MRO_JOB_MASK where it does not fit, or nothing of it is above zero
 */
export async function uploadedMask(
  input: OpenInput,
  file: FileRef,
  target: MaskTarget,
): Promise<(slice: number) => RealArray> {
  const volume = fitted(await readImage(input, file, 'MRO_JOB_MASK'), file, target);
  const [count, ny, nx] = volume.shape as [number, number, number];
  if (volume.complex || !volume.data.some((value) => value > 0)) {
    const why = volume.complex ? 'holds complex values' : 'has no voxel above zero';
    throw new MroError('MRO_JOB_MASK', `The mask ${fileLabel(file)} ${why}.`);
  }
  const pixels = ny * nx;
  return (slice) => {
    const from = count === 1 ? 0 : slice * pixels;
    return { data: volume.data.subarray(from, from + pixels), shape: [ny, nx] };
  };
}

function fitted(volume: Volume, file: FileRef, { shape, geometry }: MaskTarget): Volume {
  const [slices, ny, nx] = shape;
  const [count, my, mx] = [...Array(3 - volume.shape.length).fill(1), ...volume.shape] as [
    number,
    number,
    number,
  ];
  if (my === ny && mx === nx && (count === slices || count === 1))
    return { ...volume, shape: [count, my, mx] };
  if (volume.geometry && geometry) return resample(volume, { shape, geometry }, 'nearest');
  throw new MroError(
    'MRO_JOB_MASK',
    `The mask ${fileLabel(file)} has ${mx} × ${my} × ${count} voxels (readout × phase × slice), the image ${nx} × ${ny} × ${slices}.`,
    { details: { mask: [mx, my, count], image: [nx, ny, slices] } },
  );
}
