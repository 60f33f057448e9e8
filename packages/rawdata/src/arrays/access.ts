import type { ArrayLayout, DType, NumericArray, NumericData, Order } from '@mroptimum/arrays';
import { isComplex, readElements } from '@mroptimum/arrays';
import type { ByteSource } from '@mroptimum/contract';

/** An array in a file or in memory, read by ranges of elements in the order of the file. */
export interface ArrayAccess {
  readonly shape: readonly number[];
  readonly order: Order;
  readonly dtype: DType;
  read(start: number, count: number): Promise<NumericData>;
}

/** Reads from a file as it is needed. */
export const arrayInFile = (source: ByteSource, layout: ArrayLayout): ArrayAccess => ({
  ...layout,
  read: (start, count) => readElements(source, layout, start, count),
});

/** Reads from an array that is in memory already (formats that are compressed as a whole). */
export function arrayInMemory(array: NumericArray): ArrayAccess {
  const width = isComplex(array.dtype) ? 2 : 1;
  return {
    ...array,
    read: async (start, count) => array.data.subarray(width * start, width * (start + count)) as NumericData,
  };
}
