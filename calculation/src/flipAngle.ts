import type { Volume } from '@mroptimum/bundle';
import { type FileRef, fileLabel, type Job, MroError } from '@mroptimum/contract';
import { readImage } from './inputs/images.ts';
import type { JobInputs } from './inputs/open.ts';
import { onImage } from './inputs/placing.ts';
import type { OpenInput } from './io.ts';
import type { JobLog } from './log.ts';

/** Both on the grid of the SNR map. */
export interface CorrectedSnr {
  readonly corrected: Volume;
  readonly flipAngle: Volume;
}

/**
 * SNR corrected for the flip angle, SNR / sin(FA), and the flip angle on the grid of the SNR map. Where the
 * flip angle is 0 (outside the map, outside the object) or a multiple of 180° the corrected SNR is 0.
 *
 * @param snr (z, y, x) with its geometry
 * @throws MroError MRO_JOB_FLIP_ANGLE where the map is complex or its grid does not fit
 */
async function correctFlipAngle(
  snr: Volume,
  input: OpenInput,
  file: FileRef,
  log: JobLog,
): Promise<CorrectedSnr> {
  const map = await readImage(input, file, 'MRO_JOB_FLIP_ANGLE');
  const name = fileLabel(file);
  if (map.complex)
    throw new MroError('MRO_JOB_FLIP_ANGLE', `${name} is complex; flip angles are real, in degrees.`);
  const flipAngle = onGridOf(snr, map, name, log);
  const data = snr.data.map((value, p) => correctedSnr(value, flipAngle.data[p]!));
  return { corrected: { ...snr, data }, flipAngle };
}

/**
 * The flip-angle correction that a job asks for; undefined where it asks for none.
 * @throws MroError MRO_TASK_COMBINATION without a map; as `correctFlipAngle`
 */
export async function jobFlipAngle(
  job: Job,
  snr: Volume,
  inputs: JobInputs,
  log: JobLog,
): Promise<CorrectedSnr | undefined> {
  const correction = job.task.options.reconstructor.options.correction;
  if (!correction?.useCorrection) return undefined;
  if (!correction.faCorrection) {
    throw new MroError(
      'MRO_TASK_COMBINATION',
      'A flip-angle correction was asked for without a flip-angle map.',
      {
        hint: 'Name the map in correction.faCorrection, or set useCorrection to false.',
      },
    );
  }
  const result = await correctFlipAngle(
    snr,
    await inputs.open(correction.faCorrection),
    correction.faCorrection,
    log,
  );
  log.say(`SNR divided by the sine of the flip angle of ${fileLabel(correction.faCorrection)}.`);
  return result;
}

/** SNR / sin(FA), FA in degrees; 0 where sin(FA) is not positive. */
function correctedSnr(snr: number, degrees: number): number {
  const sine = Math.sin((degrees * Math.PI) / 180);
  return Number.isFinite(degrees) && sine > 1e-6 ? snr / sine : 0;
}

/** Voxels without a measured angle take no part: they would pull the angles at the object's edge towards 0. */
function onGridOf(snr: Volume, map: Volume, name: string, log: JobLog): Volume {
  const [slices, ny, nx] = snr.shape as [number, number, number];
  const image = { shape: [slices, ny, nx] as const, geometry: snr.geometry };
  try {
    const options = { method: 'linear', ignoreZero: true, name: `The flip-angle map ${name}`, log } as const;
    return onImage(map, image, options);
  } catch (error) {
    if (!(error instanceof MroError)) throw error;
    throw new MroError('MRO_JOB_FLIP_ANGLE', `${name}: ${error.message}`, { cause: error });
  }
}
