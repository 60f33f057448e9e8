import type { FileHandle } from 'node:fs/promises';
import { open, writeFile } from 'node:fs/promises';
import { complexMatFrame, elementCount, encodeElements, npyHeader } from '@mroptimum/arrays';
import { MroError } from '@mroptimum/contract';
import type { NoiseSamples, RawData } from '../acquisition.ts';
import { bartLabels } from './axes.ts';

export type ArrayFormat = 'npy' | 'mat' | 'cfl';

/** What was written, so that it can be read back: `axes` is the string to give when opening it. */
export interface WrittenArray {
  readonly path: string;
  readonly shape: readonly number[];
  readonly axes: string;
  /** What an array cannot keep. */
  readonly notes: readonly string[];
}

/** Where the samples of an array go in its file: complex together, or real and imaginary parts apart. */
interface Target {
  readonly handle: FileHandle;
  readonly start: number;
  /** Byte offset of the imaginary parts; undefined where they are interleaved. */
  readonly imaginary: number | undefined;
}

/** Begins a file of its final length; places that are never written read as zero. */
async function begin(path: string, format: ArrayFormat, shape: readonly number[]): Promise<Target> {
  if (format === 'mat') {
    const { head, between, betweenOffset, real, imaginary, size } = complexMatFrame('kspace', shape);
    const handle = await open(path, 'w');
    await handle.truncate(size);
    await handle.write(head, 0, head.length, 0);
    await handle.write(between, 0, between.length, betweenOffset);
    return { handle, start: real, imaginary };
  }
  const dimensions = [...shape, ...new Array<number>(Math.max(0, 16 - shape.length)).fill(1)];
  if (format === 'cfl')
    await writeFile(`${path.slice(0, -4)}.hdr`, `# Dimensions\n${dimensions.join(' ')} \n`);
  const header = format === 'npy' ? npyHeader(shape, 'complex64') : new Uint8Array(0);
  const handle = await open(path, 'w');
  await handle.truncate(header.length + 8 * elementCount(shape));
  await handle.write(header, 0, header.length, 0);
  return { handle, start: header.length, imaginary: undefined };
}

/** Writes interleaved samples from element `at` of the file on. */
async function put({ handle, start, imaginary }: Target, at: number, samples: Float32Array): Promise<void> {
  if (imaginary === undefined) {
    const bytes = encodeElements(samples);
    await handle.write(bytes, 0, bytes.length, start + 8 * at);
    return;
  }
  const parts = [new Float32Array(samples.length / 2), new Float32Array(samples.length / 2)] as const;
  for (let i = 0; i < parts[0].length; i++) {
    parts[0][i] = samples[2 * i]!;
    parts[1][i] = samples[2 * i + 1]!;
  }
  for (const [part, offset] of [
    [parts[0], start],
    [parts[1], imaginary],
  ] as const) {
    const bytes = encodeElements(part);
    await handle.write(bytes, 0, bytes.length, offset + 4 * at);
  }
}

/** A BART array is two files of one name, and the .hdr is found by the .cfl. */
const pathFor = (path: string, format: ArrayFormat): string =>
  format === 'cfl' && !path.endsWith('.cfl') ? `${path}.cfl` : path;

/** The axes string to read an array back with; BART's own axes where they are longer than one. */
function axesOf(format: ArrayFormat, shape: readonly number[], slowestFirst: string): string {
  if (format === 'npy') return slowestFirst;
  return format === 'cfl' ? bartLabels(shape)!.axes.join('') : [...slowestFirst].reverse().join('');
}

/** Turns errors of the disk into words. */
async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MroError) throw error;
    throw new MroError('MRO_RAW_READ', `${path.split(/[\\/]/).at(-1)} could not be written.`, {
      hint: 'Check that the folder exists and the free space of the disk.',
      cause: error,
    });
  }
}

/**
 * Writes k-space as an array, slice by slice. The samples lie in the file with readout fastest, then phase,
 * partition, coil, repetition, slice; npy files name the axes slowest first ("srczyx"), MATLAB and BART files
 * fastest first. Readout oversampling, averages and geometry cannot be kept, and the notes say so.
 * @throws MRO_RAW_READ (writing failed), MRO_RAW_UNSUPPORTED (too large for MAT)
 */
export async function writeKSpaceArray(
  path: string,
  raw: Pick<RawData, 'header' | 'readSlice'>,
  format: ArrayFormat,
  signal?: AbortSignal,
): Promise<WrittenArray> {
  const { slices, repetitions, coils, partitions, phase, readout, readoutOversampling, averages } =
    raw.header;
  const slowestFirst = [slices, repetitions, coils, partitions, phase, readout];
  // BART's own dimensions: read, phase 1, phase 2, coil, …, time (10), …, slice (13).
  const bart = [readout, phase, partitions, coils, 1, 1, 1, 1, 1, 1, repetitions, 1, 1, slices];
  const shape = format === 'npy' ? slowestFirst : format === 'cfl' ? bart : slowestFirst.toReversed();
  const notes: string[] = [];
  if (readoutOversampling > 1) notes.push(`The readout is still oversampled ${readoutOversampling} times.`);
  if (averages > 1) notes.push('Averages are averaged; noise of the same scan is larger by √averages.');
  const named = pathFor(path, format);
  return writing(named, async () => {
    const target = await begin(named, format, shape);
    try {
      for (let s = 0; s < slices; s++) {
        for (let z = 0; z < partitions; z++) {
          const { kspace } = await raw.readSlice(s, { partition: z, ...(signal && { signal }) });
          const plane = phase * readout;
          for (let i = 0; i < repetitions * coils; i++) {
            const at = ((s * repetitions * coils + i) * partitions + z) * plane;
            await put(target, at, kspace.data.subarray(2 * i * plane, 2 * (i + 1) * plane));
          }
        }
      }
    } finally {
      await target.handle.close();
    }
    return { path: named, shape, axes: axesOf(format, shape, 'srczyx'), notes };
  });
}

/**
 * Writes noise samples as an array (coil, line, sample): axes "cyx", or "xyc" where the first axis is fastest.
 * @throws MRO_RAW_READ (writing failed), MRO_RAW_UNSUPPORTED (too large for MAT)
 */
export function writeNoiseArray(
  path: string,
  noise: NoiseSamples,
  format: ArrayFormat,
): Promise<WrittenArray> {
  const [coils, lines, samples] = noise.samples.shape as [number, number, number];
  const bart = [samples, lines, 1, coils];
  const shape =
    format === 'npy' ? [coils, lines, samples] : format === 'cfl' ? bart : [samples, lines, coils];
  const named = pathFor(path, format);
  return writing(named, async () => {
    const target = await begin(named, format, shape);
    await put(target, 0, noise.samples.data).finally(() => target.handle.close());
    return {
      path: named,
      shape,
      axes: format === 'npy' ? 'cyx' : format === 'cfl' ? 'xyzc' : 'xyc',
      notes: [],
    };
  });
}
