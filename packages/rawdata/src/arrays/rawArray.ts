import { elementCount, isComplex } from '@mroptimum/arrays';
import { MroError, unknownGeometry } from '@mroptimum/contract';
import type {
  AcquisitionHeader,
  KSpaceSlice,
  NoiseSamples,
  OpenOptions,
  RawData,
  RawFormat,
} from '../acquisition.ts';
import { summariseSampling } from '../lattice.ts';
import type { ArrayAccess } from './access.ts';
import type { LabelledShape } from './axes.ts';
import { extentOf } from './axes.ts';
import { gather } from './gather.ts';

/** Where an array comes from, for messages and the header. */
interface ArrayOrigin {
  readonly file: string;
  readonly format: RawFormat;
  readonly variant: string;
}

/** Lines and columns of (repetition, coil, phase, readout) that are not zero throughout. */
function acquiredParts(data: Float32Array, shape: readonly number[]) {
  const [repetitions, coils, phases, readout] = shape as [number, number, number, number];
  const lines = new Uint8Array(repetitions * phases);
  const columns = new Uint8Array(readout);
  for (let r = 0; r < repetitions; r++) {
    for (let c = 0; c < coils; c++) {
      for (let y = 0; y < phases; y++) {
        const row = 2 * ((r * coils + c) * phases + y) * readout;
        for (let x = 0; x < readout; x++) {
          // NaN is a sample too: it must reach the checks of the science, not vanish.
          if (data[row + 2 * x] === 0 && data[row + 2 * x + 1] === 0) continue;
          lines[r * phases + y] = 1;
          columns[x] = 1;
        }
      }
    }
  }
  return { lines, columns };
}

function checkIndex(file: string, what: string, index: number, count: number): void {
  if (Number.isInteger(index) && index >= 0 && index < count) return;
  throw new MroError(
    'MRO_RAW_SLICE',
    `${file} has ${count} ${what}${count === 1 ? '' : 's'}; ${index} is not one.`,
    {
      details: { file, index, count },
    },
  );
}

async function readImaging(
  array: ArrayAccess,
  labels: LabelledShape,
  held: { s: number; z: number },
  repetitions: number | undefined,
  signal?: AbortSignal,
): Promise<KSpaceSlice & { readonly columns: Uint8Array }> {
  const most = repetitions === undefined ? {} : { r: repetitions };
  const kspace = await gather(array, labels, ['r', 'c', 'y', 'x'], held, { most, ...(signal && { signal }) });
  const { lines, columns } = acquiredParts(kspace.data, kspace.shape);
  return { kspace, acquired: lines, acquiredReadout: summariseSampling(columns).extent, columns };
}

/**
 * An array without a header as raw data. Lines that are zero in every coil count as not acquired.
 * @throws MRO_RAW_UNSUPPORTED where the numbers are real
 */
export async function rawFromArray(
  array: ArrayAccess,
  labels: LabelledShape,
  origin: ArrayOrigin,
  options: OpenOptions,
  notes: readonly string[] = [],
): Promise<RawData> {
  const { file } = origin;
  if (!isComplex(array.dtype)) {
    throw new MroError(
      'MRO_RAW_UNSUPPORTED',
      `${file} holds real numbers (${array.dtype}); raw data are complex.`,
      {
        hint: 'Save the complex k-space itself, not its magnitude or two real arrays.',
        details: { file, dtype: array.dtype },
      },
    );
  }
  const list = labels.axes.includes('n');
  const slices = extentOf(labels, 's');
  const partitions = extentOf(labels, 'z');
  const coils = extentOf(labels, 'c');
  const first = list
    ? undefined
    : await readImaging(array, labels, { s: 0, z: Math.floor(partitions / 2) }, 1);
  const lines = summariseSampling(first?.acquired.subarray(0, extentOf(labels, 'y')) ?? []);
  const spacing = [...(options.spacing ?? []), 1, 1, 1].slice(0, 3) as [number, number, number];
  const header: AcquisitionHeader = {
    format: origin.format,
    variant: origin.variant,
    coils,
    readout: list ? extentOf(labels, 'n') : extentOf(labels, 'x'),
    phase: extentOf(labels, 'y'),
    partitions,
    slices,
    repetitions: extentOf(labels, 'r'),
    averages: 1,
    readoutOversampling: 1,
    acceleration: [first ? summariseSampling(first.columns).acceleration : 1, lines.acceleration],
    accelerationPartition: 1,
    referenceLines: lines.extra,
    ...(list && {
      noise: {
        source: 'noise file',
        coils,
        readouts: 1,
        samplesPerReadout: elementCount(labels.shape) / coils,
      },
    }),
    ...(options.spacing && { geometry: { ...unknownGeometry, spacing } }),
  };

  return {
    header,
    notes,
    readSlice: async (slice, { partition = 0, repetitions, signal } = {}) => {
      if (list) {
        throw new MroError('MRO_RAW_NO_IMAGE', `${file} is a list of noise samples; it holds no image.`, {
          details: { file },
        });
      }
      checkIndex(file, 'slice', slice, slices);
      checkIndex(file, 'partition', partition, partitions);
      const { kspace, acquired, acquiredReadout } = await readImaging(
        array,
        labels,
        { s: slice, z: partition },
        repetitions,
        signal,
      );
      return { kspace, acquired, acquiredReadout };
    },
    readNoise: async ({ signal } = {}): Promise<NoiseSamples> => {
      const { data, shape } = await gather(
        array,
        labels,
        ['c', 'r', 's', 'z', 'y', list ? 'n' : 'x'],
        {},
        { ...(signal && { signal }) },
      );
      const samples = shape[5]!;
      const samplesShape = [coils, data.length / 2 / coils / samples, samples];
      return { samples: { data, shape: samplesShape }, source: 'noise file' };
    },
    close: async () => {},
  };
}
