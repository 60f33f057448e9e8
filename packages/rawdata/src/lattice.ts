/** What a row of acquired flags says: every how-many-th place, and how many lie off that lattice. */
interface SamplingSummary {
  readonly acceleration: number;
  /** Acquired places off the lattice: calibration lines in between. */
  readonly extra: number;
  /** First and one past the last acquired place; [0, 0] where there is none. */
  readonly extent: readonly [number, number];
}

/**
 * Summarises the sampling along one axis for the header: R is the most frequent distance between neighbours
 * that are not adjacent, provided that it occurs more than once (one missing line is no acceleration).
 */
export function summariseSampling(acquired: ArrayLike<number>): SamplingSummary {
  const places: number[] = [];
  for (let i = 0; i < acquired.length; i++) if (acquired[i]! > 0) places.push(i);
  if (places.length === 0) return { acceleration: 1, extra: 0, extent: [0, 0] };
  const extent = [places[0]!, places[places.length - 1]! + 1] as const;
  const gaps = places.slice(1).map((place, i) => place - places[i]!);
  const counts = new Map<number, number>();
  for (const gap of gaps) if (gap > 1) counts.set(gap, (counts.get(gap) ?? 0) + 1);
  const [acceleration, times] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [1, 0];
  if (times < 2 && gaps.length > 1) return { acceleration: 1, extra: 0, extent };
  const residues = new Map<number, number>();
  for (const place of places)
    residues.set(place % acceleration, (residues.get(place % acceleration) ?? 0) + 1);
  const onLattice = Math.max(...residues.values());
  return { acceleration, extra: places.length - onLattice, extent };
}
