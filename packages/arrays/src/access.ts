import type { ByteSource } from '@mroptimum/contract';
import { decodeElements, toFloat32 } from './elements.ts';
import { readExactly } from './fail.ts';
import type { ArrayLayout, NumericArray, NumericData } from './types.ts';
import { bytesPerElement, elementCount, isComplex, stridesOf } from './types.ts';

/**
 * Reads `count` consecutive elements (in file order) of an array in a file.
 * @throws MRO_RAW_TRUNCATED where the file ends before them.
 */
export async function readElements(
  source: ByteSource,
  layout: ArrayLayout,
  start: number,
  count: number,
): Promise<NumericData> {
  const size = bytesPerElement(layout.dtype);
  const bytes = await readExactly(source, layout.offset + start * size, count * size);
  return decodeElements(bytes, layout.dtype, layout.littleEndian);
}

/** Reads a whole array. */
export async function readLayout(source: ByteSource, layout: ArrayLayout): Promise<NumericArray> {
  const data = await readElements(source, layout, 0, elementCount(layout.shape));
  return { shape: layout.shape, order: layout.order, dtype: layout.dtype, data };
}

/**
 * The array as float32 in C order; complex values stay interleaved, real ones stay real.
 * Shares memory where nothing has to change.
 */
export function toFloat32C(array: NumericArray): {
  shape: readonly number[];
  data: Float32Array;
  complex: boolean;
} {
  const complex = isComplex(array.dtype);
  const values = toFloat32(array.data);
  const { shape } = array;
  if (array.order === 'C' || shape.length < 2) return { shape, data: values, complex };
  return { shape, data: reorder(values, shape, complex ? 2 : 1, 'F'), complex };
}

/** One number between arrays of the same type, whether it holds numbers or bigints. */
function copy(target: NumericData, to: number, from: NumericData, at: number): void {
  (target as Float64Array)[to] = (from as Float64Array)[at]!;
}

/** Copies numbers of `width` per element from one memory order (`from`) to the other. */
export function reorder<A extends NumericData>(
  values: A,
  shape: readonly number[],
  width: 1 | 2,
  from: 'C' | 'F',
): A {
  const out = values.slice() as A;
  const to = from === 'F' ? 'C' : 'F';
  const source = stridesOf(shape, from);
  const target = stridesOf(shape, to);
  const index = new Array<number>(shape.length).fill(0);
  let position = 0;
  const count = elementCount(shape);
  // Walks the target in its own order and keeps the source position by increments.
  const axes = shape.map((_, i) => i).sort((a, b) => target[a]! - target[b]!);
  for (let i = 0; i < count; i++) {
    for (let part = 0; part < width; part++) copy(out, width * i + part, values, width * position + part);
    for (const axis of axes) {
      index[axis]!++;
      position += source[axis]!;
      if (index[axis]! < shape[axis]!) break;
      position -= source[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}
