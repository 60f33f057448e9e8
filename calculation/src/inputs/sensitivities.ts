import type { Volume } from '@mroptimum/bundle';
import { type FileRef, fileLabel, MroError } from '@mroptimum/contract';
import type { AcquisitionHeader, RawData } from '@mroptimum/rawdata';
import type { ComplexArray } from '@mroptimum/snr';
import type { OpenInput } from '../io.ts';
import type { JobLog } from '../log.ts';
import { arrange, usualAxes } from './arrange.ts';
import { readImage, readLabelledArray } from './images.ts';
import { gridOf, type ImageGrid, isUnplaced, onImage } from './placing.ts';
import { referenceScan } from './referenceScan.ts';

/** Maps of a slice: (coil, ny, nx), or (1, ny, nx) for a body-coil image. */
export type MapsOfSlice = (slice: number, signal?: AbortSignal) => Promise<ComplexArray>;

interface SensitivitySource {
  readonly input: OpenInput;
  readonly file: FileRef;
  /** The source as a raw file with a header (a reference scan); undefined where it is an array or an image. */
  readonly scan: RawData | undefined;
  readonly header: AcquisitionHeader;
  readonly slices: number;
  readonly log: Pick<JobLog, 'warn'>;
}

/**
 * External coil sensitivities: an array (npy, mat, cfl; axes "xyc" or "xysc" unless its options say
 * otherwise), or the coil images of a reference scan of the same field of view.
 *
 * @throws MroError MRO_JOB_SENSITIVITIES where coils or slices do not fit
 */
export async function externalSensitivities(source: SensitivitySource): Promise<MapsOfSlice> {
  const { input, file, scan, header, slices, log } = source;
  if (scan) return referenceScan(scan, header, fileLabel(file), log);
  const array = await readLabelledArray(input, file);
  // The axis of a single coil is one of extent 1 at the end, which does not count.
  const usual = header.coils === 1 ? ['xy', 'xys'] : ['xyc', 'xysc'];
  const axes = array.axes ?? usualAxes(array.shape.length, usual);
  if (axes === undefined) {
    throw new MroError(
      'MRO_JOB_SENSITIVITIES',
      `${fileLabel(file)} has ${array.shape.length} axes; maps have readout, phase and coil, and slices where there are several.`,
    );
  }
  const maps = arrange(array, axes.toLowerCase().replace('z', 's'), 'scyx', 'MRO_JOB_SENSITIVITIES');
  checkFit(maps.shape, header.coils, slices, fileLabel(file));
  return sliceOf(maps.shape, maps.complex ? maps.data : withZeroImaginary(maps.data));
}

/**
 * The body-coil image by which the coil images are divided: an image or an array (x, y or x, y, s), or a scan
 * acquired with the body coil.
 */
export async function bodyCoilImage(source: SensitivitySource): Promise<MapsOfSlice> {
  const { input, file, scan, header, slices, log } = source;
  if (scan) return combined(await referenceScan(scan, header, fileLabel(file), log, scan.header.coils));
  const read = await readImage(input, file, 'MRO_JOB_SENSITIVITIES');
  const image = inPlace(read, gridOf(header), `The body-coil image ${fileLabel(file)}`, log);
  const [count, ny, nx] = [...Array(3 - image.shape.length).fill(1), ...image.shape] as [
    number,
    number,
    number,
  ];
  const shape = [count, 1, ny, nx];
  checkFit(shape, 1, slices, fileLabel(file));
  return sliceOf(shape, image.complex ? image.data : withZeroImaginary(image.data));
}

/** On the voxels of the image where both positions are known; else as it is, over the same field of view. */
function inPlace(image: Volume, grid: ImageGrid, name: string, log: Pick<JobLog, 'warn'>): Volume {
  if (!image.geometry || !grid.geometry || isUnplaced(image.geometry)) return image;
  return onImage(image, grid, { method: 'linear', name, log });
}

function checkFit(shape: readonly number[], coils: number, slices: number, name: string): void {
  const [count, maps] = shape as [number, number];
  if (maps !== coils || (count !== slices && count !== 1)) {
    throw new MroError(
      'MRO_JOB_SENSITIVITIES',
      `${name} holds ${maps} coil maps of ${count} slices, the image has ${coils} coils and ${slices} slices.`,
      { details: { coils: maps, slices: count } },
    );
  }
}

function sliceOf(shape: readonly number[], data: Float32Array): MapsOfSlice {
  const [count, ...rest] = shape as [number, number, number, number];
  const size = data.length / count;
  return async (slice) => {
    const from = count === 1 ? 0 : slice * size;
    return { data: data.subarray(from, from + size), shape: rest };
  };
}

function withZeroImaginary(values: Float32Array): Float32Array {
  const out = new Float32Array(2 * values.length);
  for (let i = 0; i < values.length; i++) out[2 * i] = values[i]!;
  return out;
}

/** Several elements of a body coil as one image: root-sum-of-squares with the phase of the first element. */
function combined(images: MapsOfSlice): MapsOfSlice {
  return async (slice, signal) => {
    const { data, shape } = await images(slice, signal);
    const [coils, ny, nx] = shape as [number, number, number];
    if (coils === 1) return { data, shape };
    const out = new Float32Array(2 * ny * nx);
    for (let p = 0; p < ny * nx; p++) {
      let power = 0;
      for (let c = 0; c < coils; c++) {
        const at = 2 * (c * ny * nx + p);
        power += data[at]! ** 2 + data[at + 1]! ** 2;
      }
      const first = Math.hypot(data[2 * p]!, data[2 * p + 1]!);
      const gain = first > 0 ? Math.sqrt(power) / first : 0;
      out[2 * p] = data[2 * p]! * gain;
      out[2 * p + 1] = data[2 * p + 1]! * gain;
    }
    return { data: out, shape: [1, ny, nx] };
  };
}
