import type { ComplexArray } from '../../arrays.ts';
import type { Direction } from '../interface.ts';
import { type Fft1d, planFft } from './fft.ts';

const plans = new Map<number, Fft1d>();

function planFor(length: number): Fft1d {
  const plan = plans.get(length) ?? planFft(length);
  plans.set(length, plan);
  return plan;
}

/**
 * Centred unitary transform of `lines` vectors of `length` samples, `stride` complex samples apart; line l
 * starts at `start(l)`. F[k] = 1/√N Σ f[n] e^{∓2πi (k−h)(n−h)/N}, h = ⌊N/2⌋.
 */
export function centredFft(
  out: ComplexArray,
  input: ComplexArray,
  direction: Direction,
  axis: { length: number; stride: number; lines: number; start: (line: number) => number },
): void {
  const { length, stride, lines, start } = axis;
  const plan = planFor(length);
  const re = new Float64Array(length);
  const im = new Float64Array(length);
  const half = Math.floor(length / 2);
  const scale = 1 / Math.sqrt(length);
  // The transform with +i is the one with −i of the conjugate, conjugated.
  const sign = direction === 'image' ? -1 : 1;
  for (let line = 0; line < lines; line++) {
    const first = start(line);
    for (let n = 0; n < length; n++) {
      const from = 2 * (first + ((n + half) % length) * stride);
      re[n] = input.data[from]!;
      im[n] = sign * input.data[from + 1]!;
    }
    plan.transform(re, im);
    for (let k = 0; k < length; k++) {
      const to = 2 * (first + ((k + half) % length) * stride);
      out.data[to] = scale * re[k]!;
      out.data[to + 1] = sign * scale * im[k]!;
    }
  }
}
