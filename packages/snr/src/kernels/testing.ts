import type { ComplexArray, RealArray } from '../arrays.ts';
import { complexZeros } from '../arrays.ts';

/** Repeatable uniform numbers in [−1, 1) for tests (xorshift32), unrelated to the engine's own generator. */
export function uniform(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 31 - 1;
  };
}

/** A complex array of uniform random numbers. */
export function randomComplex(seed: number, ...shape: number[]): ComplexArray {
  const array = complexZeros(...shape);
  const next = uniform(seed);
  for (let i = 0; i < array.data.length; i++) array.data[i] = next();
  return array;
}

/** Root mean square of the difference, relative to the root mean square of `truth`. */
export function relativeError(actual: ArrayLike<number>, truth: ArrayLike<number>): number {
  let difference = 0;
  let power = 0;
  for (let i = 0; i < truth.length; i++) {
    difference += (actual[i]! - truth[i]!) ** 2;
    power += truth[i]! ** 2;
  }
  return Math.sqrt(difference / (power || 1));
}

/** Largest absolute difference. */
export function largestDifference(a: RealArray | ComplexArray, b: RealArray | ComplexArray): number {
  let largest = 0;
  for (let i = 0; i < b.data.length; i++) largest = Math.max(largest, Math.abs(a.data[i]! - b.data[i]!));
  return largest;
}

/** Sizes that exercise every radix, generic odd factors, primes on both sides of Bluestein, and padding. */
export const awkwardSizes = [
  1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 49, 61, 64, 67, 75, 80, 84, 96, 97, 121, 127, 240, 251, 254, 256,
] as const;
