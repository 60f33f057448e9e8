import { MroError } from '@mroptimum/contract';
import { openRaw, type RawData } from '@mroptimum/rawdata/browser';
import { defaultSettings, estimateNoise, type NoiseModel, scaleNoise, snrMaps } from '@mroptimum/snr';
import { createKernels } from '@mroptimum/snr/kernels';
import { httpSource } from './httpSource.ts';
import type { Preview, PreviewFile, PreviewRequest } from './messages.ts';

/** One slice in memory. */
const mostBytes = 400e6;

const opened = new Map<string, Promise<RawData>>();
const noises = new Map<string, Promise<NoiseModel | undefined>>();

/**
 * One slice of a raw file as an image, with the object mask exactly as the calculation makes it: the same
 * readers, the same noise, the same science.
 *
 * @throws MroError of readers, MRO_RAW_UNSUPPORTED for 3D acquisitions and slices that do not fit into memory; SnrError
 */
export async function previewOf(request: PreviewRequest): Promise<Preview> {
  const raw = await open(request.signal);
  const { header } = raw;
  if (header.partitions > 1 || 8 * header.coils * header.phase * header.readout > mostBytes) {
    throw new MroError(
      'MRO_RAW_UNSUPPORTED',
      `No preview of ${request.signal.name}: a volume is read as a whole.`,
    );
  }
  const slice = Math.min(request.slice ?? Math.floor(header.slices / 2), header.slices - 1);
  const undersampled = header.acceleration[0] * header.acceleration[1] > 1;
  const block = request.acl !== undefined && !undersampled;
  const settings = {
    ...defaultSettings,
    reconstruction: undersampled ? ('sense' as const) : ('rss' as const),
    acl: request.acl ?? defaultSettings.acl,
    sensitivities: {
      ...defaultSettings.sensitivities,
      method: block ? ('innerACL' as const) : ('inner' as const),
      window: request.window,
    },
    mask: request.mask,
  };
  const read = async () => ({
    ...(await raw.readSlice(slice, { repetitions: 1 })),
    readoutOversampling: header.readoutOversampling,
  });
  for await (const maps of snrMaps(1, read, await noiseOf(request, raw), settings)) {
    const [ny, nx] = maps.shape;
    return {
      slices: header.slices,
      slice,
      mirrored: mirroring(header.geometry?.direction),
      ny,
      nx,
      image: magnitude(maps.reconstruction, ny * nx),
      mask: maps.mask!,
    };
  }
  throw new MroError('MRO_INTERNAL', 'No slice was computed.');
}

function open(file: PreviewFile): Promise<RawData> {
  const key = JSON.stringify([file.id, file.axes, file.variable]);
  const known = opened.get(key);
  if (known) return known;
  const options = {
    ...(file.axes !== '' && { axes: file.axes }),
    ...(file.variable !== '' && { variable: file.variable }),
  };
  const opening = openRaw(httpSource(file.name, file.size, file.link), options);
  opening.catch(() => opened.delete(key));
  opened.set(key, opening);
  return opening;
}

/** Noise of the noise file, else of the signal's own scan; without any, images are not prewhitened. */
function noiseOf(request: PreviewRequest, raw: RawData): Promise<NoiseModel | undefined> {
  const { signal, noise, noiseScale, noiseBandwidth } = request;
  const key = JSON.stringify([
    signal.id,
    noise?.id,
    noise?.axes,
    noise?.variable,
    noiseScale,
    noiseBandwidth,
  ]);
  const known = noises.get(key);
  if (known) return known;
  const estimating = estimate(request, raw);
  estimating.catch(() => noises.delete(key));
  noises.set(key, estimating);
  return estimating;
}

async function estimate(
  { noise, noiseScale, noiseBandwidth }: PreviewRequest,
  raw: RawData,
): Promise<NoiseModel | undefined> {
  if (!noise && !raw.header.noise) return undefined;
  const samples = await (noise ? await open(noise) : raw).readNoise();
  const estimated = estimateNoise(createKernels(), samples.samples);
  const bandwidth = noiseBandwidth ?? (estimated.bandwidthMeasured ? undefined : samples.statedBandwidth);
  const { dwellTime: dwellNoise } = samples;
  const { dwellTime: dwellImage } = raw.header;
  return scaleNoise(estimated, {
    ...(noiseScale !== undefined && { noiseScale }),
    ...(bandwidth !== undefined && { bandwidth }),
    ...(dwellNoise && dwellImage && { dwellNoise, dwellImage }),
  });
}

/** Of x and y as they are stored, by the axis of the patient that each mostly follows. */
function mirroring(direction: readonly number[] | undefined): { x: boolean; y: boolean } {
  if (!direction) return { x: false, y: false };
  const along = (vector: readonly number[]): { axis: number; positive: boolean } => {
    const axis = vector.reduce((best, value, i) => (Math.abs(value) > Math.abs(vector[best]!) ? i : best), 0);
    return { axis, positive: vector[axis]! > 0 };
  };
  const [x, y] = [along(direction.slice(0, 3)), along(direction.slice(3, 6))];
  // Left and posterior run to the right and downwards, superior upwards.
  return { x: !x.positive, y: y.axis === 2 ? y.positive : !y.positive };
}

function magnitude(values: Float32Array, pixels: number): Float32Array {
  if (values.length === pixels) return values;
  return Float32Array.from({ length: pixels }, (_, p) => Math.hypot(values[2 * p]!, values[2 * p + 1]!));
}
