/** Where acquired lines (or partitions) lie in the full matrix: row = counter + shift. */
export interface Axis {
  readonly size: number;
  readonly shift: number;
}

interface AxisFacts {
  /** Word for messages: "lines", "partitions". */
  readonly name: string;
  /** Smallest and largest counter of image and reference together. */
  readonly first: number;
  readonly last: number;
  /** Counter of the k-space centre as the scans say. */
  readonly centre: number;
  /** Full matrix as the header says. */
  readonly announced: number | undefined;
  /** Half of k-space left out by protocol, so that a centre at counter 0 can be true. */
  readonly halfFourier: boolean;
}

/**
 * Places the acquired counters in the full matrix so that the true k-space centre comes to ⌊size/2⌋. The header's
 * matrix is taken wherever the lines fit into it; otherwise the smallest even matrix that holds them around their
 * centre, with a note.
 */
export function placeAxis(facts: AxisFacts, notes: string[]): Axis {
  const { name, first, last, announced } = facts;
  let { centre } = facts;
  const unset = centre === 0 && last > 0 && !facts.halfFourier;
  if (unset || centre < first || centre > last) {
    const count = announced !== undefined && last < announced ? announced : last + 1;
    centre = Math.floor(count / 2);
    if (last > first)
      notes.push(
        `The scans do not say where the centre of the ${name} is; it is taken at ${centre} of ${count}.`,
      );
  }
  const fits = (size: number): boolean => {
    const shift = Math.floor(size / 2) - centre;
    return first + shift >= 0 && last + shift < size;
  };
  if (announced !== undefined && announced > 0 && fits(announced))
    return { size: announced, shift: Math.floor(announced / 2) - centre };
  const size = last === first && centre === first ? 1 : 2 * Math.max(centre - first, last + 1 - centre);
  if (announced !== undefined)
    notes.push(
      `The header announces ${announced} ${name}, the data hold ${name} ${first} to ${last} around ${centre}: ` +
        `a matrix of ${size} is used.`,
    );
  return { size, shift: Math.floor(size / 2) - centre };
}

interface ReadoutFacts {
  /** Samples of a line and the one at k = 0. */
  readonly samples: number;
  readonly centre: number;
  /** Pixels and oversampling factor as the header says. */
  readonly base: number | undefined;
  readonly oversampling: number | undefined;
}

export interface ReadoutAxis extends Axis {
  readonly oversampling: number;
}

/**
 * Full readout matrix (oversampling in), the shift that brings the echo to its centre (asymmetric echo), and the
 * oversampling factor. Data win: a factor is used only where the samples hold at least base × factor.
 */
export function placeReadout(facts: ReadoutFacts, notes: string[]): ReadoutAxis {
  const { samples, base } = facts;
  let { centre } = facts;
  if (centre <= 0 || centre >= samples) {
    centre = Math.floor(samples / 2);
    notes.push(`The scans do not say which sample is the centre of the echo; sample ${centre} is taken.`);
  }
  const header = base === undefined ? undefined : Math.round(base * (facts.oversampling ?? 2));
  const needed = Math.abs(2 * centre - samples) <= 1 ? samples : 2 * Math.max(centre, samples - centre);
  const asymmetric = needed !== samples;
  const size =
    asymmetric && header !== undefined && header >= needed && header <= 2 * needed ? header : needed;
  return { size, shift: Math.floor(size / 2) - centre, oversampling: oversamplingOf(size, facts, notes) };
}

function oversamplingOf(size: number, { base, oversampling }: ReadoutFacts, notes: string[]): number {
  if (base === undefined || base <= 0)
    return oversampling !== undefined && size % oversampling === 0 ? oversampling : 1;
  const ratio = size / base;
  if (oversampling === undefined) return Number.isInteger(ratio) && ratio <= 4 ? ratio : 1;
  if (size === Math.round(base * oversampling)) return oversampling;
  const usable = Number.isInteger(oversampling) && ratio >= oversampling && size % oversampling === 0;
  const factor = usable ? oversampling : 1;
  notes.push(
    `The header announces ${base} pixels with ${oversampling}-fold readout oversampling, the lines hold ${size} ` +
      `samples: oversampling ${factor} is assumed.`,
  );
  return factor;
}
