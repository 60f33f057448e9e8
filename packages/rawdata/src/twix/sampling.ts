import { flag } from './layout.ts';
import type { Roles } from './roles.ts';
import { distinct } from './roles.ts';
import type { ScanIndex } from './scans.ts';

/** The sampling pattern as it is found in the lines. */
export interface Sampling {
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

/** What is missing of the lines that every slice and repetition should have. */
export interface Completeness {
  /** Distinct (slice, repetition, partition, line) acquired. */
  readonly present: number;
  /** Lines that some slice or repetition has and another one has not. */
  readonly missing: number;
}

/** Compares every (slice, repetition) with the union of all of them. */
export function completeness(index: ScanIndex, image: Uint32Array): Completeness {
  const line = index.column('line');
  const slice = index.column('slice');
  const partition = index.column('partition');
  const repetition = index.column('repetition');
  const all = new Set<number>();
  const union = new Set<number>();
  for (const scan of image) {
    const place = partition(scan) * 65_536 + line(scan);
    union.add(place);
    // Slice and repetition stay below 2^10 × 2^11 in real files: the key is exact in a double.
    all.add(((repetition(scan) * 2048 + (slice(scan) % 2048)) % 2 ** 20) * 2 ** 32 + place);
  }
  const groups = distinct(image, slice).length * distinct(image, repetition).length;
  return { present: all.size, missing: Math.max(0, groups * union.size - all.size) };
}
