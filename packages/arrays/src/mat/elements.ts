import { decodeElements } from '../elements.ts';
import { corrupt } from '../fail.ts';
import type { DType, NumericData } from '../types.ts';
import { bytesPerElement } from '../types.ts';

/** Data types of elements (MAT-File Level 5 format, table 1-1). */
export const mi = { int8: 1, uint32: 6, int32: 5, single: 7, double: 9, matrix: 14, compressed: 15 } as const;

/** Stored number types by their code. */
const storedTypes: Readonly<Record<number, DType>> = {
  1: 'int8',
  2: 'uint8',
  3: 'int16',
  4: 'uint16',
  5: 'int32',
  6: 'uint32',
  7: 'float32',
  9: 'float64',
  12: 'int64',
  13: 'uint64',
};

/** Array classes that hold numbers (table 1-3), by their code. */
export const numericClasses: Readonly<Record<number, DType>> = {
  6: 'float64',
  7: 'float32',
  8: 'int8',
  9: 'uint8',
  10: 'int16',
  11: 'uint16',
  12: 'int32',
  13: 'uint32',
  14: 'int64',
  15: 'uint64',
};

/** Names of the array classes that hold no plain numbers. */
export const otherClasses: Readonly<Record<number, string>> = {
  1: 'a cell array',
  2: 'a structure',
  3: 'an object',
  4: 'text',
  5: 'a sparse matrix',
  16: 'a function handle',
  17: 'an opaque object',
};

/** A tagged element inside a matrix: its type and where its bytes are. */
export interface Element {
  readonly type: number;
  readonly start: number;
  readonly length: number;
  /** Where the next element begins. */
  readonly next: number;
}

/** Bytes of one variable, and where they come from in the file (for messages). */
export interface MatBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  /** Offset in the file of byte 0, or of the compressed element that it came from. */
  readonly position: number;
}

/** The element whose tag is at `at`; its bytes need not all be there when only a `prefix` is at hand. */
export function elementAt(mat: MatBytes, at: number, prefix = false): Element {
  const { bytes, littleEndian } = mat;
  if (at + 8 > bytes.length) corrupt(mat, mat.position + at, 'a MATLAB variable ends too early');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = view.getUint32(at, littleEndian);
  const shortLength = word >>> 16;
  if (shortLength !== 0) {
    if (shortLength > 4) corrupt(mat, mat.position + at, `a short element of ${shortLength} bytes`);
    return { type: word & 0xffff, start: at + 4, length: shortLength, next: at + 8 };
  }
  const length = view.getUint32(at + 4, littleEndian);
  const start = at + 8;
  if (!prefix && start + length > bytes.length)
    corrupt(mat, mat.position + at, `an element of ${length} bytes`);
  return { type: word, start, length, next: start + Math.ceil(length / 8) * 8 };
}

const constructors = {
  float64: Float64Array,
  float32: Float32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
} as const;

/** The numbers of an element, converted from the type they are stored as to the type of their class. */
export function numbersOf(mat: MatBytes, element: Element, count: number, target: DType): NumericData {
  const stored = storedTypes[element.type];
  if (stored === undefined)
    corrupt(mat, mat.position + element.start, `numbers of stored type ${element.type}`);
  if (element.length !== count * bytesPerElement(stored)) {
    corrupt(
      mat,
      mat.position + element.start,
      `${element.length} bytes for ${count} numbers of type ${stored}`,
    );
  }
  const bytes = mat.bytes.subarray(element.start, element.start + element.length);
  const values = decodeElements(bytes, stored, mat.littleEndian);
  if (stored === target) return values;
  if (target === 'int64') return BigInt64Array.from(values as Int32Array, BigInt);
  if (target === 'uint64') return BigUint64Array.from(values as Int32Array, BigInt);
  const plain =
    values instanceof BigInt64Array || values instanceof BigUint64Array ? Array.from(values, Number) : values;
  return new constructors[target as keyof typeof constructors](plain);
}
