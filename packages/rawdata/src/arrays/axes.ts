import { MroError } from '@mroptimum/contract';

/** Meaning of an axis: readout, phase, partition, slice, coil, repetition, list of samples. */
export type Axis = 'x' | 'y' | 'z' | 's' | 'c' | 'r' | 'n';

/** The axis letters of an array, one for each of its extents. */
export interface LabelledShape {
  readonly shape: readonly number[];
  readonly axes: readonly Axis[];
}

const letters = 'xyzscrn';

/** Dimensions of BART arrays that mean something here (BART's mri.h): read, phase 1 and 2, coil, time, slice. */
const bartAxes: Readonly<Record<number, Axis>> = { 0: 'x', 1: 'y', 2: 'z', 3: 'c', 10: 'r', 13: 's' };

/** Axes that BART's fixed meaning of dimensions gives, or undefined where an unknown dimension is used. */
export function bartLabels(shape: readonly number[]): LabelledShape | undefined {
  const kept = shape.map((extent, i) => ({ extent, axis: bartAxes[i], i }));
  if (kept.some(({ extent, axis }) => extent > 1 && axis === undefined)) return undefined;
  const used = kept.filter(({ extent, i }) => extent > 1 || i < 2);
  return { shape: used.map(({ extent }) => extent), axes: used.map(({ axis }) => axis!) };
}

/**
 * The axes string that most likely fits a shape: coil is the smallest of the axes that can be a coil axis,
 * readout and phase the two largest of the others, then slice, repetition, partition.
 */
export function likelyAxes(shape: readonly number[]): string {
  const extents = shape.filter((extent) => extent > 1);
  if (extents.length === 2) {
    const [a, b] = extents as [number, number];
    if (Math.max(a, b) >= 8 * Math.min(a, b)) return a > b ? 'nc' : 'cn';
    return 'xy';
  }
  const axes = new Array<string>(extents.length).fill('');
  const bySize = extents.map((extent, i) => ({ extent, i })).sort((a, b) => a.extent - b.extent || b.i - a.i);
  const large = bySize.slice(-2).sort((a, b) => a.i - b.i);
  const small = bySize.slice(0, -2);
  const coil = small.reduce(
    (best, next) => (next.extent > best.extent && next.extent <= 128 ? next : best),
    small[0]!,
  );
  large.forEach(({ i }, n) => {
    axes[i] = n === 0 ? 'x' : 'y';
  });
  if (coil) axes[coil.i] = 'c';
  const rest = ['s', 'r', 'z'];
  return axes.map((axis) => axis || (rest.shift() ?? '?')).join('');
}

function axesError(file: string, shape: readonly number[], problem: string): MroError {
  const text = shape.join('×');
  const likely = likelyAxes(shape);
  const hint = `For ${text} it is probably "${likely}". Letters: x readout, y phase, z partition, s slice, c coil, r repetition; n (with c) for noise samples.`;
  return new MroError('MRO_RAW_AXES', `${file} has the shape ${text}; ${problem}.`, {
    hint,
    details: { file, shape: [...shape], likely },
  });
}

/**
 * The extents of exactly `length` axes: axes of length one at the end are dropped or added, else all axes of
 * length one are dropped. Dropping some of them would be a guess.
 */
function fitLength(shape: readonly number[], length: number): number[] {
  const extents = [...shape];
  while (extents.length > length && extents[extents.length - 1] === 1) extents.pop();
  while (extents.length < length) extents.push(1);
  return extents.length === length ? extents : shape.filter((extent) => extent !== 1);
}

/**
 * Gives every extent of `shape` its letter. Axes of length one that the string does not name are left out;
 * names beyond the shape mean axes of length one (MATLAB drops them).
 * @throws MRO_RAW_AXES with the string that probably fits
 */
export function labelAxes(file: string, shape: readonly number[], axes: string | undefined): LabelledShape {
  if (axes === undefined || axes === '') throw axesError(file, shape, 'its axes are not known: name them');
  const named = [...axes.toLowerCase()];
  const wrong = named.find((letter) => !letters.includes(letter));
  if (wrong !== undefined)
    throw axesError(file, shape, `"${axes}" has the letter "${wrong}", which names no axis`);
  if (new Set(named).size !== named.length) throw axesError(file, shape, `"${axes}" names an axis twice`);
  const noise = named.includes('n');
  const valid = noise ? named.every((l) => 'nc'.includes(l)) : named.includes('x') && named.includes('y');
  if (!valid) {
    throw axesError(file, shape, `"${axes}" must name x and y (k-space), or n and at most c (noise samples)`);
  }
  const extents = fitLength(shape, named.length);
  if (extents.length !== named.length) throw axesError(file, shape, `"${axes}" names ${named.length} axes`);
  if (extents.includes(0)) throw axesError(file, shape, 'it holds no samples');
  return { shape: extents, axes: named as Axis[] };
}

/** Extent of an axis, 1 where the array does not have it. */
export function extentOf({ shape, axes }: LabelledShape, axis: Axis): number {
  const index = axes.indexOf(axis);
  return index < 0 ? 1 : shape[index]!;
}
