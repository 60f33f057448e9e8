import { type ResampleOptions, resample, type Volume } from '@mroptimum/bundle';
import type { Geometry } from '@mroptimum/contract';
import type { AcquisitionHeader } from '@mroptimum/rawdata';
import type { JobLog } from '../log.ts';

/** Voxels with their place, where it is known. */
export interface ImageGrid {
  /** (slices, ny, nx) */
  readonly shape: readonly [slices: number, ny: number, nx: number];
  readonly geometry?: Geometry | undefined;
}

/** Voxels whose place is known. */
export interface PlacedGrid extends ImageGrid {
  readonly geometry: Geometry;
}

/** The voxels of an acquisition's images, without readout oversampling. */
export const gridOf = (header: AcquisitionHeader): ImageGrid => ({
  shape: [
    header.slices * header.partitions,
    header.phase,
    Math.round(header.readout / header.readoutOversampling),
  ],
  geometry: header.geometry,
});

interface PlacingOptions extends ResampleOptions {
  readonly method: 'nearest' | 'linear';
  /** The map in words, for the log. */
  readonly name: string;
  readonly log: Pick<JobLog, 'warn'>;
}

/**
 * A map that came with the job, on the voxels of the image. Where both positions are known they decide, also where
 * the matrices agree: the same map stored from right to left must not be taken mirrored. Voxel by voxel it is taken
 * where a position is unknown (an identity matrix is what programs write that know none), and where one slice serves
 * all slices. Whatever is not obvious becomes a warning.
 *
 * @throws MroError MRO_BUNDLE_GEOMETRY where matrices differ and a position is unknown
 */
export function onImage(
  volume: Volume,
  image: ImageGrid,
  { method, name, log, ...options }: PlacingOptions,
): Volume {
  const [count, ny, nx] = [...Array(3 - volume.shape.length).fill(1), ...volume.shape] as number[];
  const [slices, my, mx] = image.shape;
  const alike = ny === my && nx === mx && (count === slices || count === 1);
  const placed = volume.geometry && image.geometry && { map: volume.geometry, image: image.geometry };
  if (!placed || !alike) return resample(volume, image, method, options);
  const distance = distanceBetween(
    { shape: [count!, ny!, nx!], geometry: placed.map },
    { shape: image.shape, geometry: placed.image },
  );
  const asStored = (): Volume => resample({ ...volume, geometry: undefined }, image, method, options);
  if (distance.any <= Math.min(...placed.image.spacing) / 2) return asStored();
  if (count === 1 && slices > 1 && distance.inPlane <= Math.min(...placed.image.spacing) / 2)
    return asStored();
  if (isUnplaced(placed.map) || (count === 1 && slices > 1)) {
    log.warn(
      `${name} has the matrix of the image, but not its position (up to ${millimetres(distance.any)} apart): it was taken voxel by voxel.`,
    );
    return asStored();
  }
  log.warn(
    `${name} has the matrix of the image, but lies up to ${millimetres(distance.any)} apart: it was brought onto the image by its position.`,
  );
  return resample(volume, image, method, options);
}

export const millimetres = (distance: number): string => `${distance.toFixed(1)} mm`;

/**
 * Largest distance between the corners of two fields of view, and its part within the plane of the second, mm. Along
 * slices the first and the last are compared, or where their numbers differ the first alone.
 */
export function distanceBetween(map: PlacedGrid, image: PlacedGrid): { any: number; inPlane: number } {
  const slices = map.shape[0] === image.shape[0] ? image.shape[0] : 1;
  let any = 0;
  let inPlane = 0;
  for (let corner = 0; corner < 8; corner++) {
    const at = ({ shape: [, ny, nx], geometry }: PlacedGrid): number[] =>
      positionOf(geometry, [
        Math.floor(nx / 2) + ((corner & 1) - 0.5) * nx,
        Math.floor(ny / 2) + (((corner >> 1) & 1) - 0.5) * ny,
        (corner >> 2) * (slices - 1),
      ]);
    const [a, b] = [at(map), at(image)];
    const apart = a.map((value, i) => value - b[i]!);
    any = Math.max(any, Math.hypot(...apart));
    const along = [0, 1].map((axis) =>
      apart.reduce((sum, value, i) => sum + value * image.geometry.direction[3 * axis + i]!, 0),
    );
    inPlane = Math.max(inPlane, Math.hypot(...along));
  }
  return { any, inPlane };
}

const positionOf = ({ origin, spacing, direction }: Geometry, voxel: readonly number[]): number[] =>
  origin.map((start, i) =>
    voxel.reduce((sum, index, axis) => sum + direction[3 * axis + i]! * spacing[axis]! * index, start),
  );

/** Voxels of 1 mm along the axes from the origin on: what stands in a file whose writer knew no position. */
export const isUnplaced = ({ origin, spacing, direction }: Geometry): boolean =>
  origin.every((value) => value === 0) &&
  spacing.every((value) => value === 1) &&
  direction.every((value, i) => Math.abs(value) === (i % 4 === 0 ? 1 : 0));
