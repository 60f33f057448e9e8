import { useMemo } from 'react';
import { compare } from '../strings/compare.ts';
import { type Shown, shownOf } from '../viewer/state/shown.ts';
import { aligned, combined, type Operation } from './model/arithmetic.ts';

/** A map of two maps, and B on the voxels of A. */
interface Combination {
  readonly shown: Shown;
  readonly b: Float32Array;
  readonly resampled: boolean;
}

/** The map of A and B by an operation; the reason where their voxels cannot be brought together. */
export function useCombined(
  a: Shown | undefined,
  b: Shown | undefined,
  operation: Operation,
): { combination?: Combination; error?: unknown } {
  return useMemo(() => {
    if (!a || !b) return {};
    try {
      const onA = aligned(a.map, { grid: b.map, values: b.values });
      const data = combined(a.values, onA.values, operation);
      const map = { ...a.map, data, complex: false, repetitions: 1 };
      const shown = shownOf(-1, compare.short[operation], map, { component: 'real', repetition: 0 });
      const window = operation === 'ratio' ? aroundOne(shown) : aroundZero(shown);
      return {
        combination: { shown: { ...shown, automatic: window }, b: onA.values, resampled: onA.resampled },
      };
    } catch (error) {
      return { error };
    }
  }, [a, b, operation]);
}

/** Differences look alike on both sides of 0, … */
function aroundZero({ automatic: [low, high] }: Shown): readonly [number, number] {
  const reach = Math.max(Math.abs(low), Math.abs(high)) || 1;
  return [-reach, reach];
}

/** … ratios on both sides of 1. */
function aroundOne({ automatic: [low, high] }: Shown): readonly [number, number] {
  const reach = Math.min(1, Math.max(Math.abs(low - 1), Math.abs(high - 1))) || 1;
  return [1 - reach, 1 + reach];
}
