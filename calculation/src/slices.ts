import { MroError } from '@mroptimum/contract';
import type { KSpaceSlice, RawData } from '@mroptimum/rawdata';
import type { ComplexArray, RealArray, SliceInput, SnrSettings } from '@mroptimum/snr';
import { type TransformedVolume, transformPartitions } from './partitions.ts';

/** What is given per slice beside the raw data. */
export interface SliceExtras {
  /** External sensitivities, or the body-coil image, of a slice. */
  readonly maps?: (slice: number, signal?: AbortSignal) => Promise<ComplexArray>;
  readonly mask?: (slice: number) => RealArray;
}

/** The acquisition as a row of slices. */
export interface SliceSource {
  readonly count: number;
  /** Part of the noise variance that a slice carries; below 1 for partial Fourier along the partitions. */
  noiseFraction(signal?: AbortSignal): Promise<number>;
  read(slice: number, signal?: AbortSignal): Promise<SliceInput>;
}

/** Methods that compare repetitions need all of them; the others use the first. */
export const usesRepetitions = ({ method }: Pick<SnrSettings, 'method'>): boolean =>
  method === 'mr' || method === 'di';

/**
 * Slices of a raw file in spatial order. A 2D acquisition is read slice by slice; of a 3D one a whole volume
 * is read and transformed along its partitions, and the latest volume is kept.
 */
export function sliceSource(raw: RawData, settings: SnrSettings, extras: SliceExtras): SliceSource {
  const { partitions, slices, readoutOversampling } = raw.header;
  const repetitions = usesRepetitions(settings) ? raw.header.repetitions : 1;
  const toInput = async (slice: number, kspace: KSpaceSlice, signal?: AbortSignal): Promise<SliceInput> => ({
    ...kspace,
    readoutOversampling,
    ...(extras.maps && { maps: await extras.maps(slice, signal) }),
    ...(extras.mask && { mask: extras.mask(slice) }),
  });
  if (partitions === 1) {
    // Memory of slices that have been computed serves those that follow; shared, so that threads need no copy.
    const spare: Float32Array[] = [];
    const { coils, phase, readout } = raw.header;
    const bytes = 8 * repetitions * coils * phase * readout;
    return {
      count: slices,
      noiseFraction: async () => 1,
      read: async (slice, signal) => {
        const into = spare.pop() ?? new Float32Array(new SharedArrayBuffer(bytes));
        const kspace = await raw.readSlice(slice, {
          repetitions,
          into,
          ...(signal && { signal }),
        });
        const input = await toInput(slice, kspace, signal);
        // A reader may have left the memory alone.
        const used = kspace.kspace.data === into;
        return used ? { ...input, release: () => void spare.push(into) } : input;
      },
    };
  }
  let fraction: number | undefined;
  const load = async (index: number, signal?: AbortSignal): Promise<TransformedVolume> => {
    const volume = await transformPartitions(raw, index, repetitions, signal);
    fraction ??= volume.noiseFraction;
    // One covariance serves all slices.
    if (volume.noiseFraction !== fraction) {
      throw new MroError(
        'MRO_JOB_PARTITIONS',
        'The volumes of this 3D acquisition differ in their partitions.',
      );
    }
    return volume;
  };
  let current: { index: number; volume: Promise<TransformedVolume> } | undefined;
  const volumeAt = (index: number, signal?: AbortSignal): Promise<TransformedVolume> => {
    if (current?.index !== index) current = { index, volume: load(index, signal) };
    return current.volume;
  };
  return {
    count: slices * partitions,
    noiseFraction: async (signal) => (await volumeAt(0, signal)).noiseFraction,
    read: async (slice, signal) => {
      const volume = await volumeAt(Math.floor(slice / partitions), signal);
      return toInput(slice, volume.slices[slice % partitions]!, signal);
    },
  };
}
