import { join } from 'node:path';
import { MroError } from '@mroptimum/contract';
import type { SliceInput } from '@mroptimum/snr';
import { createKernels } from '@mroptimum/snr/kernels';
import { type Simulation, type SimulationSettings, simulate, trueSense } from '@mroptimum/snr/simulate';
import { type ArrayFormat, arrayFormats, type NamedArray, save, writeArray } from './arrayFiles.ts';
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

/** Makes the simulation that the settings describe. */
export const simulation = (settings: Partial<SimulationSettings>): Simulation =>
  simulate(createKernels(), settings);

export const simulationFormats = [...arrayFormats, ...(Object.keys(twixVariants) as TwixFormat[])] as const;
export type SimulationFormat = ArrayFormat | TwixFormat;

const isTwixFormat = (format: SimulationFormat): format is TwixFormat => format in twixVariants;

/**
 * Writes a simulated acquisition and its truth into a folder: signal, noise scan, and as NumPy arrays the
 * true sensitivities (s c y x), object (s y x), noise covariance (c c) and SNR (s y x) of the b1 or SENSE
 * reconstruction with these sensitivities.
 *
 * Arrays have no place for calibration lines beside the image: of accelerated data they are put into it.
 */
export async function writeSimulation(
  made: Simulation,
  folder: string,
  format: SimulationFormat,
): Promise<SimulationFiles> {
  const truth = await writeTruth(made, folder);
  const files = isTwixFormat(format)
    ? { ...(await writeSimulatedTwix(made, folder, format)), axes: undefined, noiseAxes: undefined }
    : await writeArrays(made, folder, format);
  const description = { settings: made.settings, ...files, truth };
  await save(join(folder, 'simulation.json'), `${JSON.stringify(description, null, 2)}\n`);
  return { ...files, truth };
}

async function writeArrays(
  made: Simulation,
  folder: string,
  format: ArrayFormat,
): Promise<Omit<SimulationFiles, 'truth'>> {
  const { slices, repetitions, coils, matrix, readoutOversampling } = made.settings;
  if (readoutOversampling !== 1) {
    throw new MroError('MRO_TASK_COMBINATION', 'Arrays cannot say that their readout is oversampled.', {
      hint: 'Simulate a twix file, or without oversampling.',
    });
  }
  const [nx, ny] = matrix;
  const size = 2 * repetitions * coils * ny * nx;
  const data = new Float32Array(slices * size);
  for (let slice = 0; slice < slices; slice++) data.set(withCalibration(made.slice(slice)), slice * size);
  const signal = await writeArray(
    folder,
    'signal',
    { data, shape: [slices, repetitions, coils, ny, nx], axes: 'srcyx' },
    format,
  );
  const noise = await writeArray(folder, 'noise', { ...made.noise(), axes: 'cyx' }, format);
  return { signal: signal.file, noise: noise.file, axes: signal.axes, noiseAxes: noise.axes };
}

/** k-space with the reference lines filled in where the image has none. */
function withCalibration({ kspace, acquired, reference }: SliceInput): Float32Array {
  if (!reference) return kspace.data;
  const [repetitions, coils, ny, wide] = kspace.shape as [number, number, number, number];
  const data = kspace.data.slice();
  for (let r = 0; r < repetitions; r++) {
    for (let c = 0; c < coils; c++) {
      for (let y = 0; y < ny; y++) {
        if (acquired[r * ny + y] || !reference.acquired[y]) continue;
        const from = 2 * (c * ny + y) * wide;
        data.set(
          reference.kspace.data.subarray(from, from + 2 * wide),
          2 * ((r * coils + c) * ny + y) * wide,
        );
      }
    }
  }
  return data;
}

async function writeTruth(made: Simulation, folder: string): Promise<string[]> {
  const { settings, covariance } = made;
  const [nx, ny] = settings.matrix;
  const { slices, coils } = settings;
  const sensitivities = new Float32Array(2 * slices * coils * ny * nx);
  const object = new Float32Array(2 * slices * ny * nx);
  const snr = new Float32Array(2 * slices * ny * nx);
  const divides = ny % settings.acceleration === 0;
  for (let slice = 0; slice < slices; slice++) {
    sensitivities.set(made.sensitivities(slice).data, 2 * slice * coils * ny * nx);
    object.set(made.object(slice).data, 2 * slice * ny * nx);
    if (!divides) continue;
    const expected = trueSense(made.sensitivities(slice), made.object(slice), covariance, [
      1,
      settings.acceleration,
    ]);
    expected.snr.forEach((value, p) => {
      snr[2 * (slice * ny * nx + p)] = value;
    });
  }
  const arrays: [string, NamedArray][] = [
    ['truth/sensitivities', { data: sensitivities, shape: [slices, coils, ny, nx], axes: 'scyx' }],
    ['truth/object', { data: object, shape: [slices, ny, nx], axes: 'syx' }],
    ['truth/covariance', { data: covariance.data, shape: covariance.shape, axes: 'cn' }],
    ...(divides
      ? [['truth/snr', { data: snr, shape: [slices, ny, nx], axes: 'syx' }] as [string, NamedArray]]
      : []),
  ];
  const files: string[] = [];
  for (const [name, array] of arrays) files.push((await writeArray(folder, name, array, 'npy')).file);
  return files;
}
