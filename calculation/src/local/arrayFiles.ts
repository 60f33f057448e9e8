import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  complexArray,
  encodeCfl,
  encodeNpy,
  matVariable,
  type NumericArray,
  writeMat,
} from '@mroptimum/arrays';
import { MroError } from '@mroptimum/contract';

export const arrayFormats = ['npy', 'cfl', 'mat'] as const;
export type ArrayFormat = (typeof arrayFormats)[number];

/** Dimensions of BART arrays: readout, phase, partition, coil, …, time, …, slice. */
const bartDimension: Readonly<Record<string, number>> = { x: 0, y: 1, z: 2, c: 3, r: 10, s: 13 };

/** Complex samples with one letter per axis; the last axis varies fastest. */
export interface NamedArray {
  readonly data: Float32Array;
  readonly shape: readonly number[];
  /** e.g. "srcyx" */
  readonly axes: string;
}

/** Files written and the axes string with which they are read again; undefined where the format tells. */
export interface WrittenArray {
  readonly file: string;
  readonly axes: string | undefined;
}

/**
 * Writes a complex array. Axes of extent 1 are left out, except readout, phase and coil. NumPy files keep the
 * order of memory; MATLAB and BART files hold the same bytes with the axes counted from the fastest.
 *
 * @throws MroError MRO_JOB_OUTPUT
 */
export async function writeArray(
  folder: string,
  name: string,
  array: NamedArray,
  format: ArrayFormat,
): Promise<WrittenArray> {
  const kept = [...array.axes].map((axis, i) => ({ axis, extent: array.shape[i]! }));
  const named = kept.filter(({ axis, extent }) => extent > 1 || 'xycn'.includes(axis));
  const shape = named.map(({ extent }) => extent);
  const axes = named.map(({ axis }) => axis).join('');
  const reversed = { axes: [...axes].reverse().join(''), shape: [...shape].reverse() };
  if (format === 'npy') {
    await save(join(folder, `${name}.npy`), encodeNpy(complexArray(shape, array.data)));
    return { file: `${name}.npy`, axes };
  }
  if (format === 'mat') {
    const variable = matVariable(fortran(reversed.shape, array.data));
    await save(join(folder, `${name}.mat`), writeMat({ [name.replace(/\W/g, '_')]: variable }));
    return { file: `${name}.mat`, axes: reversed.axes };
  }
  const { cfl, hdr } = encodeCfl(fortran(bartShape(reversed), array.data));
  await save(join(folder, `${name}.hdr`), hdr);
  await save(join(folder, `${name}.cfl`), cfl);
  return { file: `${name}.cfl`, axes: undefined };
}

const fortran = (shape: readonly number[], data: Float32Array): NumericArray => ({
  shape,
  order: 'F',
  dtype: 'complex64',
  data,
});

/** BART gives every dimension a fixed place; the axes at hand are already in that order. */
function bartShape({ axes, shape }: { axes: string; shape: readonly number[] }): number[] {
  const full = new Array<number>(16).fill(1);
  [...axes].forEach((axis, i) => {
    full[bartDimension[axis]!] = shape[i]!;
  });
  return full;
}

/** Writes bytes, making the folders above. @throws MroError MRO_JOB_OUTPUT */
export async function save(path: string, bytes: Uint8Array | string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  } catch (cause) {
    throw new MroError('MRO_JOB_OUTPUT', `${path} cannot be written: ${(cause as Error).message}.`, {
      cause,
    });
  }
}
