import type { Target } from '../reading/placing.ts';
import { type PolarityDifference, polarityDifference } from './navigator.ts';
import { noCorrection, type ReadoutOperator, readoutOperator } from './operator.ts';
import type { ReadoutTrajectory } from './trajectory.ts';

/** Readout operators of the two gradient polarities of one slice and repetition. */
export interface PolarityOperators {
  readonly forward: ReadoutOperator;
  readonly reversed: ReadoutOperator;
  readonly difference?: PolarityDifference;
}

/**
 * Operators of an EPI readout: regridding of ramp samples and, with navigators, the shift and constant phase of
 * the reversed lines relative to the forward ones.
 *
 * @param navigators k-space of one line per polarity (row 0 forward, row 1 reversed), already on the grid; without
 * one of the polarities only regridding is done
 */
export function polarityOperators(
  trajectory: ReadoutTrajectory,
  offcentre: number,
  navigators: Target | undefined,
): PolarityOperators {
  const forward = readoutOperator(trajectory, { ...noCorrection, offcentre });
  if (!navigators || navigators.counts[0] === 0 || navigators.counts[1] === 0)
    return { forward, reversed: forward };
  const { coils, columns, data } = navigators;
  const rowOf = (row: number): Float32Array => {
    const line = new Float32Array(2 * coils * columns);
    for (let coil = 0; coil < coils; coil++)
      line.set(
        data.subarray(2 * (coil * 2 + row) * columns, 2 * (coil * 2 + row + 1) * columns),
        2 * coil * columns,
      );
    return line;
  };
  const difference = polarityDifference(rowOf(0), rowOf(1), coils);
  return { forward, reversed: readoutOperator(trajectory, { ...difference, offcentre }), difference };
}
