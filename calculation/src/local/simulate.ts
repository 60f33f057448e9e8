import { join } from 'node:path';
import { MroError } from '@mroptimum/contract';
import { createKernels } from '@mroptimum/snr/kernels';
import { type Simulation, type SimulationSettings, simulate, trueSense } from '@mroptimum/snr/simulate';
import { type RawOutputFormat, rawFormats, save, saveNpy, writeRaw } from './output.ts';
import { simulatedRaw, withCalibrationInside } from './simulatedRaw.ts';
import { type TwixFormat, twixVariants, writeSimulatedTwix } from './simulateTwix.ts';

/** Files of a simulation, with what a reader has to be told about them. */
export interface SimulationFiles {
  readonly signal: string;
  /** Undefined where the signal file holds the noise scan. */
  readonly noise: string | undefined;
  /** Axes of the signal and of the noise where the format needs them said. */
  readonly axes: string | undefined;
  readonly noiseAxes: string | undefined;
  readonly truth: readonly string[];
}

export const simulationFormats = [...rawFormats, ...(Object.keys(twixVariants) as TwixFormat[])] as const;
export type SimulationFormat = RawOutputFormat | TwixFormat;

const isTwixFormat = (format: SimulationFormat): format is TwixFormat => format in twixVariants;

/** Makes the simulation that the settings describe. */
export const simulation = (settings: Partial<SimulationSettings>): Simulation =>
  simulate(createKernels(), settings);

/**
 * Writes a simulated acquisition and its truth into a folder: signal, noise scan, and as NumPy arrays the
 * true sensitivities (s c y x), object (s y x), noise covariance (c c) and SNR (s y x) of the b1 or SENSE
 * reconstruction with these sensitivities; the SNR only where R divides the matrix and all of k-space is acquired,
 * since zero-filling blurs the object.
 *
 * @throws MroError MRO_TASK_COMBINATION where a format cannot hold the acquisition; MRO_JOB_OUTPUT
 */
export async function writeSimulation(
  made: Simulation,
  folder: string,
  format: SimulationFormat,
): Promise<SimulationFiles> {
  const truth = await writeTruth(made, join(folder, 'truth'));
  const files = isTwixFormat(format)
    ? { ...(await writeSimulatedTwix(made, folder, format)), axes: undefined, noiseAxes: undefined }
    : await writeSimulatedRaw(made, folder, format);
  const described = { settings: made.settings, ...files, truth };
  await save(join(folder, 'simulation.json'), `${JSON.stringify(described, null, 2)}\n`);
  return { ...files, truth };
}

async function writeSimulatedRaw(
  made: Simulation,
  folder: string,
  format: RawOutputFormat,
): Promise<Omit<SimulationFiles, 'truth'>> {
  const { readoutOversampling, averages } = made.settings;
  const isArray = format !== 'ismrmrd';
  if (isArray && (readoutOversampling !== 1 || averages !== 1)) {
    throw new MroError('MRO_TASK_COMBINATION', 'Arrays cannot say that they are oversampled or averaged.', {
      hint: 'Simulate a twix or ISMRMRD file, or without oversampling and averages.',
    });
  }
  const raw = simulatedRaw(made);
  const { signal, noise } = await writeRaw(
    folder,
    isArray ? withCalibrationInside(raw) : raw,
    raw.noise,
    format,
  );
  return { signal: signal.file, noise: noise?.file, axes: signal.axes, noiseAxes: noise?.axes };
}

async function writeTruth(made: Simulation, folder: string): Promise<string[]> {
  const { settings, covariance } = made;
  const [nx, ny] = settings.matrix;
  const { slices, coils, acceleration } = settings;
  const sensitivities = new Float32Array(2 * slices * coils * ny * nx);
  const object = new Float32Array(2 * slices * ny * nx);
  const snr = new Float32Array(2 * slices * ny * nx);
  const known = ny % acceleration === 0 && settings.partialFourier === 1;
  for (let slice = 0; slice < slices; slice++) {
    sensitivities.set(made.sensitivities(slice).data, 2 * slice * coils * ny * nx);
    object.set(made.object(slice).data, 2 * slice * ny * nx);
    if (!known) continue;
    const expected = trueSense(made.sensitivities(slice), made.object(slice), covariance, [1, acceleration]);
    expected.snr.forEach((value, p) => {
      snr[2 * (slice * ny * nx + p)] = value;
    });
  }
  await saveNpy(join(folder, 'sensitivities.npy'), [slices, coils, ny, nx], sensitivities);
  await saveNpy(join(folder, 'object.npy'), [slices, ny, nx], object);
  await saveNpy(join(folder, 'covariance.npy'), [coils, coils], covariance.data);
  if (known) await saveNpy(join(folder, 'snr.npy'), [slices, ny, nx], snr);
  const names = ['sensitivities', 'object', 'covariance', ...(known ? ['snr'] : [])];
  return names.map((name) => `truth/${name}.npy`);
}
