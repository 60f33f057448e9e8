import {
  cflLayout,
  chooseVariable,
  elementCount,
  isMat5,
  isNpy,
  isZip,
  listMat,
  type NumericData,
  npyLayout,
  npzNames,
  openNpz,
  readMatVariable,
  toFloat32C,
} from '@mroptimum/arrays';
import type { ByteSource } from '@mroptimum/contract';
import { MroError } from '@mroptimum/contract';
import type { OpenOptions, RawData, RawFormat } from '../acquisition.ts';
import { emptyFile } from '../emptyFile.ts';
import { findSuperblock, Hdf5File } from '../hdf5/file.ts';
import type { ArrayAccess } from './access.ts';
import { arrayInFile, arrayInMemory } from './access.ts';
import { bartLabels, labelAxes } from './axes.ts';
import { hdf5Access, listHdf5Arrays } from './hdf5Arrays.ts';
import { rawFromArray } from './rawArray.ts';

/** An array chosen from a file, and what kind of file that was. */
interface ChosenArray {
  readonly array: ArrayAccess;
  readonly name: string | undefined;
  readonly format: RawFormat;
  readonly variant: string;
}

const startsWith = (head: Uint8Array, text: string): boolean =>
  [...text].every((letter, i) => head[i] === letter.charCodeAt(0));

/** Whether bytes begin as the .hdr of a BART array. */
export const isCflHeader = (head: Uint8Array): boolean => startsWith(head, '# Dimensions');

/** The .cfl and .hdr of a BART array, whichever of them was named. */
async function bartPair(source: ByteSource, head: Uint8Array, companion: ByteSource | undefined) {
  if (isCflHeader(head)) {
    if (companion) return { data: companion, header: source };
    throw new MroError('MRO_RAW_COMPANION', `${source.name} describes a BART array; its .cfl is missing.`, {
      details: { file: source.name },
    });
  }
  if (!companion || !isCflHeader(await companion.read(0, 64))) return undefined;
  return { data: source, header: companion };
}

async function chooseHdf5(
  source: ByteSource,
  head: Uint8Array,
  wanted: string | undefined,
): Promise<ChosenArray> {
  const matlab = startsWith(head, 'MATLAB 7.3');
  const file = await Hdf5File.open(source);
  const chosen = chooseVariable(source.name, await listHdf5Arrays(file, matlab), wanted);
  const { dtype } = chosen;
  if (dtype === undefined) {
    throw new MroError('MRO_RAW_UNSUPPORTED', `${source.name}: "${chosen.name}" is no array of numbers.`, {
      hint: 'Save the numeric array itself as a variable of its own.',
      details: { file: source.name, variable: chosen.name },
    });
  }
  const array = hdf5Access({ ...chosen, dtype });
  return { array, name: chosen.name, format: 'mat', variant: matlab ? 'v7.3' : 'HDF5' };
}

async function chooseNpz(source: ByteSource, wanted: string | undefined): Promise<ChosenArray> {
  const names = await npzNames(source);
  if (wanted !== undefined && !names.includes(wanted)) {
    const list = `Arrays of ${source.name}: ${names.join(', ') || 'none'}.`;
    throw new MroError('MRO_RAW_VARIABLE', `${source.name} has no array "${wanted}".`, { hint: list });
  }
  const arrays = await openNpz(source, (name) => wanted === undefined || name === wanted);
  const described = arrays.map((stored) => ({ ...stored.layout, ...stored }));
  const { name, layout, bytes, verify } = chooseVariable(source.name, described, wanted);
  await verify();
  return { array: arrayInFile(bytes, layout), name, format: 'npz', variant: 'NumPy' };
}

/**
 * Chooses the array of a file by its content.
 * @returns undefined where the content is no array file
 */
async function chooseArray(
  source: ByteSource,
  { variable, companion }: OpenOptions,
): Promise<ChosenArray | undefined> {
  const head = await source.read(0, Math.min(256, source.size));
  if (isNpy(head)) {
    const layout = await npyLayout(source);
    return { array: arrayInFile(source, layout), name: undefined, format: 'npy', variant: 'NumPy' };
  }
  if (isZip(head)) return chooseNpz(source, variable);
  if ((await findSuperblock(source)) !== undefined) return chooseHdf5(source, head, variable);
  if (isMat5(head)) {
    const entry = chooseVariable(source.name, await listMat(source), variable);
    const array = arrayInMemory(await readMatVariable(source, entry));
    return { array, name: entry.name, format: 'mat', variant: 'v5' };
  }
  const pair = await bartPair(source, head, companion);
  if (pair) {
    const layout = await cflLayout(pair.data, pair.header);
    return { array: arrayInFile(pair.data, layout), name: undefined, format: 'bart', variant: 'cfl' };
  }
  return undefined;
}

/**
 * Opens an array file (npy, npz, mat 5 to 7.3, HDF5, cfl) as raw data.
 * @returns undefined where the content is no array file
 * @throws MRO_RAW_AXES, MRO_RAW_VARIABLE, MRO_RAW_CORRUPT, MRO_RAW_TRUNCATED, MRO_RAW_UNSUPPORTED
 */
export async function openArray(source: ByteSource, options: OpenOptions = {}): Promise<RawData | undefined> {
  const chosen = await chooseArray(source, options);
  if (chosen === undefined) return undefined;
  const { array, name, format, variant } = chosen;
  const notes: string[] = name === undefined ? [] : [`The variable "${name}" of ${source.name} is used.`];
  const known = format === 'bart' && options.axes === undefined ? bartLabels(array.shape) : undefined;
  if (known) notes.push(`The axes of ${source.name} are BART's own: ${known.axes.join('')}.`);
  const labels = known ?? labelAxes(source.name, array.shape, options.axes);
  return rawFromArray(array, labels, { file: source.name, format, variant }, options, notes);
}

/** Numbers of an array file in C order. */
export interface ArrayValues {
  readonly shape: readonly number[];
  /** product(shape) values, or as many interleaved (re, im) pairs. */
  readonly data: Float32Array;
  readonly complex: boolean;
}

const readAtOnce = 1 << 22;

/**
 * Reads a whole array (a mask, a map, sensitivities) from an npy, npz, mat, HDF5 or cfl file, in C order.
 * @throws MRO_RAW_UNKNOWN, MRO_RAW_TRUNCATED and as openArray
 */
export async function readArray(source: ByteSource, options: OpenOptions = {}): Promise<ArrayValues> {
  if (source.size === 0) throw emptyFile(source);
  const chosen = await chooseArray(source, options);
  if (chosen === undefined) {
    throw new MroError('MRO_RAW_UNKNOWN', `${source.name} is no array file that is understood.`, {
      hint: 'Give a NumPy npy or npz, MATLAB mat or BART cfl/hdr file.',
      details: { file: source.name },
    });
  }
  const { array } = chosen;
  const count = elementCount(array.shape);
  const complex = array.dtype === 'complex64' || array.dtype === 'complex128';
  const width = complex ? 2 : 1;
  const data = new Float32Array(width * count);
  for (let from = 0; from < count; from += readAtOnce) {
    const part: NumericData = await array.read(from, Math.min(readAtOnce, count - from));
    for (let i = 0; i < part.length; i++) data[width * from + i] = Number(part[i]!);
  }
  const dtype = complex ? 'complex64' : 'float32';
  const ordered = toFloat32C({ shape: array.shape, order: array.order, dtype, data });
  return { ...ordered, shape: chosen.format === 'bart' ? withoutTrailingOnes(ordered.shape) : ordered.shape };
}

/** BART fills the shape up to 16 dimensions. */
function withoutTrailingOnes(shape: readonly number[]): readonly number[] {
  const last = shape.findLastIndex((extent) => extent > 1);
  return shape.slice(0, Math.max(1, last + 1));
}
