/**
 * Complex samples, interleaved (re, im) float32, C order: the last axis varies fastest.
 * `data.length === 2 * product(shape)`.
 */
export interface ComplexArray {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** Real samples, float32, C order. */
export interface RealArray {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** Number of elements of a shape. */
export const elements = (shape: readonly number[]): number => shape.reduce((n, extent) => n * extent, 1);

/** A complex array of zeros on the JavaScript heap. */
export const complexZeros = (...shape: number[]): ComplexArray => ({
  data: new Float32Array(2 * elements(shape)),
  shape,
});

/** A real array of zeros on the JavaScript heap. */
export const realZeros = (...shape: number[]): RealArray => ({
  data: new Float32Array(elements(shape)),
  shape,
});

/** Element i along the first axis, sharing memory. */
export function at<A extends ComplexArray | RealArray>(array: A, i: number): A {
  const stride = array.data.length / array.shape[0]!;
  return {
    data: array.data.subarray(i * stride, (i + 1) * stride),
    shape: array.shape.slice(1),
  } as unknown as A;
}
