import type { ReadoutOperator } from '../epi/operator.ts';
import { applyOperator } from '../epi/operator.ts';
import { corrupt } from '../errors.ts';
import type { Complex } from './correction.ts';

/** A k-space being filled: (row group, coil, line, readout), interleaved, with a count per (row group, line). */
export interface Target {
  readonly data: Float32Array;
  readonly counts: Uint8Array;
  readonly coils: number;
  readonly lines: number;
  readonly columns: number;
}

/** A target of zeros, in the memory given where that has the right size. */
export function emptyTarget(
  groups: number,
  coils: number,
  lines: number,
  columns: number,
  into?: Float32Array,
): Target {
  const length = 2 * groups * coils * lines * columns;
  const data = into?.length === length ? into.fill(0) : new Float32Array(length);
  return { data, counts: new Uint8Array(groups * lines), coils, lines, columns };
}

/** One line of all channels and where it belongs. */
export interface Line {
  readonly floats: Float32Array;
  readonly start: (channel: number) => number;
  readonly samples: number;
  /** Sample i goes to column i + shift (after time reversal). */
  readonly shift: number;
  readonly reversed: boolean;
  /** Samples cut off in time order. */
  readonly cutBefore: number;
  readonly cutAfter: number;
  readonly factors?: readonly Complex[] | undefined;
  readonly operator?: ReadoutOperator | undefined;
  /** For messages. */
  readonly byteOffset: number;
}

/** Adds a line to its place; a place that was filled before (an average) holds the sum until `divideByCounts`. */
export function addLine(target: Target, group: number, row: number, line: Line): void {
  const { coils, lines, columns, data, counts } = target;
  const { samples, shift } = line;
  if (shift < 0 || shift + samples > columns || row < 0 || row >= lines)
    throw corrupt(`The line at byte ${line.byteOffset} lies outside the matrix.`, line.byteOffset, {
      row,
      shift,
    });
  const count = counts[group * lines + row]! + 1;
  if (count > 255)
    throw corrupt('A line is repeated more than 255 times: a loop counter is damaged.', line.byteOffset);
  counts[group * lines + row] = count;
  // Most lines are neither reversed nor regridded nor corrected nor averaged: their samples move as they are.
  const plain =
    count === 1 && !line.reversed && !line.operator && !line.factors && line.cutBefore + line.cutAfter === 0;
  const ordered = new Float32Array(plain ? 0 : 2 * samples);
  const regridded = line.operator ? new Float32Array(2 * samples) : ordered;
  for (let coil = 0; coil < coils; coil++) {
    const at = 2 * (((group * coils + coil) * lines + row) * columns + shift);
    const start = line.start(coil);
    let check = 0;
    if (plain) {
      const values = line.floats.subarray(start, start + 2 * samples);
      check = finiteCheck(values);
      data.set(values, at);
    } else {
      copyOrdered(ordered, line, start, line.factors?.[coil]);
      if (line.operator) applyOperator(line.operator, ordered, 0, regridded);
      for (let k = 0; k < 2 * samples; k++) {
        const value = regridded[k]!;
        check += value * 0;
        data[at + k]! += value;
      }
    }
    if (check !== 0)
      throw corrupt(
        `The line at byte ${line.byteOffset} holds values that are not finite.`,
        line.byteOffset,
        {
          channel: coil,
        },
      );
  }
}

/** 0 where all values are finite, NaN elsewhere: a float64 sum of float32 values cannot overflow. */
function finiteCheck(values: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = values.length & ~3;
  for (let k = 0; k < whole; k += 4) {
    a += values[k]!;
    b += values[k + 1]!;
    c += values[k + 2]!;
    d += values[k + 3]!;
  }
  for (let k = whole; k < values.length; k++) a += values[k]!;
  return (a + b + c + d) * 0;
}

/** Samples in ascending k, cut-off ones zero, times the channel's correction factor. */
function copyOrdered(out: Float32Array, line: Line, from: number, factor: Complex | undefined): void {
  const { floats, samples, cutBefore, cutAfter } = line;
  const end = samples - cutAfter;
  if (cutBefore > 0 || cutAfter > 0) out.fill(0);
  if (line.reversed)
    for (let i = cutBefore; i < end; i++) {
      out[2 * (samples - 1 - i)] = floats[from + 2 * i]!;
      out[2 * (samples - 1 - i) + 1] = floats[from + 2 * i + 1]!;
    }
  else out.set(floats.subarray(from + 2 * cutBefore, from + 2 * end), 2 * cutBefore);
  if (!factor) return;
  for (let i = 0; i < 2 * samples; i += 2) {
    const re = out[i]!;
    out[i] = re * factor.re - out[i + 1]! * factor.im;
    out[i + 1] = re * factor.im + out[i + 1]! * factor.re;
  }
}

/** Turns sums into means where a line was acquired more than once. */
export function divideByCounts({ data, counts, coils, lines, columns }: Target): void {
  for (let group = 0; group * lines < counts.length; group++)
    for (let row = 0; row < lines; row++) {
      const count = counts[group * lines + row]!;
      if (count < 2) continue;
      for (let coil = 0; coil < coils; coil++) {
        const at = 2 * ((group * coils + coil) * lines + row) * columns;
        for (let k = at; k < at + 2 * columns; k++) data[k]! /= count;
      }
    }
}
