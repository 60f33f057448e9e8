import type { ComplexArray } from '../arrays.ts';
import { SnrError } from '../errors.ts';
import type { Kernels } from '../kernels/interface.ts';
import type { PreparedSlice, Reference } from '../prepare.ts';
import type { Whitening } from '../prewhitening.ts';
import type { SliceInput, SnrSettings } from '../settings.ts';
import { divideByImage, onGrid, referenceImages } from './coilMaps.ts';
import { espiritMaps } from './espirit.ts';

/**
 * Prewhitened sensitivities (coil, ny, nx) by the chosen method:
 * inner, innerACL: coil image / root-sum-of-squares of the calibration data; espirit (Uecker 2014);
 * external: given maps, prewhitened; bodycoil: calibration images / body-coil image.
 *
 * @throws SnrError MRO_SNR_REFERENCE where the method needs calibration data or maps that are missing
 */
export function estimateSensitivities(
  k: Kernels,
  prepared: PreparedSlice,
  input: SliceInput,
  whiten: Whitening | undefined,
  settings: SnrSettings,
): ComplexArray {
  const { method, window, espirit } = settings.sensitivities;
  const [ny, nx] = prepared.shape;
  if (method === 'external') {
    const maps = k.load(onGrid(needMaps(input, 'sensitivity maps'), prepared.coils, ny, nx));
    if (whiten) k.whiten(maps, maps, k.load(whiten.inverse));
    return maps;
  }
  const reference = needReference(prepared);
  if (method === 'espirit') return espiritMaps(k, reference.block, prepared.shape, espirit).maps;
  const images = referenceImages(k, reference, prepared.shape, window);
  if (method === 'bodycoil') {
    divideByImage(images, onGrid(needMaps(input, 'a body-coil image'), 1, ny, nx));
    return images;
  }
  k.normalise(images);
  return images;
}

/** @throws SnrError MRO_SNR_REFERENCE where the data hold no calibration lines */
export function needReference(prepared: PreparedSlice): Reference {
  if (prepared.reference) return prepared.reference;
  throw new SnrError(
    'MRO_SNR_REFERENCE',
    `The data are undersampled (R = ${prepared.acceleration.join('×')}) and hold no calibration lines.`,
    'Give sensitivity maps or a reference scan, or acquire with reference lines.',
  );
}

function needMaps(input: SliceInput, what: string): ComplexArray {
  if (input.maps) return input.maps;
  throw new SnrError(
    'MRO_SNR_REFERENCE',
    `The chosen sensitivities need ${what}, and none came with the slice.`,
  );
}
