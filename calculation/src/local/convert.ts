import { join } from 'node:path';
import { openFile, type RawData } from '@mroptimum/rawdata';
import { createKernels } from '@mroptimum/snr/kernels';
import { transformPartitions } from '../partitions.ts';
import { type ArrayFormat, save, type WrittenArray, writeArray } from './arrayFiles.ts';

/** What was written, and how `mroptimum snr` reads it with the same result. */
export interface Converted {
  readonly signal: WrittenArray;
  readonly noise?: WrittenArray;
  /** Noise variance of an image sample relative to one of the noise scan, by their dwell times. */
  readonly noiseScale: number;
  readonly spacing?: readonly number[];
  readonly notes: readonly string[];
}

/**
 * Writes the k-space of a raw file as arrays: signal (slice, repetition, coil, phase, readout) with readout
 * oversampling removed by a unitary transform and partitions turned into slices, and the file's noise scan as
 * it was acquired. A companion `conversion.json` says how to read them.
 */
export async function convertRaw(
  path: string,
  folder: string,
  format: ArrayFormat,
  options: { readonly axes?: string; readonly variable?: string } = {},
): Promise<Converted> {
  const raw = await openFile(path, options);
  try {
    return await convertOpen(raw, folder, format);
  } finally {
    await raw.close();
  }
}

async function convertOpen(raw: RawData, folder: string, format: ArrayFormat): Promise<Converted> {
  const { header } = raw;
  const { coils, phase, repetitions, partitions } = header;
  const nx = Math.round(header.readout / header.readoutOversampling);
  const slices = header.slices * partitions;
  const notes = [...raw.notes];
  const data = new Float32Array(2 * slices * repetitions * coils * phase * nx);
  const size = data.length / slices;
  for (let slice = 0; slice < header.slices; slice++) {
    const read =
      partitions > 1
        ? (await transformPartitions(raw, slice, repetitions)).slices
        : [await raw.readSlice(slice)];
    read.forEach(({ kspace, reference }, p) => {
      data.set(withoutOversampling(kspace.data, header.readout, nx), (slice * partitions + p) * size);
      if (reference && !reference.integrated && slice + p === 0) {
        notes.push('The separate calibration lines have no place in an array and were left out.');
      }
    });
  }
  const signal = await writeArray(
    folder,
    'signal',
    { data, shape: [slices, repetitions, coils, phase, nx], axes: 'srcyx' },
    format,
  );
  const scan = header.noise && (await raw.readNoise());
  const noise = scan && (await writeArray(folder, 'noise', { ...scan.samples, axes: 'cyx' }, format));
  const noiseScale = scan?.dwellTime && header.dwellTime ? scan.dwellTime / header.dwellTime : 1;
  const converted: Converted = {
    signal,
    ...(noise && { noise }),
    noiseScale,
    ...(header.geometry && { spacing: header.geometry.spacing }),
    notes,
  };
  await save(join(folder, 'conversion.json'), `${JSON.stringify(converted, null, 2)}\n`);
  return converted;
}

/** Rows of `wide` samples to rows of `nx`: unitary inverse transform, the middle, unitary transform. */
function withoutOversampling(data: Float32Array, wide: number, nx: number): Float32Array {
  if (wide === nx) return data;
  const rows = data.length / (2 * wide);
  const out = new Float32Array(2 * rows * nx);
  const start = Math.floor(wide / 2) - Math.floor(nx / 2);
  const block = Math.max(1, Math.floor(2 ** 17 / wide));
  const k = createKernels();
  for (let from = 0; from < rows; from += block) {
    const count = Math.min(block, rows - from);
    k.scope(() => {
      const full = k.load({
        data: data.subarray(2 * from * wide, 2 * (from + count) * wide),
        shape: [count, wide],
      });
      k.fftReadout(full, full, 'image');
      const narrow = k.complex(count, nx);
      for (let row = 0; row < count; row++) {
        const at = 2 * (row * wide + start);
        narrow.data.set(full.data.subarray(at, at + 2 * nx), 2 * row * nx);
      }
      k.fftReadout(narrow, narrow, 'kspace');
      out.set(narrow.data, 2 * from * nx);
    });
  }
  return out;
}
