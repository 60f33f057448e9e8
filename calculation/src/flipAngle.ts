import { resample, type Volume } from '@mroptimum/bundle';
import { type FileRef, fileLabel, MroError } from '@mroptimum/contract';
import { readImage } from './inputs/images.ts';
import type { OpenInput } from './io.ts';

/**
 * SNR corrected for the flip angle, SNR / sin(FA), and the flip angle on the grid of the SNR map. Where the
 * flip angle is 0 (outside the map, outside the object) or a multiple of 180° the corrected SNR is 0.
 *
 * @param snr (z, y, x) with its geometry
 * @throws MroError MRO_JOB_FLIP_ANGLE where the map is complex or its grid does not fit
 */
export async function correctFlipAngle(
  snr: Volume,
  input: OpenInput,
  file: FileRef,
): Promise<{ corrected: Volume; flipAngle: Volume }> {
  const map = await readImage(input, file, 'MRO_JOB_FLIP_ANGLE');
  const name = fileLabel(file);
  if (map.complex)
    throw new MroError('MRO_JOB_FLIP_ANGLE', `${name} is complex; flip angles are real, in degrees.`);
  const flipAngle = onGridOf(snr, map, name);
  const data = snr.data.map((value, p) => correctedSnr(value, flipAngle.data[p]!));
  return { corrected: { ...snr, data }, flipAngle };
}

/** SNR / sin(FA), FA in degrees; 0 where sin(FA) is not positive. */
export function correctedSnr(snr: number, degrees: number): number {
  const sine = Math.sin((degrees * Math.PI) / 180);
  return Number.isFinite(degrees) && sine > 1e-6 ? snr / sine : 0;
}

function onGridOf(snr: Volume, map: Volume, name: string): Volume {
  try {
    return resample(map, snr, 'linear');
  } catch (error) {
    if (!(error instanceof MroError)) throw error;
    throw new MroError('MRO_JOB_FLIP_ANGLE', `${name}: ${error.message}`, { cause: error });
  }
}
