import { type ByteSource, MroError } from '@mroptimum/contract';
import type { AcquisitionHeader, OpenOptions, RawData } from '../acquisition.ts';
import { describeEncoding, type Encoding } from './encoding/encoding.ts';
import { firstContrast, noiseLines, type Roles, scanRoles } from './encoding/roles.ts';
import { type ReadoutTrajectory, rampSampling, rampTrajectory, uniformTrajectory } from './epi/trajectory.ts';
import { truncated } from './errors.ts';
import { type Measurement, readMeasurements } from './file/container.ts';
import { flag } from './file/layout.ts';
import { indexScans, type ScanIndex } from './file/scans.ts';
import { sliceOrientation, volumeGeometry } from './header/geometry.ts';
import { type Protocol, readProtocol } from './header/protocol.ts';
import { describeScanner, softwareVariant } from './header/system.ts';
import { correctionFactors } from './reading/correction.ts';
import {
  adjustmentDwellTime,
  channelIds,
  channelOrder,
  imageDwellTime,
  type NoiseScans,
  noiseLineDwellTime,
  noiseOf,
  readNoise,
} from './reading/noise.ts';
import { readSlice, type SliceContext } from './reading/slice.ts';

/** The measurement that holds the image, indexed. */
interface ImageMeasurement {
  readonly measurement: Measurement;
  readonly index: ScanIndex;
  readonly roles: Roles;
  readonly protocol: Protocol;
}

/**
 * Opens a Siemens twix file (VB, VD, VE, XA). One pass over the scan headers makes an index; slices are read by
 * ranges afterwards; the source stays the caller's to close. The file says all there is to know, so that the options of other formats are not used.
 *
 * @throws MroError MRO_RAW_UNKNOWN, MRO_RAW_TRUNCATED, MRO_RAW_CORRUPT, MRO_RAW_UNSUPPORTED, MRO_RAW_NO_IMAGE
 */
export async function openTwix(source: ByteSource, _options?: OpenOptions): Promise<RawData> {
  const notes: string[] = [];
  const measurements = await readMeasurements(source);
  const measurement = measurements.at(-1)!;
  const protocol = await readProtocol(source, measurement);
  const index = await indexScans(source, measurement);
  const roles = firstContrast(index, scanRoles(index), notes);
  const image = { measurement, index, roles, protocol };
  if (roles.image.length === 0 && (roles.noise.length === 0 || !index.ended)) throw empty(source, index);
  if (index.strayBytes > 0)
    notes.push(`${index.strayBytes} bytes follow the end mark of the measurement; they are not read.`);
  const coils = roles.image.length > 0 ? index.get('channels', roles.image[0]!) : undefined;
  const noise = await findNoise(source, measurements, image, coils, notes);
  if (coils === undefined) return noiseOnly(source, image, noise!, notes);

  const orientation = sliceOrientation(index, protocol, notes);
  const encoding = describeEncoding(index, roles, protocol, orientation, notes);
  const factors = correctionFactors(protocol, coils);
  if (!factors && roles.image.some((scan) => (index.flags[scan]! & flag.rawDataCorrection) !== 0))
    notes.push('Lines ask for the raw-data correction, but the header holds no factors for these coils.');
  const matrix = {
    readout: encoding.readout.size / encoding.readout.oversampling,
    phase: encoding.phase.size,
    partitions: encoding.partitions.size,
  };
  const geometry =
    orientation && volumeGeometry(index, protocol, orientation, encoding.slices, matrix, notes);
  const dwellTime = imageDwellTime(protocol, index.get('echo', roles.image[0]!));
  const header: AcquisitionHeader = {
    format: 'twix',
    variant: softwareVariant(protocol, index.layout.name),
    coils,
    readout: encoding.readout.size,
    phase: encoding.phase.size,
    partitions: encoding.partitions.size,
    slices: encoding.slices.length,
    repetitions: encoding.repetitions.length,
    averages: encoding.averages,
    readoutOversampling: encoding.readout.oversampling,
    acceleration: [1, encoding.acceleration],
    accelerationPartition: encoding.accelerationPartition,
    referenceLines: encoding.referenceLines,
    ...(dwellTime !== undefined && { dwellTime }),
    ...(noise && { noise: describeNoise(noise) }),
    ...(geometry && { geometry }),
    ...describeScanner(protocol, coils),
  };
  const readoutFov = protocol.number('sSliceArray.asSlice[0].dReadoutFOV');
  const context: SliceContext = {
    source,
    index,
    roles,
    encoding,
    factors,
    trajectory: epiTrajectory(image, encoding, notes),
    readoutFov: readoutFov && readoutFov * encoding.readout.oversampling,
  };
  return {
    header,
    notes,
    readSlice: (slice, options = {}) => readSlice(context, slice, options),
    readNoise: (options = {}) =>
      readNoise(source, noise ?? imagingLinesAsNoise(index, encoding, protocol, dwellTime), options.signal),
    close: async () => {},
  };
}

const describeNoise = (noise: NoiseScans): NonNullable<AcquisitionHeader['noise']> => ({
  source: noise.source,
  coils: noise.coils,
  readouts: noise.scans.length,
  samplesPerReadout: noise.samples,
  ...(noise.dwellTime !== undefined && { dwellTime: noise.dwellTime }),
});

/** A file acquired without excitation: its imaging lines are its noise. */
const imagingLinesAsNoise = (
  index: ScanIndex,
  encoding: Encoding,
  protocol: Protocol,
  dwellTime: number | undefined,
): NoiseScans => ({
  index,
  scans: encoding.image,
  coils: encoding.coils,
  samples: encoding.samples,
  dwellTime,
  factors: correctionFactors(protocol, encoding.coils),
  order: Array.from({ length: encoding.coils }, (_, channel) => channel),
  source: 'imaging lines of the noise file',
});

function empty(source: ByteSource, index: ScanIndex): MroError {
  if (!index.ended) return truncated(`"${source.name}" ends before its first line of an image.`, index.end);
  return new MroError('MRO_RAW_NO_IMAGE', `"${source.name}" holds neither imaging nor noise lines.`, {
    details: { format: 'twix', offset: index.end },
  });
}

/** Noise of the adjustment scan nearest before the image, else noise lines of the image measurement itself. */
async function findNoise(
  source: ByteSource,
  measurements: readonly Measurement[],
  image: ImageMeasurement,
  coils: number | undefined,
  notes: string[],
): Promise<NoiseScans | undefined> {
  let other: number | undefined;
  const earlier = coils === undefined ? [] : measurements.slice(0, -1).reverse();
  for (const measurement of earlier) {
    const index = await indexScans(source, measurement);
    const candidates = noiseLines(index);
    if (candidates.length === 0) continue;
    const protocol = await readProtocol(source, measurement);
    const dwellTime = () => adjustmentDwellTime(protocol);
    const noise = noiseOf(index, candidates, protocol, coils, {
      dwellTime,
      source: 'adjustment scan of the same file',
    });
    if (noise) return inImageOrder(source, noise, image, notes);
    other = index.get('channels', candidates[0]!);
  }
  const { index, roles, protocol } = image;
  const dwellTime = (samples: number) =>
    coils === undefined ? adjustmentDwellTime(protocol) : noiseLineDwellTime(index, samples);
  const own = noiseOf(index, roles.noise, protocol, coils, { dwellTime, source: 'noise lines' });
  if (!own) {
    if (other !== undefined || roles.noise.length > 0)
      notes.push('The file has a noise scan, but of another number of coils than the image; it is not used.');
    return undefined;
  }
  if (coils !== undefined)
    notes.push('The dwell time of the noise lines is not in the header; 130 Hz per sample count is assumed.');
  return inImageOrder(source, own, image, notes);
}

async function inImageOrder(
  source: ByteSource,
  noise: Omit<NoiseScans, 'order'>,
  { index, roles }: ImageMeasurement,
  notes: string[],
): Promise<NoiseScans> {
  const own = await channelIds(source, noise.index, noise.scans[0]!);
  const wanted = roles.image.length > 0 ? await channelIds(source, index, roles.image[0]!) : own;
  const order = channelOrder(wanted, own);
  if (order.some((channel, k) => channel !== k))
    notes.push('The coils of the noise scan are in another order; they are put in the order of the image.');
  return { ...noise, order };
}

/** Regridding and polarity correction where the readout is ramp-sampled or navigators come with the lines. */
function epiTrajectory(
  { protocol, roles, index }: ImageMeasurement,
  encoding: Encoding,
  notes: string[],
): ReadoutTrajectory | undefined {
  const ramp = rampSampling(protocol);
  const reversed = encoding.image.some((scan) => (index.flags[scan]! & flag.reflect) !== 0);
  if (ramp) notes.push('Ramp-sampled readouts are regridded; the noise variance per image pixel is kept.');
  if (reversed && roles.navigator.length === 0)
    notes.push('Lines of both readout polarities without navigators: they are not phase-corrected.');
  if (reversed && roles.navigator.length > 0)
    notes.push('Reversed lines are phase-corrected (linear and constant phase) with the navigators.');
  if (ramp) return rampTrajectory(ramp, encoding.samples);
  if (!reversed || roles.navigator.length === 0) return undefined;
  return uniformTrajectory(encoding.samples, index.get('centreColumn', encoding.image[0]!));
}

/** A file of noise lines alone: no slices, but noise to read. */
function noiseOnly(
  source: ByteSource,
  { index, protocol }: ImageMeasurement,
  noise: NoiseScans,
  notes: string[],
): RawData {
  const { coils, samples, dwellTime } = noise;
  const header: AcquisitionHeader = {
    format: 'twix',
    variant: softwareVariant(protocol, index.layout.name),
    ...{ coils, readout: samples, phase: 0, partitions: 0, slices: 0, repetitions: 0, averages: 0 },
    ...{ readoutOversampling: 1, acceleration: [1, 1], accelerationPartition: 1, referenceLines: 0 },
    ...(dwellTime !== undefined && { dwellTime }),
    noise: describeNoise(noise),
    ...describeScanner(protocol, coils),
  };
  const noImage = async (): Promise<never> => {
    throw new MroError('MRO_RAW_NO_IMAGE', `"${source.name}" holds noise lines only.`);
  };
  return {
    header,
    notes,
    readSlice: noImage,
    readNoise: (options = {}) => readNoise(source, noise, options.signal),
    close: async () => {},
  };
}
