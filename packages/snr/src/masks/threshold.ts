import { SnrError } from '../errors.ts';
import type { MaskSettings } from '../settings.ts';
import { closeAndFill } from './morphology.ts';

type ThresholdMask = Exclude<MaskSettings, { method: 'no' | 'espirit' | 'upload' }>;

/**
 * Object mask of a magnitude image (ny, nx) by a level, then holes filled and closed with a 3×3 element:
 * reference: above mean − standard deviation; threshold: above v; percentage: above v % of the maximum;
 * percentagemean: above v × mean.
 */
export function thresholdMask(
  image: Float32Array,
  ny: number,
  nx: number,
  settings: ThresholdMask,
): Uint8Array {
  const limit = level(image, settings);
  if (!Number.isFinite(limit)) {
    throw new SnrError('MRO_SNR_OPTION', `The mask's level comes out as ${limit}; give a finite number.`);
  }
  return closeAndFill(
    Uint8Array.from(image, (v) => (v > limit ? 1 : 0)),
    ny,
    nx,
  );
}

function level(image: Float32Array, settings: ThresholdMask): number {
  if (settings.method === 'threshold') return settings.value;
  let sum = 0;
  let squares = 0;
  let largest = 0;
  for (const v of image) {
    sum += v;
    squares += v * v;
    if (v > largest) largest = v;
  }
  const mean = sum / image.length;
  if (settings.method === 'percentage') return (settings.value / 100) * largest;
  if (settings.method === 'percentagemean') return settings.value * mean;
  return mean - Math.sqrt(Math.max(0, squares / image.length - mean * mean));
}
