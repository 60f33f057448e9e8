import type { ByteSource } from '@mroptimum/contract';
import { reorder, toFloat32C } from './access.ts';
import { encodeElements } from './elements.ts';
import { checkShape, corrupt, readExactly } from './fail.ts';
import type { ArrayLayout, NumericArray } from './types.ts';
import { bytesPerElement, elementCount } from './types.ts';

/**
 * Reads the dimensions of a BART .hdr file: the numbers on the line after "# Dimensions".
 * @throws MRO_RAW_CORRUPT where there are none
 */
async function readCflHeader(header: ByteSource): Promise<number[]> {
  const length = Math.min(header.size, 1 << 16);
  const text = new TextDecoder('latin1').decode(await readExactly(header, 0, length));
  const lines = text.split(/\r?\n/);
  const title = lines.findIndex((line) => /^#\s*Dimensions\s*$/.test(line));
  const numbers = lines[title + 1]?.trim().split(/\s+/) ?? [];
  if (title < 0 || numbers.length === 0 || numbers.some((n) => !/^\d+$/.test(n))) {
    corrupt(header, 0, 'the line of dimensions of a BART header is missing or unreadable');
  }
  const shape = numbers.map(Number);
  checkShape(header, 0, shape);
  return shape;
}

/**
 * Layout of a BART array: complex float32, first dimension fastest, without a header of its own.
 * @param source the .cfl, `header` the .hdr
 * @throws MRO_RAW_CORRUPT, MRO_RAW_TRUNCATED where the sizes do not fit
 */
export async function cflLayout(source: ByteSource, header: ByteSource): Promise<ArrayLayout> {
  const shape = await readCflHeader(header);
  const bytes = elementCount(shape) * bytesPerElement('complex64');
  if (bytes > source.size) await readExactly(source, 0, bytes);
  if (bytes < source.size) {
    corrupt(source, bytes, `${source.size} bytes are more than the ${shape.join('×')} samples of the header`);
  }
  return { shape, order: 'F', dtype: 'complex64', littleEndian: true, offset: 0 };
}

/** The bytes of a BART array, .cfl and .hdr; `shape` may have up to 16 dimensions, filled up with ones. */
export function encodeCfl(array: NumericArray): { cfl: Uint8Array; hdr: Uint8Array } {
  const { data, complex } = toFloat32C(array);
  let values = data;
  if (!complex) {
    values = new Float32Array(2 * data.length);
    for (let i = 0; i < data.length; i++) values[2 * i] = data[i]!;
  }
  const dimensions = [...array.shape, ...new Array<number>(Math.max(0, 16 - array.shape.length)).fill(1)];
  return {
    cfl: encodeElements(reorder(values, array.shape, 2, 'C')),
    hdr: new TextEncoder().encode(`# Dimensions\n${dimensions.join(' ')} \n`),
  };
}
