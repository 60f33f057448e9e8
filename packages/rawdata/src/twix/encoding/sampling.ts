import { flag } from '../file/layout.ts';
import type { ScanIndex } from '../file/scans.ts';
import type { Roles } from './roles.ts';
import { distinct } from './roles.ts';

/** The sampling pattern as it is found in the lines. */
interface Sampling {
  readonly acceleration: number;
  readonly accelerationPartition: number;
  /** Image lines that belong to the lattice; lines of a denser calibration block are left to the reference. */
  readonly image: Uint32Array;
}

const gcd = (a: number, b: number): number => {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
};

/**
 * Greatest common divisor of the distances between the lines of each group (slice, repetition, …), 1 where no
 * group has two lines. Each group counts from its own first line: shifted lattices (TGRAPPA) have the same factor.
 */
function latticeFactor(
  scans: Uint32Array,
  group: (scan: number) => number,
  line: (scan: number) => number,
): number {
  const first = new Map<number, number>();
  let factor = 0;
  for (const scan of scans) {
    const key = group(scan);
    const start = first.get(key);
    if (start === undefined) first.set(key, line(scan));
    else factor = gcd(factor, Math.abs(line(scan) - start));
  }
  return factor === 0 ? 1 : factor;
}

/**
 * Finds the acceleration in the data: the lines that are image only (no calibration) form the lattice. With an
 * acceleration, lines that are calibration as well and lie between those of the lattice are no image lines.
 */
export function findSampling(index: ScanIndex, roles: Roles, notes: string[]): Sampling {
  const line = index.column('line');
  const slice = index.column('slice');
  const partition = index.column('partition');
  const repetition = index.column('repetition');
  const isCalibration = (scan: number): boolean =>
    (index.flags[scan]! & (flag.patReference | flag.patReferenceAndImage)) !== 0;
  const pure = roles.image.filter((scan) => !isCalibration(scan));
  const lattice = pure.length > 1 ? pure : roles.image;
  const volume = (scan: number): number => slice(scan) * 65_536 + repetition(scan);
  const inPlane = (scan: number): number => volume(scan) * 65_536 + partition(scan);
  const acceleration = latticeFactor(lattice, inPlane, line);
  const accelerationPartition = latticeFactor(lattice, volume, partition);
  if (acceleration === 1 || lattice === roles.image)
    return { acceleration, accelerationPartition, image: roles.image };
  const phase = new Map<number, number>();
  for (const scan of lattice) phase.set(inPlane(scan), line(scan) % acceleration);
  const image = roles.image.filter((scan) => {
    const own = phase.get(inPlane(scan));
    return own === undefined || line(scan) % acceleration === own;
  });
  if (image.length < roles.image.length)
    notes.push('Calibration lines between those of the accelerated lattice are used as reference only.');
  return { acceleration, accelerationPartition, image };
}

/** How the image lines fill the slices and repetitions. */
export interface Filling {
  /** Distinct (slice, repetition, partition, line) acquired. */
  readonly present: number;
  /** Lines that some slice or repetition has and another one has not. */
  readonly missing: number;
  /** Lines inside the sampled range of a slice and repetition that its lattice should have and has not. */
  readonly gaps: number;
  /** Lines acquired again with the same counters. */
  readonly repeated: number;
}

/** Compares every (slice, repetition) with the union of all of them, and with a regular lattice. */
export function fillingOf(index: ScanIndex, { image, acceleration }: Sampling): Filling {
  const line = index.column('line');
  const slice = index.column('slice');
  const partition = index.column('partition');
  const repetition = index.column('repetition');
  const average = index.column('average');
  const groups = new Map<number, { places: Set<number>; scans: Set<number> }>();
  const union = new Set<number>();
  let repeated = 0;
  for (const scan of image) {
    const key = repetition(scan) * 65_536 + slice(scan);
    const group = groups.get(key) ?? { places: new Set(), scans: new Set() };
    groups.set(key, group);
    const place = partition(scan) * 65_536 + line(scan);
    union.add(place);
    group.places.add(place);
    const unique = place * 65_536 + average(scan);
    if (group.scans.has(unique)) repeated++;
    else group.scans.add(unique);
  }
  const complete = distinct(image, slice).length * distinct(image, repetition).length * union.size;
  let [present, gaps] = [0, 0];
  for (const { places } of groups.values()) {
    present += places.size;
    gaps += latticeGaps(places, acceleration);
  }
  return { present, missing: complete - present, gaps, repeated };
}

/** Lines that a lattice from the first to the last line of each partition would have besides the given ones. */
function latticeGaps(places: ReadonlySet<number>, acceleration: number): number {
  const ranges = new Map<number, { first: number; last: number; count: number }>();
  for (const place of places) {
    const line = place % 65_536;
    const key = (place - line) / 65_536;
    const range = ranges.get(key);
    ranges.set(key, {
      first: Math.min(range?.first ?? line, line),
      last: Math.max(range?.last ?? line, line),
      count: (range?.count ?? 0) + 1,
    });
  }
  let gaps = 0;
  for (const { first, last, count } of ranges.values())
    gaps += Math.floor((last - first) / acceleration) + 1 - count;
  return gaps;
}
