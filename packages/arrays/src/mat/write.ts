import { zlibSync } from 'fflate';
import { reorder } from '../access.ts';
import { encodeElements } from '../elements.ts';
import { refuse } from '../fail.ts';
import type { NumericArray, NumericData, Order } from '../types.ts';
import { elementCount, isComplex } from '../types.ts';
import { mi } from './elements.ts';

/** A variable to write: numbers (and their imaginary parts). */
export interface MatVariable {
  readonly shape: readonly number[];
  readonly data: NumericData;
  /** Imaginary parts, as many and of the same type as `data`. */
  readonly imaginary?: NumericData;
  /** Order of `data`: 'F' (default) as MATLAB keeps it, 'C' is rearranged. */
  readonly order?: Order;
}

/** Class code and stored type code by the kind of typed array. */
function codes(data: NumericData): { matClass: number; stored: number } {
  if (data instanceof Float64Array) return { matClass: 6, stored: mi.double };
  if (data instanceof Float32Array) return { matClass: 7, stored: mi.single };
  if (data instanceof Int8Array) return { matClass: 8, stored: 1 };
  if (data instanceof Uint8Array) return { matClass: 9, stored: 2 };
  if (data instanceof Int16Array) return { matClass: 10, stored: 3 };
  if (data instanceof Uint16Array) return { matClass: 11, stored: 4 };
  if (data instanceof Int32Array) return { matClass: 12, stored: mi.int32 };
  if (data instanceof Uint32Array) return { matClass: 13, stored: mi.uint32 };
  if (data instanceof BigInt64Array) return { matClass: 14, stored: 12 };
  return { matClass: 15, stored: 13 };
}

const padded = (length: number): number => Math.ceil(length / 8) * 8;

/** An element with its tag, padded to eight bytes. */
function element(type: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + padded(body.length));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, body.length, true);
  bytes.set(body, 8);
  return bytes;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The elements of a matrix before its numbers: flags, dimensions, name. */
function matrixHead(
  name: string,
  shape: readonly number[],
  matClass: number,
  complex: boolean,
): Uint8Array[] {
  if (!/^[A-Za-z]\w{0,62}$/.test(name)) {
    refuse(
      'MRO_RAW_VARIABLE',
      `"${name}" is no name that MATLAB can use.`,
      'Use letters, digits and underscores.',
    );
  }
  return [
    element(mi.uint32, encodeElements(new Uint32Array([matClass | (complex ? 0x800 : 0), 0]))),
    element(mi.int32, encodeElements(Int32Array.from(shape))),
    element(mi.int8, new TextEncoder().encode(name)),
  ];
}

/** The 128 bytes at the beginning of a file. */
function fileHeader(): Uint8Array {
  const header = new Uint8Array(128).fill(0x20, 0, 116);
  header.set(new TextEncoder().encode('MATLAB 5.0 MAT-file, written by MR Optimum'));
  header.set([0x00, 0x01, 0x49, 0x4d], 124);
  return header;
}

/** Type and length before an element's bytes. */
function tag(type: number, length: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(0, type, true);
  new DataView(bytes.buffer).setUint32(4, length, true);
  return bytes;
}

/** Where the parts of a file with one complex single-precision variable lie, to be written piece by piece. */
export interface ComplexMatFrame {
  /** Bytes from the start of the file up to the real parts. */
  readonly head: Uint8Array;
  /** Bytes before the imaginary parts, and their offset in the file. */
  readonly between: Uint8Array;
  readonly betweenOffset: number;
  /** Offsets of the real and the imaginary parts, and the length of the file. */
  readonly real: number;
  readonly imaginary: number;
  readonly size: number;
}

/** Frame of a MAT file that holds one complex single-precision array of at least two axes. */
export function complexMatFrame(name: string, shape: readonly number[]): ComplexMatFrame {
  const bytes = 4 * elementCount(shape);
  const parts = matrixHead(name, shape, 7, true);
  const inner = parts.reduce((sum, part) => sum + part.length, 0);
  const body = 8 + padded(bytes);
  if (inner + 2 * body > 2 ** 32 - 8) tooLarge(name);
  const head = concat([fileHeader(), tag(mi.matrix, inner + 2 * body), ...parts, tag(mi.single, bytes)]);
  const betweenOffset = head.length + padded(bytes);
  const imaginary = betweenOffset + 8;
  const size = imaginary + padded(bytes);
  return { head, between: tag(mi.single, bytes), betweenOffset, real: head.length, imaginary, size };
}

function tooLarge(name: string): never {
  const hint = 'Write it as .npy or .cfl, or split it.';
  return refuse('MRO_RAW_UNSUPPORTED', `"${name}" is too large for a MAT file of level 5 (4 GB).`, hint);
}

/** One variable as a matrix element. */
function matrix(name: string, variable: MatVariable): Uint8Array {
  const { data, imaginary, order = 'F' } = variable;
  // MATLAB has no arrays of fewer than two dimensions; a list becomes a column.
  const shape = variable.shape.length >= 2 ? variable.shape : [variable.shape[0] ?? 1, 1];
  const count = elementCount(shape);
  if (data.length !== count || (imaginary !== undefined && imaginary.length !== count)) {
    refuse(
      'MRO_INTERNAL',
      `"${name}" has ${data.length} values for shape (${shape.join(', ')}).`,
      'Please report it.',
    );
  }
  if (2 * data.byteLength + 4096 > 2 ** 32) tooLarge(name);
  const columns = (values: NumericData) =>
    encodeElements(order === 'C' ? reorder(values, shape, 1, 'C') : values);
  const { matClass, stored } = codes(data);
  const parts = [
    ...matrixHead(name, shape, matClass, imaginary !== undefined),
    element(stored, columns(data)),
  ];
  if (imaginary !== undefined) parts.push(element(stored, columns(imaginary)));
  return element(mi.matrix, concat(parts));
}

/**
 * The bytes of a MAT file of level 5 (read by MATLAB 5 and later, Octave, SciPy).
 * @param variables by name: a letter, then letters, digits and underscores, 63 at most
 * @param options compress each variable as MATLAB 7 does
 * @throws MRO_RAW_VARIABLE (a name MATLAB cannot use), MRO_RAW_UNSUPPORTED (over 4 GB)
 */
export function writeMat(
  variables: Readonly<Record<string, MatVariable>>,
  options: { readonly compress?: boolean } = {},
): Uint8Array {
  const parts: Uint8Array[] = [fileHeader()];
  for (const [name, variable] of Object.entries(variables)) {
    const bytes = matrix(name, variable);
    if (options.compress !== true) {
      parts.push(bytes);
      continue;
    }
    // Compressed elements are not padded (the level 5 format's only exception).
    const packed = zlibSync(bytes);
    parts.push(tag(mi.compressed, packed.length), packed);
  }
  return concat(parts);
}

/** An array as a MAT variable: complex pairs are taken apart. */
export function matVariable(array: NumericArray): MatVariable {
  const { shape, order, data, dtype } = array;
  if (!isComplex(dtype)) return { shape, order, data };
  const pairs = data as Float32Array | Float64Array;
  const make = (part: 0 | 1) => {
    const out =
      pairs instanceof Float32Array ? new Float32Array(pairs.length / 2) : new Float64Array(pairs.length / 2);
    for (let i = 0; i < out.length; i++) out[i] = pairs[2 * i + part]!;
    return out;
  };
  return { shape, order, data: make(0), imaginary: make(1) };
}
