import { join } from 'node:path';
import { MroError } from '@mroptimum/contract';
import { type KSpaceSlice, openFile, type RawData } from '@mroptimum/rawdata';
import { createKernels } from '@mroptimum/snr/kernels';
import { type RawOutputFormat, save, type WrittenRaw, writeRaw } from './output.ts';

/** What was written, and how `mroptimum snr` reads it with the same result. */
export interface Converted extends WrittenRaw {
  /** Noise variance of an image sample relative to one of the noise scan: dwell times and averages. */
  readonly noiseScale: number;
  readonly spacing?: readonly number[];
}

/**
 * Writes the k-space and the noise scan of a raw file as arrays or as ISMRMRD. Arrays come with readout
 * oversampling removed by a unitary transform, since nothing in them could tell of it; their noise stays as it
 * was acquired. `conversion.json` says how to read them.
 *
 * @throws MroError MRO_TASK_COMBINATION where an array would silently change the noise of the image
 */
export async function convertRaw(
  path: string,
  folder: string,
  format: RawOutputFormat,
  options: { readonly axes?: string; readonly variable?: string } = {},
): Promise<Converted> {
  const raw = await openFile(path, options);
  try {
    const { header } = raw;
    const isArray = format !== 'ismrmrd';
    const notes = new Set<string>(raw.notes);
    const noise = header.noise && (await raw.readNoise());
    const written = await writeRaw(folder, isArray ? plain(raw, notes) : raw, noise, format);
    const dwell = noise?.dwellTime && header.dwellTime ? noise.dwellTime / header.dwellTime : 1;
    const converted: Converted = {
      ...written,
      noiseScale: isArray ? dwell / header.averages : 1,
      ...(header.geometry && { spacing: header.geometry.spacing }),
      notes: [...notes, ...written.notes],
    };
    await save(join(folder, 'conversion.json'), `${JSON.stringify(converted, null, 2)}\n`);
    return converted;
  } finally {
    await raw.close();
  }
}

/** The acquisition as an array can hold it: no oversampling, no averages, no calibration lines beside it. */
function plain(raw: RawData, notes: Set<string>): Pick<RawData, 'header' | 'readSlice'> {
  const { header } = raw;
  const nx = Math.round(header.readout / header.readoutOversampling);
  return {
    header: { ...header, readout: nx, readoutOversampling: 1, averages: 1 },
    readSlice: async (slice, options) => {
      const read = await raw.readSlice(slice, options);
      checkNoise(read, header.readout, header.averages);
      if (read.reference && !read.reference.integrated) {
        notes.add('The separate calibration lines have no place in an array and were left out.');
      }
      const shape = [...read.kspace.shape.slice(0, -1), nx];
      return { ...read, kspace: { data: withoutOversampling(read.kspace.data, header.readout, nx), shape } };
    },
  };
}

/** An array cannot say that lines were averaged differently or that an echo is asymmetric. */
function checkNoise({ acquired, acquiredReadout }: KSpaceSlice, readout: number, averages: number): void {
  const uneven = acquired.some((count) => count !== 0 && count !== averages);
  const asymmetric = acquiredReadout[0] !== 0 || acquiredReadout[1] !== readout;
  if (!uneven && !asymmetric) return;
  const what = uneven ? 'lines were averaged differently' : 'the echo is asymmetric';
  throw new MroError(
    'MRO_TASK_COMBINATION',
    `In this file ${what}, which an array cannot say: its noise would be wrong.`,
    {
      hint: 'Convert to ismrmrd, or calculate from the file itself.',
    },
  );
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
