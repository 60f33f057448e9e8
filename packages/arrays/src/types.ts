/** Element types of array files; complex ones hold interleaved (re, im) pairs. */
export type DType =
  | 'bool'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float16'
  | 'float32'
  | 'float64'
  | 'complex64'
  | 'complex128';

/** 'C': last axis fastest. 'F': first axis fastest (MATLAB, BART). */
export type Order = 'C' | 'F';

export type NumericData =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/**
 * An array in memory. `data` has `product(shape)` elements, twice as many numbers where `dtype` is complex;
 * float16 is held as Float32Array, bool as Uint8Array.
 */
export interface NumericArray {
  readonly shape: readonly number[];
  readonly order: Order;
  readonly dtype: DType;
  readonly data: NumericData;
}

/** Where an array lies in a file, so that parts of it can be read by range. */
export interface ArrayLayout {
  readonly shape: readonly number[];
  readonly order: Order;
  readonly dtype: DType;
  readonly littleEndian: boolean;
  /** Byte offset of the first element. */
  readonly offset: number;
}

const sizes: Record<DType, number> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float16: 2,
  float32: 4,
  float64: 8,
  complex64: 8,
  complex128: 16,
};

/** Bytes of one element (both parts of a complex one). */
export const bytesPerElement = (dtype: DType): number => sizes[dtype];

export const isComplex = (dtype: DType): boolean => dtype === 'complex64' || dtype === 'complex128';

/** Number of elements of a shape; 1 for a scalar. */
export const elementCount = (shape: readonly number[]): number => shape.reduce((n, extent) => n * extent, 1);

/** Distance in elements between neighbours along each axis. */
export function stridesOf(shape: readonly number[], order: Order): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = 0; i < shape.length; i++) {
    const axis = order === 'F' ? i : shape.length - 1 - i;
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}
