import { MroError } from '@mroptimum/contract';
import type { KSpaceSlice, RawData, ReferenceLines } from '@mroptimum/rawdata';
import { createKernels, type Kernels } from '@mroptimum/snr/kernels';

/** A partition-encoded volume turned into slices. */
export interface TransformedVolume {
  readonly slices: readonly KSpaceSlice[];
  /**
   * Acquired partitions / partitions: the transform is unitary, so where partitions were left out (partial
   * Fourier along z) every slice carries that part of the noise variance.
   */
  readonly noiseFraction: number;
}

/**
 * Centred unitary FFT along the partitions of one volume: x(z) = 1/√P Σ_p k(p) e^{2πi(p−⌊P/2⌋)(z−⌊P/2⌋)/P}.
 * Each partition then is a slice with 2D k-space of its own. Holds the whole volume in memory.
 *
 * @throws MroError MRO_JOB_PARTITIONS where the partitions are undersampled or differ in their lines
 */
export async function transformPartitions(
  raw: RawData,
  volume: number,
  repetitions: number,
  signal?: AbortSignal,
): Promise<TransformedVolume> {
  const { partitions } = raw.header;
  const read: KSpaceSlice[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    read.push(await raw.readSlice(volume, { partition, repetitions, ...(signal && { signal }) }));
  }
  const acquired = read.map((slice) => slice.acquired.some((count) => count > 0));
  const { first, count } = acquiredRun(acquired);
  checkSameLines(read, acquired, first);

  const k = createKernels();
  transformAlong(
    k,
    read.map((slice) => slice.kspace.data),
  );
  const references = read.flatMap((slice) => (slice.reference ? [slice.reference] : []));
  const reference = references.length > 0 ? transformReferences(k, read, references) : undefined;
  const { acquired: lines, acquiredReadout } = read[first]!;
  return {
    slices: read.map((slice, z) => ({
      kspace: slice.kspace,
      acquired: lines,
      acquiredReadout,
      ...(reference && { reference: reference[z]! }),
    })),
    noiseFraction: count / partitions,
  };
}

/** Partial Fourier leaves partitions out at one end; gaps between acquired ones are undersampling. */
function acquiredRun(acquired: readonly boolean[]): { first: number; count: number } {
  const first = acquired.indexOf(true);
  const last = acquired.lastIndexOf(true);
  const count = acquired.filter(Boolean).length;
  if (first < 0) throw unsupported('no partition of the volume was acquired');
  if (last - first + 1 !== count) throw unsupported('the volume is undersampled along its partitions');
  return { first, count };
}

function checkSameLines(read: readonly KSpaceSlice[], acquired: readonly boolean[], first: number): void {
  const lines = read[first]!.acquired;
  read.forEach((slice, partition) => {
    if (acquired[partition] && !slice.acquired.every((count, i) => count === lines[i])) {
      throw unsupported(`partition ${partition} has other lines than partition ${first}`);
    }
  });
}

function unsupported(what: string): MroError {
  return new MroError('MRO_JOB_PARTITIONS', `This 3D acquisition cannot be treated slice by slice: ${what}.`);
}

/** Reference lines of the partitions that have some; zeros elsewhere, as zero-filling along z. */
function transformReferences(
  k: Kernels,
  read: readonly KSpaceSlice[],
  references: readonly ReferenceLines[],
): ReferenceLines[] {
  const shape = references[0]!.kspace.shape;
  const volume = read.map(({ reference }) => ({
    data: reference?.kspace.data.slice() ?? new Float32Array(references[0]!.kspace.data.length),
    shape,
  }));
  transformAlong(
    k,
    volume.map(({ data }) => data),
  );
  // A line counts as calibration only where every partition with reference lines has it.
  const acquired = references[0]!.acquired.map((count, line) =>
    references.every((reference) => reference.acquired[line]! > 0) ? count : 0,
  );
  return volume.map((kspace) => ({ kspace, acquired, integrated: references[0]!.integrated }));
}

/** In place: the centred unitary transform across equally long arrays, a block of columns at a time. */
function transformAlong(k: Kernels, partitions: readonly Float32Array[]): void {
  const count = partitions.length;
  const length = partitions[0]!.length / 2;
  const width = Math.max(1, Math.min(length, Math.floor(2 ** 18 / count)));
  for (let from = 0; from < length; from += width) {
    const columns = Math.min(width, length - from);
    k.scope(() => {
      const block = k.complex(count, columns);
      partitions.forEach((data, p) => {
        block.data.set(data.subarray(2 * from, 2 * (from + columns)), 2 * p * columns);
      });
      k.fftPhase(block, block, 'image');
      partitions.forEach((data, p) => {
        data.set(block.data.subarray(2 * p * columns, 2 * (p + 1) * columns), 2 * from);
      });
    });
  }
}
