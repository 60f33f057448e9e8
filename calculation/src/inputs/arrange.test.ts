import { expect, test } from 'vitest';
import { arrange } from './arrange.ts';

/** Value x + 10 y + 100 c + 1000 s at its place in an array of the given axes. */
function labelled(axes: string, extents: Record<string, number>, complex = false) {
  const shape = [...axes].map((letter) => extents[letter]!);
  const count = shape.reduce((a, b) => a * b, 1);
  const weights: Record<string, number> = { x: 1, y: 10, c: 100, s: 1000 };
  const values = Array.from({ length: count }, (_, flat) => {
    let rest = flat;
    let value = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      value += weights[axes[axis]!]! * (rest % shape[axis]!);
      rest = Math.floor(rest / shape[axis]!);
    }
    return complex ? [value, -value] : [value];
  });
  return { shape, data: Float32Array.from(values.flat()), complex };
}

const extents = { x: 4, y: 3, c: 2, s: 5 };

test.each(['xyc', 'cyx', 'ycx', 'xysc', 'csyx', 'scyx'])('axes %s become s c y x', (axes) => {
  for (const complex of [false, true]) {
    const array = labelled(axes, extents, complex);
    const expected = labelled(axes.includes('s') ? 'scyx' : 'cyx', extents, complex);
    const { shape, data } = arrange(array, axes, 'scyx', 'MRO_JOB_SENSITIVITIES');
    expect(shape).toEqual([axes.includes('s') ? 5 : 1, 2, 3, 4]);
    expect(data).toEqual(expected.data);
  }
});

test.each(['xy', 'xxc', 'xyr'])('axes %s are refused', (axes) => {
  expect(() => arrange(labelled('xyc', extents), axes, 'scyx', 'MRO_JOB_MASK')).toThrow(/do not fit/);
});
