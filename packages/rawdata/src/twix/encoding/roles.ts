import { unsupported } from '../errors.ts';
import { flag, flagHigh } from '../file/layout.ts';
import type { ScanField, ScanIndex } from '../file/scans.ts';

/** Scans of one measurement by what they are for, each list in acquisition order. */
export interface Roles {
  readonly image: Uint32Array;
  readonly reference: Uint32Array;
  readonly noise: Uint32Array;
  /** Phase-correction (navigator) lines of the image. */
  readonly navigator: Uint32Array;
  readonly referenceNavigator: Uint32Array;
}

const neverImage =
  flag.rtFeedback | flag.hpFeedback | flag.refPhaseStabilisation | flag.phaseStabilisation | flag.syncData;
const neverImageHigh = flagHigh.retroDummy | flagHigh.b1ControlLoop | flagHigh.vop | flagHigh.fidNavigator;

/**
 * Sorts scans by their evaluation flags. Feedback, stabilisation, dummy and field-control lines are left out;
 * navigators count even where they are feedback as well (EPI).
 */
export function scanRoles(index: ScanIndex): Roles {
  const lists = { image: [], reference: [], noise: [], navigator: [], referenceNavigator: [] } as Record<
    keyof Roles,
    number[]
  >;
  for (let scan = 0; scan < index.count; scan++) {
    const low = index.flags[scan]!;
    const high = index.flagsHigh[scan]!;
    if (high & (flagHigh.sliceAccelerationReference | flagHigh.sliceAccelerationPhaseCorrection))
      throw unsupported(
        'The acquisition excites several slices at once (simultaneous multi-slice).',
        'Acquire without slice acceleration, or separate the slices before and give them as arrays.',
      );
    if (low & flag.noiseAdjust) lists.noise.push(scan);
    else if (low & flag.phaseCorrection)
      (low & flag.patReference ? lists.referenceNavigator : lists.navigator).push(scan);
    else if (low & neverImage || high & neverImageHigh) continue;
    else {
      if (low & (flag.patReference | flag.patReferenceAndImage)) lists.reference.push(scan);
      if (!(low & flag.patReference) || low & flag.patReferenceAndImage) lists.image.push(scan);
    }
  }
  return {
    image: Uint32Array.from(lists.image),
    reference: Uint32Array.from(lists.reference),
    noise: Uint32Array.from(lists.noise),
    navigator: Uint32Array.from(lists.navigator),
    referenceNavigator: Uint32Array.from(lists.referenceNavigator),
  };
}

/** Noise lines of a measurement, whatever else it holds. */
export const noiseLines = (index: ScanIndex): Uint32Array =>
  Uint32Array.from({ length: index.count }, (_, scan) => scan).filter(
    (scan) => (index.flags[scan]! & flag.noiseAdjust) !== 0,
  );

const contrasts: readonly [ScanField, string][] = [
  ['echo', 'echoes'],
  ['set', 'sets'],
  ['phase', 'phases (time points of a cycle)'],
];

/**
 * Keeps the first echo, set and phase of a measurement that has several: one image per slice and repetition
 * is what the SNR methods take. A note says what was chosen.
 */
export function firstContrast(index: ScanIndex, roles: Roles, notes: string[]): Roles {
  let chosen = roles;
  for (const [field, words] of contrasts) {
    const value = index.column(field);
    const values = distinct(chosen.image, value);
    if (values.length < 2) continue;
    const first = values[0]!;
    notes.push(`The file holds ${values.length} ${words}; the first one is used.`);
    const keep = (scans: Uint32Array): Uint32Array => {
      const kept = scans.filter((scan) => value(scan) === first);
      return kept.length > 0 ? kept : scans;
    };
    chosen = {
      image: keep(chosen.image),
      reference: keep(chosen.reference),
      noise: chosen.noise,
      // An EPI navigator carries the echo counter of its own train, so it is taken as it is.
      navigator: chosen.navigator,
      referenceNavigator: chosen.referenceNavigator,
    };
  }
  return chosen;
}

/** Different values in ascending order. */
export function distinct(scans: Uint32Array, value: (scan: number) => number): number[] {
  const seen = new Set<number>();
  for (const scan of scans) seen.add(value(scan));
  return [...seen].sort((a, b) => a - b);
}
