import { type ErrorCode, MroError } from '@mroptimum/contract';

/** An array with one letter per axis, C order (the last axis varies fastest). */
interface LabelledArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
  readonly complex: boolean;
}

/**
 * Brings an array into the axis order that the calculation uses. Axes that the array lacks get extent 1;
 * axes that the order lacks must have extent 1.
 *
 * @param axes one letter per axis of the array, in its own order, e.g. "xyc"
 * @param order wanted order, e.g. "scyx"
 * @param code error code of what the array is for
 */
export function arrange(array: LabelledArray, axes: string, order: string, code: ErrorCode): LabelledArray {
  const letters = [...axes.toLowerCase()];
  const { shape, complex } = array;
  const unused = letters.filter((letter, i) => !order.includes(letter) && shape[i]! > 1);
  if (letters.length !== shape.length || new Set(letters).size !== letters.length || unused.length > 0) {
    throw new MroError(code, `The axes "${axes}" do not fit an array of shape ${shape.join(' × ')}.`, {
      hint: `Name each of its ${shape.length} axes once, out of the letters ${[...order].reverse().join(', ')}.`,
    });
  }
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((product, extent) => product * extent, 1));
  const target = [...order].map((letter) => {
    const axis = letters.indexOf(letter);
    return axis < 0 ? { extent: 1, stride: 0 } : { extent: shape[axis]!, stride: strides[axis]! };
  });
  const width = complex ? 2 : 1;
  const data = new Float32Array(array.data.length);
  const index = target.map(() => 0);
  let from = 0;
  for (let to = 0; to < data.length; to += width) {
    data[to] = array.data[width * from]!;
    if (complex) data[to + 1] = array.data[width * from + 1]!;
    for (let axis = target.length - 1; axis >= 0; axis--) {
      const { extent, stride } = target[axis]!;
      index[axis]!++;
      from += stride;
      if (index[axis]! < extent) break;
      from -= stride * extent;
      index[axis] = 0;
    }
  }
  return { shape: target.map(({ extent }) => extent), data, complex };
}

/**
 * The axes of an array that states none: readout before phase, as the raw arrays of MR Optimum come, then
 * slices, then coils. Axes of extent 1 at the end may be missing.
 */
export function usualAxes(dimensions: number, letters: readonly string[]): string | undefined {
  return letters.find((candidate) => candidate.length === dimensions);
}
