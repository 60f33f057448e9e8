import { MroError } from '@mroptimum/contract';
import { rampTrajectory, uniformTrajectory } from '../epi/trajectory.ts';
import { layoutVB, layoutVD } from '../file/layout.ts';
import { type ByteSink, ChunkedFile, MeasurementWriter, measurementId } from './measurement.ts';
import { type LineRequest, type PlannedScan, planImage, type TwixAcquisition } from './plan.ts';

export type { ByteSink } from './measurement.ts';
export type { LineRequest, TwixAcquisition, TwixGeometry, TwixNoise } from './plan.ts';

/** Where the samples come from. */
export interface TwixSamples {
  /** One line of all coils, (coil, sample) interleaved, readout × oversampling samples in ascending k. */
  readonly line: (request: LineRequest) => Float32Array;
  /** One noise line of all coils, (coil, sample) interleaved. */
  readonly noiseLine?: (index: number) => Float32Array;
}

/** A multi-RAID table has room for 64 measurements and is followed by padding. */
const tableBytes = 10_240;

/**
 * Writes a synthetic Siemens twix file, VB (one measurement), VD/VE, or XA (lengths in the table left 0), streaming:
 * memory stays at a few MB whatever the file's size. Line and partition counters, centres, slice order, quaternion
 * and flags are those a scanner writes for such an acquisition.
 *
 * @returns number of bytes written
 * @throws MroError MRO_RAW_UNSUPPORTED where the variant cannot hold what is asked for
 */
export async function writeTwix(
  sink: ByteSink,
  acquisition: TwixAcquisition,
  samples: TwixSamples,
): Promise<number> {
  check(acquisition, samples);
  const old = acquisition.variant === 'VB17';
  const layout = old ? layoutVB : layoutVD;
  const file = new ChunkedFile(sink);
  const noise = acquisition.noise?.place === 'lines' ? undefined : acquisition.noise;
  const image = new MeasurementWriter(file, layout, acquisition, {
    protocol: acquisition.protocol ?? 'simulated',
    sequence: 'gre',
    dwellTime: acquisition.dwellTime ?? 10e-6,
  });
  if (old) {
    await writeImage(image, acquisition, samples);
    return file.close();
  }
  const dwellTime = noise?.dwellTime ?? 5e-6;
  const adjustment =
    noise &&
    new MeasurementWriter(file, layout, acquisition, {
      // The adjustment of that name has a fixed dwell time that its header does not repeat.
      protocol: dwellTime === 5e-6 ? 'AdjCoilSens' : 'NoiseAdjustment',
      sequence: 'AdjCoilSensSeq',
      dwellTime,
    });
  const noiseBytes = adjustment && noise ? adjustment.size([[noise.samples ?? 256, noise.lines]]) : undefined;
  const counts: [number, number][] = [];
  for (const scan of planImage(acquisition)) count(counts, scanSamples(acquisition, scan));
  const lengths = [...(noiseBytes === undefined ? [] : [noiseBytes]), image.size(counts)];
  await file.write(table(acquisition, lengths));
  if (adjustment && noise) {
    await adjustment.begin();
    for (let line = 0; line < noise.lines; line++)
      await adjustment.scan(
        { ...noiseRequest, line: 0, kind: 'noise', last: line === noise.lines - 1 },
        samples.noiseLine!(line),
        noise.samples ?? 256,
      );
    await adjustment.end();
  }
  await writeImage(image, acquisition, samples);
  return file.close();
}

const noiseRequest = {
  slice: 0,
  partition: 0,
  repetition: 0,
  average: 0,
  reference: false,
  reversed: false,
  navigator: false,
};

function count(counts: [number, number][], samples: number): void {
  const entry = counts.find(([length]) => length === samples);
  if (entry) entry[1]++;
  else counts.push([samples, 1]);
}

function check(
  { variant, noise, coils, readout, phase, readoutOversampling = 2 }: TwixAcquisition,
  { noiseLine }: TwixSamples,
): void {
  const refuse = (message: string, hint: string): never => {
    throw new MroError('MRO_RAW_UNSUPPORTED', message, { hint });
  };
  if (variant === 'VB17' && noise && noise.place !== 'lines')
    refuse(
      'A VB file holds one measurement.',
      'Put the noise into lines of the image measurement, or into a file of its own.',
    );
  if (noise && !noiseLine) refuse('Noise lines are asked for without samples.', 'Give noiseLine.');
  if (!(coils >= 1 && coils <= 1024 && readout * readoutOversampling <= 65_535 && phase <= 65_535))
    refuse(
      'A twix line holds up to 65535 samples of 1024 channels, and counts to 65535.',
      'Use a smaller matrix.',
    );
}

async function writeImage(
  writer: MeasurementWriter,
  acquisition: TwixAcquisition,
  samples: TwixSamples,
): Promise<void> {
  const { epi, readout, readoutOversampling = 2 } = acquisition;
  const full = readout * readoutOversampling;
  const trajectory = epi?.ramp
    ? rampTrajectory(epi.ramp, full)
    : uniformTrajectory(full, Math.floor(full / 2));
  let noiseLine = 0;
  await writer.begin();
  for (const scan of planImage(acquisition)) {
    const request = epi ? { ...scan, k: trajectory.k } : scan;
    const line = scan.kind === 'noise' ? samples.noiseLine!(noiseLine++) : samples.line(request);
    await writer.scan(scan, line, scanSamples(acquisition, scan));
  }
  await writer.end();
}

/** Samples of a scan as stored: asymmetric echoes leave the first ones out. */
function scanSamples(
  { readout, readoutOversampling = 2, asymmetricEcho = 1, noise }: TwixAcquisition,
  scan: PlannedScan,
): number {
  if (scan.kind === 'noise') return noise?.samples ?? 256;
  return Math.round(readout * readoutOversampling * asymmetricEcho);
}

/** Multi-RAID table: count, then identifiers, offset, length, patient and protocol of each measurement. */
function table(acquisition: TwixAcquisition, lengths: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(tableBytes);
  const view = new DataView(bytes.buffer);
  const text = new TextEncoder();
  view.setUint32(4, lengths.length, true);
  let offset = tableBytes;
  for (const [k, length] of lengths.entries()) {
    const at = 8 + 152 * k;
    view.setUint32(at, measurementId + k, true);
    view.setBigUint64(at + 8, BigInt(offset), true);
    view.setBigUint64(at + 16, BigInt(acquisition.variant === 'XA61' ? 0 : length), true);
    bytes.set(text.encode(acquisition.patient ?? 'PHANTOM^SYNTHETIC').subarray(0, 63), at + 24);
    bytes.set(
      text
        .encode(k === lengths.length - 1 ? (acquisition.protocol ?? 'simulated') : 'AdjCoilSens')
        .subarray(0, 63),
      at + 88,
    );
    offset += Math.ceil(length / 512) * 512;
  }
  return bytes;
}
