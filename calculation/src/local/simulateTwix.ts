import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '@mroptimum/bundle/node';
import { MroError } from '@mroptimum/contract';
import { type TwixAcquisition, writeTwix } from '@mroptimum/rawdata';
import type { SliceInput } from '@mroptimum/snr';
import type { Simulation } from '@mroptimum/snr/simulate';
import { writingTo } from './output.ts';
import { simulatedDwellTime as dwellTime, simulatedExtent } from './simulatedRaw.ts';

export const twixVariants = { twix: 'VE11C', 'twix-vb': 'VB17', 'twix-xa': 'XA61' } as const;
export type TwixFormat = keyof typeof twixVariants;

/** Slices are acquired interleaved, so all of them are needed at once. */
const mostBytes = 4e9;

/**
 * Writes a simulated acquisition as a Siemens twix file: multi-RAID with the noise as adjustment scan (VE, XA),
 * or image and noise in files of their own (VB, whose files hold one measurement).
 *
 * @returns names of the signal and of the noise file
 * @throws MroError MRO_JOB_MEMORY, MRO_JOB_OUTPUT
 */
export async function writeSimulatedTwix(
  made: Simulation,
  folder: string,
  format: TwixFormat,
): Promise<{ signal: string; noise: string | undefined }> {
  const { settings } = made;
  const noise = made.noise();
  const [, readouts, samples] = noise.shape as [number, number, number];
  const slices = allSlices(made);
  const variant = twixVariants[format];
  const separate = variant === 'VB17';
  const acquisition: TwixAcquisition = {
    variant,
    coils: settings.coils,
    readout: settings.matrix[0],
    phase: settings.matrix[1],
    slices: settings.slices,
    repetitions: settings.repetitions,
    readoutOversampling: settings.readoutOversampling,
    acceleration: settings.acceleration,
    partialFourier: settings.partialFourier,
    dwellTime,
    protocol: 'simulated',
    geometry: {
      fieldOfView: [simulatedExtent.fieldOfView, simulatedExtent.fieldOfView],
      thickness: simulatedExtent.sliceDistance,
      centre: [0, 0, 0],
      normal: [0, 0, 1],
      inPlaneRotation: 0,
    },
    ...(settings.acceleration > 1 && { reference: { lines: settings.acsLines, mode: settings.acs } }),
    ...(!separate && { noise: { lines: readouts, samples, dwellTime } }),
  };
  await toFile(join(folder, 'signal.dat'), (sink) =>
    writeTwix(sink, acquisition, {
      line: ({ slice, repetition, line, reference }) => lineOf(slices[slice]!, repetition, line, reference),
      noiseLine: (index) => across(noise.data, settings.coils, readouts, samples, 0, index),
    }),
  );
  if (!separate) return { signal: 'signal.dat', noise: undefined };
  const scan: TwixAcquisition = {
    variant,
    coils: settings.coils,
    readout: settings.matrix[0],
    phase: readouts,
    readoutOversampling: settings.readoutOversampling,
    dwellTime,
    protocol: 'noise',
  };
  await toFile(join(folder, 'noise.dat'), (sink) =>
    writeTwix(sink, scan, {
      line: ({ line }) => across(noise.data, settings.coils, readouts, samples, 0, line),
    }),
  );
  return { signal: 'signal.dat', noise: 'noise.dat' };
}

function allSlices(made: Simulation): SliceInput[] {
  const { slices, repetitions, coils, matrix, readoutOversampling, averages } = made.settings;
  const bytes = 8 * slices * repetitions * coils * matrix[0] * matrix[1] * readoutOversampling;
  if (averages !== 1) {
    throw new MroError('MRO_TASK_COMBINATION', 'A twix file is simulated with one average.');
  }
  if (bytes > mostBytes) {
    throw new MroError(
      'MRO_JOB_MEMORY',
      `Simulating this acquisition takes ${Math.ceil(bytes / 1e6)} MB of memory.`,
      {
        hint: 'Simulate fewer slices, repetitions or coils.',
      },
    );
  }
  return Array.from({ length: slices }, (_, slice) => made.slice(slice));
}

function lineOf(input: SliceInput, repetition: number, line: number, reference: boolean): Float32Array {
  const { data, shape } = reference && input.reference ? input.reference.kspace : input.kspace;
  const [coils, lines, samples] = shape.slice(-3) as [number, number, number];
  return across(data, coils, lines, samples, shape.length === 4 ? repetition : 0, line);
}

/** One line of all coils out of (repetition, coil, line, sample). */
function across(
  data: Float32Array,
  coils: number,
  lines: number,
  samples: number,
  repetition: number,
  line: number,
): Float32Array {
  const out = new Float32Array(2 * coils * samples);
  for (let coil = 0; coil < coils; coil++) {
    const from = 2 * ((repetition * coils + coil) * lines + line) * samples;
    out.set(data.subarray(from, from + 2 * samples), 2 * coil * samples);
  }
  return out;
}

const toFile = (
  path: string,
  write: (sink: (bytes: Uint8Array) => Promise<void>) => Promise<unknown>,
): Promise<void> =>
  writingTo(path, async () => {
    await makeFolder(dirname(path));
    const handle = await open(path, 'w');
    try {
      await write(async (bytes) => {
        await handle.writeFile(bytes);
      });
    } finally {
      await handle.close();
    }
  });
