import type { ComplexArray } from './arrays.ts';
import { SnrError } from './errors.ts';
import type { Range } from './kernels/interface.ts';

/** The regular part of a sampling pattern along one axis. */
export interface Lattice {
  /** Every R-th position … */
  readonly acceleration: number;
  /** … from this one on. */
  readonly offset: number;
  /** First and one past the last acquired position on the lattice (partial Fourier leaves some out). */
  readonly extent: Range;
  /** Fully sampled block that stands out of the lattice (embedded calibration lines). */
  readonly calibration?: Range;
}

/**
 * Finds the lattice in a row of acquired flags (> 0: acquired).
 *
 * The most frequent distance between neighbouring acquired positions outside the centre is R; positions off
 * the lattice must form one block without holes, the embedded calibration lines.
 *
 * @throws SnrError MRO_SNR_SAMPLING where the pattern is no lattice plus one block.
 */
export function findLattice(acquired: ArrayLike<number>): Lattice {
  const lines: number[] = [];
  for (let i = 0; i < acquired.length; i++) if (acquired[i]! > 0) lines.push(i);
  if (lines.length === 0) throw irregular('no line was acquired');
  if (lines.length === 1) return { acceleration: 1, offset: 0, extent: [lines[0]!, lines[0]! + 1] };
  const acceleration = largestCommonGap(lines);
  const residues = new Map<number, number>();
  for (const line of lines) residues.set(line % acceleration, (residues.get(line % acceleration) ?? 0) + 1);
  const offset = [...residues].sort((a, b) => b[1] - a[1])[0]![0];
  const extra = lines.filter((line) => line % acceleration !== offset);
  const onLattice = lines.length - extra.length;
  const first = lines.find((line) => line % acceleration === offset)!;
  const last = lines.findLast((line) => line % acceleration === offset)!;
  if ((last - first) / acceleration + 1 !== onLattice)
    throw irregular('lines of the lattice are missing inside it');
  const extent: Range = [first, last + 1];
  if (extra.length === 0) return { acceleration, offset, extent };
  return { acceleration, offset, extent, calibration: calibrationBlock(acquired, extra) };
}

/** R: the largest distance between neighbours that holds over most of the pattern outside one dense block. */
function largestCommonGap(lines: readonly number[]): number {
  const gaps = lines.slice(1).map((line, i) => line - lines[i]!);
  const sparse = gaps.filter((gap) => gap > 1);
  // One hole only: a fully sampled axis with a missing line is irregular, and R = 1 lets it be said so.
  if (sparse.length < 2) return sparse.length === gaps.length ? (sparse[0] ?? 1) : 1;
  const counts = new Map<number, number>();
  for (const gap of sparse) counts.set(gap, (counts.get(gap) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]![0];
}

function calibrationBlock(acquired: ArrayLike<number>, extra: readonly number[]): Range {
  let from = extra[0]!;
  let to = extra[extra.length - 1]! + 1;
  while (from > 0 && acquired[from - 1]! > 0) from--;
  while (to < acquired.length && acquired[to]! > 0) to++;
  for (let i = from; i < to; i++)
    if (!(acquired[i]! > 0)) throw irregular('the dense lines form no single block');
  return [from, to];
}

function irregular(why: string): SnrError {
  return new SnrError(
    'MRO_SNR_SAMPLING',
    `The sampling pattern is not regular: ${why}.`,
    'Cartesian sampling of every R-th line, with or without one block of calibration lines, can be reconstructed.',
  );
}

/** The centred block of `length` positions of an axis of n: start ⌊n/2⌋ − ⌊length/2⌋; null: all of it. */
export function centredBlock(n: number, length: number | null): Range {
  if (length === null || length >= n) return [0, n];
  const from = Math.floor(n / 2) - Math.floor(length / 2);
  return [from, from + length];
}

/** Smallest multiple of R that is not below n. */
export const paddedSize = (n: number, acceleration: number): number =>
  Math.ceil(n / acceleration) * acceleration;

/** Where index 0 of an axis of n comes to lie when it is centred in one of `padded`. */
export const paddingBefore = (n: number, padded: number): number =>
  Math.floor(padded / 2) - Math.floor(n / 2);

/** Gathers every R-th sample of input (coil, ny, nx) from `offset` on into out (coil, ny/ry, nx/rx). */
export function gatherLattice(
  out: ComplexArray,
  input: ComplexArray,
  acceleration: readonly [number, number],
  offset: readonly [number, number],
): void {
  const [coils, my, mx] = out.shape as [number, number, number];
  const [, ny, nx] = input.shape as [number, number, number];
  const [rx, ry] = acceleration;
  for (let c = 0; c < coils; c++) {
    for (let y = 0; y < my; y++) {
      const row = 2 * ((c * ny + y * ry + offset[1]) * nx + offset[0]);
      const to = 2 * (c * my + y) * mx;
      if (rx === 1) out.data.set(input.data.subarray(row, row + 2 * mx), to);
      else {
        for (let x = 0; x < mx; x++) {
          out.data[to + 2 * x] = input.data[row + 2 * x * rx]!;
          out.data[to + 2 * x + 1] = input.data[row + 2 * x * rx + 1]!;
        }
      }
    }
  }
}
