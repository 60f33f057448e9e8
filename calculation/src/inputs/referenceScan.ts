import { MroError } from '@mroptimum/contract';
import type { AcquisitionHeader, KSpaceSlice, RawData } from '@mroptimum/rawdata';
import type { ComplexArray } from '@mroptimum/snr';
import { createKernels } from '@mroptimum/snr/kernels';
import type { JobLog } from '../log.ts';
import { transformPartitions } from '../partitions.ts';
import { distanceBetween, gridOf, millimetres } from './placing.ts';
import type { MapsOfSlice } from './sensitivities.ts';

/**
 * Coil images of a separate reference scan, which serve as sensitivities: what they have in common per pixel
 * cancels in every SNR. Lines that were not acquired stay zero; a Hann window over the acquired block keeps
 * truncation from ringing into the maps.
 *
 * @param coils coils that the scan must have; the image's unless stated
 * @throws MroError MRO_JOB_SENSITIVITIES where coils, slices or field of view differ from the image's
 */
export function referenceScan(
  scan: RawData,
  image: AcquisitionHeader,
  name: string,
  log: Pick<JobLog, 'warn'>,
  coils: number = image.coils,
): MapsOfSlice {
  const { header } = scan;
  const slices = image.slices * image.partitions;
  const count = header.slices * header.partitions;
  if (header.coils !== coils || (count !== slices && count !== 1)) {
    throw unfit(
      `${name} has ${header.coils} coils and ${count} slices, the image ${coils} coils and ${slices} slices`,
      'Give a reference scan of the same coils, of one slice or of the slices of the image.',
    );
  }
  checkFieldOfView(header, image, name);
  warnOfDistance(header, image, name, log);
  let volume: { index: number; slices: readonly KSpaceSlice[] } | undefined;
  return async (slice, signal) => {
    const index = count === 1 ? 0 : slice;
    if (header.partitions === 1) {
      const read = await scan.readSlice(index, { repetitions: 1, ...(signal && { signal }) });
      return coilImages(read, header);
    }
    const slab = Math.floor(index / header.partitions);
    if (volume?.index !== slab) {
      volume = { index: slab, slices: (await transformPartitions(scan, slab, 1, signal)).slices };
    }
    return coilImages(volume.slices[index % header.partitions]!, header);
  };
}

function checkFieldOfView(reference: AcquisitionHeader, image: AcquisitionHeader, name: string): void {
  if (!reference.geometry || !image.geometry) return;
  const extent = ({ geometry, readout, readoutOversampling, phase }: AcquisitionHeader): [number, number] => [
    (geometry!.spacing[0] * readout) / readoutOversampling,
    geometry!.spacing[1] * phase,
  ];
  const [a, b] = [extent(reference), extent(image)];
  if (a.some((size, axis) => Math.abs(size / b[axis]! - 1) > 0.01)) {
    const shown = (size: readonly number[]): string => size.map((mm) => mm.toFixed(1)).join(' × ');
    throw unfit(
      `${name} has a field of view of ${shown(a)} mm, the image of ${shown(b)} mm`,
      'Acquire the reference scan with the field of view of the image, or give sensitivity maps.',
    );
  }
}

/** A scan in another place has the sensitivities of that place: no reason to refuse it, but one to say so. */
function warnOfDistance(
  reference: AcquisitionHeader,
  image: AcquisitionHeader,
  name: string,
  log: Pick<JobLog, 'warn'>,
): void {
  if (!reference.geometry || !image.geometry) return;
  const [a, b] = [gridOf(reference), gridOf(image)].map((grid) => ({ ...grid, geometry: grid.geometry! }));
  const { any, inPlane } = distanceBetween(a!, b!);
  const distance = a!.shape[0] === b!.shape[0] ? any : inPlane;
  if (distance <= Math.max(...reference.geometry.spacing.slice(0, 2))) return;
  log.warn(
    `The reference scan ${name} lies up to ${millimetres(distance)} apart from the image: its sensitivities are those of another place.`,
  );
}

const unfit = (what: string, hint: string): MroError =>
  new MroError('MRO_JOB_SENSITIVITIES', `${what}.`, { hint });

/** (coil, phase, readout / oversampling): windowed centred transform of the first repetition. */
function coilImages(slice: KSpaceSlice, { readoutOversampling }: AcquisitionHeader): ComplexArray {
  const [, coils, ny, wide] = slice.kspace.shape as [number, number, number, number];
  const nx = Math.round(wide / readoutOversampling);
  const start = Math.floor(wide / 2) - Math.floor(nx / 2);
  const rows = hann(ny, blockOf(slice.acquired.subarray(0, ny)));
  const columns = hann(wide, slice.acquiredReadout);
  const size = 2 * coils * ny * wide;
  const k = createKernels();
  return k.scope(() => {
    const images = k.load({ data: slice.kspace.data.subarray(0, size), shape: [coils, ny, wide] });
    for (let p = 0; p < size / 2; p++) {
      const weight = rows[Math.floor(p / wide) % ny]! * columns[p % wide]!;
      images.data[2 * p]! *= weight;
      images.data[2 * p + 1]! *= weight;
    }
    k.fft2(images, images, 'image');
    const data = new Float32Array(2 * coils * ny * nx);
    for (let row = 0; row < coils * ny; row++) {
      const from = 2 * (row * wide + start);
      data.set(images.data.subarray(from, from + 2 * nx), 2 * row * nx);
    }
    return { data, shape: [coils, ny, nx] };
  });
}

/** First acquired line and one past the last. */
function blockOf(acquired: Uint8Array): readonly [number, number] {
  const first = acquired.findIndex((count) => count > 0);
  let last = acquired.length - 1;
  while (last > first && acquired[last] === 0) last--;
  return [Math.max(0, first), last + 1];
}

/** cos² over the block, symmetrical about the centre of k-space so that no phase ramp arises. */
function hann(n: number, [from, to]: readonly [number, number]): Float64Array {
  const centre = Math.floor(n / 2);
  const half = Math.max(1, centre - from, to - 1 - centre) + 1;
  return Float64Array.from({ length: n }, (_, i) =>
    i < from || i >= to ? 0 : Math.cos((Math.PI / 2) * ((i - centre) / half)) ** 2,
  );
}
