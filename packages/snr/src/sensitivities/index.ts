import type { ComplexArray } from '../arrays.ts';
import { SnrError } from '../errors.ts';
import type { Kernels } from '../kernels/interface.ts';
import type { PreparedSlice, Reference } from '../prepare.ts';
import type { Whitening } from '../prewhitening.ts';
import type { EspiritSettings, SliceInput, SnrSettings } from '../settings.ts';
import { divideBy, divideByImage, onGrid, referenceImages } from './coilMaps.ts';
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
  if (method === 'espirit') return espirit2d(k, reference, prepared.shape, espirit).maps;
  const images = referenceImages(k, reference, window);
  if (method === 'bodycoil') {
    divideByImage(images, onGrid(needMaps(input, 'a body-coil image'), 1, ny, nx));
    return images;
  }
  k.scope(() => {
    const norm = k.real(ny, nx);
    k.rss(norm, images);
    divideBy(images, norm);
  });
  return images;
}

/** ESPIRiT maps and largest eigenvalue from the calibration block. */
export function espirit2d(
  k: Kernels,
  reference: Reference,
  shape: readonly [number, number],
  settings: EspiritSettings,
): ReturnType<typeof espiritMaps> {
  return espiritMaps(k, calibrationBlock(k, reference), shape, settings);
}

/** The calibration block alone: (coil, rows, columns). */
export function calibrationBlock(k: Kernels, reference: Reference): ComplexArray {
  const [coils, ny, nx] = reference.kspace.shape as [number, number, number];
  const [from, to] = reference.rows;
  const [left, right] = reference.columns;
  const block = k.complex(coils, to - from, right - left);
  for (let c = 0; c < coils; c++) {
    for (let y = from; y < to; y++) {
      const row = 2 * ((c * ny + y) * nx + left);
      const target = 2 * (c * (to - from) + y - from) * (right - left);
      block.data.set(reference.kspace.data.subarray(row, row + 2 * (right - left)), target);
    }
  }
  return block;
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
