import { SnrError } from '../errors.ts';
import type { Kernels } from '../kernels/interface.ts';
import type { PreparedSlice } from '../prepare.ts';
import { referenceImages } from '../sensitivities/coilMaps.ts';
import { espiritMaps } from '../sensitivities/espirit.ts';
import { needReference } from '../sensitivities/index.ts';
import type { SliceInput, SnrSettings } from '../settings.ts';
import { thresholdMask } from './threshold.ts';

/**
 * Object mask (ny, nx) of 0 and 1, undefined for 'no'. Level masks look at the root-sum-of-squares of the
 * prewhitened calibration images; 'espirit' keeps pixels whose largest eigenvalue is at least c.
 */
export function objectMask(
  k: Kernels,
  prepared: PreparedSlice,
  input: SliceInput,
  settings: SnrSettings,
): Uint8Array | undefined {
  const { mask } = settings;
  const [ny, nx] = prepared.shape;
  if (mask.method === 'no') return undefined;
  if (mask.method === 'upload') return uploadedMask(input, ny, nx);
  return k.scope(() => {
    if (mask.method === 'espirit') {
      const { eigenvalue } = espiritMaps(k, needReference(prepared).block, prepared.shape, mask);
      return Uint8Array.from(eigenvalue.data, (v: number) => (v >= mask.c ? 1 : 0));
    }
    const magnitude = k.real(ny, nx);
    if (prepared.reference)
      k.rss(magnitude, referenceImages(k, prepared.reference, prepared.shape, settings.sensitivities.window));
    else k.rss(magnitude, unfoldedOnly(prepared));
    return thresholdMask(magnitude.data, ny, nx, mask);
  });
}

/** Without calibration data the images themselves serve, where they are not folded. */
function unfoldedOnly(prepared: PreparedSlice) {
  if (prepared.acceleration[0] * prepared.acceleration[1] !== 1) needReference(prepared);
  return prepared.folded(0);
}

/** Nearest pixel of the uploaded mask over the same field of view; object where > 0. */
function uploadedMask(input: SliceInput, ny: number, nx: number): Uint8Array {
  if (!input.mask)
    throw new SnrError('MRO_SNR_REFERENCE', 'An uploaded mask was chosen, and none came with the slice.');
  const [my, mx] = input.mask.shape as [number, number];
  const out = new Uint8Array(ny * nx);
  for (let y = 0; y < ny; y++) {
    const v = nearest(y, ny, my);
    for (let x = 0; x < nx; x++) out[y * nx + x] = input.mask.data[v * mx + nearest(x, nx, mx)]! > 0 ? 1 : 0;
  }
  return out;
}

function nearest(i: number, n: number, m: number): number {
  const position = Math.round(((i - Math.floor(n / 2)) * m) / n + Math.floor(m / 2));
  return Math.min(m - 1, Math.max(0, position));
}
