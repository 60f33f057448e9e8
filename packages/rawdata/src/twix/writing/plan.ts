import type { RampSampling } from '../epi/trajectory.ts';

/** Noise of a synthetic file. */
export interface TwixNoise {
  /** Number of noise lines. */
  readonly lines: number;
  /** Samples of a noise line (default 256). */
  readonly samples?: number;
  /** Seconds per noise sample (default 5 µs, that of a coil-sensitivity adjustment). */
  readonly dwellTime?: number;
  /**
   * 'adjustment' (default): a measurement of its own before the image (VD and later). 'lines': noise lines at the
   * start of the image measurement, whose dwell time is no free choice: see `noiseLineDwellTime`.
   */
  readonly place?: 'adjustment' | 'lines';
}

/** Where the slices lie: patient coordinates (sagittal, coronal, transversal = LPS), millimetres. */
export interface TwixGeometry {
  /** Field of view along readout and phase. */
  readonly fieldOfView: readonly [number, number];
  /** Thickness of a slice, or of the slab of a volume. */
  readonly thickness: number;
  /** Distance between the centres of neighbouring slices (default: thickness). */
  readonly sliceDistance?: number;
  /** Centre of the middle of the stack. */
  readonly centre: readonly [number, number, number];
  readonly normal: readonly [number, number, number];
  /** Radians about the normal. */
  readonly inPlaneRotation: number;
}

/** Which line is asked for. */
export interface LineRequest {
  /** Spatial order: slice 0 lies first along the normal. */
  readonly slice: number;
  readonly partition: number;
  readonly repetition: number;
  readonly average: number;
  /** Row of the full matrix, 0 … phase − 1. */
  readonly line: number;
  /** Acquired for calibration alone: of the same k-space, with noise of its own. */
  readonly reference: boolean;
  /** EPI: read out against the direction of the others; samples are asked for in ascending k all the same. */
  readonly reversed: boolean;
  /** EPI: a navigator, without phase encoding. */
  readonly navigator: boolean;
  /** EPI: position of every sample in grid units (1 / oversampled field of view), centre 0. */
  readonly k?: Float64Array;
}

export interface TwixAcquisition {
  /** Software that would have written it; default "VE11C". */
  readonly variant?: 'VB17' | 'VE11C' | 'XA61';
  readonly coils: number;
  /** Pixels along the readout; a line has readout × readoutOversampling samples. */
  readonly readout: number;
  /** Lines of the full matrix. */
  readonly phase: number;
  readonly partitions?: number;
  readonly slices?: number;
  readonly repetitions?: number;
  readonly averages?: number;
  readonly readoutOversampling?: number;
  /** Every R-th line from line 0. */
  readonly acceleration?: number;
  /** Centred calibration block: lines in the image's own acquisition, or a scan of their own before it. */
  readonly reference?: { readonly lines: number; readonly mode: 'integrated' | 'separate' };
  /** Fraction of the lines that is kept, the last ones (e.g. 0.75); 1 for all. */
  readonly partialFourier?: number;
  /** Fraction of the samples that is kept, the last ones; 1 for all. */
  readonly asymmetricEcho?: number;
  /** Seconds per sample of the image (default 10 µs). */
  readonly dwellTime?: number;
  readonly noise?: TwixNoise;
  readonly geometry?: TwixGeometry;
  readonly protocol?: string;
  /** A made-up name for the identity fields of the header. */
  readonly patient?: string;
  /** Echo-planar: every other line reversed, three navigators per slice and repetition, ramp sampling. */
  readonly epi?: { readonly ramp?: RampSampling };
  /** Complex factors of the channels that the header announces and every line asks for. */
  readonly correctionFactors?: readonly { readonly re: number; readonly im: number }[];
  /** Leave out the end mark, as an interrupted transfer does. */
  readonly endMark?: boolean;
}

/** A scan of the plan: what to ask for and how to flag it. */
export interface PlannedScan extends LineRequest {
  readonly kind: 'image' | 'reference' | 'both' | 'navigator' | 'noise';
  readonly last: boolean;
}

/** First line that partial Fourier keeps. */
export const firstLine = ({ phase, partialFourier = 1 }: TwixAcquisition): number =>
  phase - Math.round(phase * partialFourier);

/** Acquisition order of the slices: odd ones first where their number is even, as the scanner interleaves. */
export function acquisitionOrder(slices: number): number[] {
  const start = slices % 2 === 0 ? 1 : 0;
  const every = (from: number): number[] =>
    Array.from({ length: Math.ceil((slices - from) / 2) }, (_, k) => from + 2 * k);
  return slices === 1 ? [0] : [...every(start), ...every(1 - start)];
}

/** All scans of the image measurement in acquisition order. */
export function* planImage(acquisition: TwixAcquisition): Generator<PlannedScan> {
  const {
    phase,
    partitions = 1,
    slices = 1,
    repetitions = 1,
    averages = 1,
    acceleration = 1,
    reference,
    noise,
    epi,
  } = acquisition;
  const plain = {
    partition: 0,
    repetition: 0,
    average: 0,
    reference: false,
    reversed: false,
    navigator: false,
    last: false,
  };
  if (noise?.place === 'lines')
    for (let line = 0; line < noise.lines; line++) yield { ...plain, slice: 0, line, kind: 'noise' };
  const order = acquisitionOrder(slices);
  const start = Math.floor(phase / 2) - Math.floor((reference?.lines ?? 0) / 2);
  const inBlock = (line: number): boolean =>
    reference !== undefined && line >= start && line < start + reference.lines;
  if (reference?.mode === 'separate')
    for (const slice of order)
      for (let partition = 0; partition < partitions; partition++)
        for (let line = start; line < start + reference.lines; line++)
          yield { ...plain, slice, partition, line, reference: true, kind: 'reference' };
  const integrated = reference?.mode === 'integrated';
  for (let repetition = 0; repetition < repetitions; repetition++) {
    if (epi)
      for (const slice of order)
        for (const reversed of [true, false, true])
          yield {
            ...plain,
            slice,
            repetition,
            line: Math.floor(phase / 2),
            reversed,
            navigator: true,
            kind: 'navigator',
          };
    for (let average = 0; average < averages; average++)
      for (let line = firstLine(acquisition); line < phase; line++) {
        const lattice = line % acceleration === 0;
        if (!lattice && !(integrated && inBlock(line))) continue;
        const kind = !lattice ? 'reference' : integrated && inBlock(line) ? 'both' : 'image';
        const last = line + acceleration >= phase && average === averages - 1;
        for (let partition = 0; partition < partitions; partition++)
          for (const slice of order)
            yield {
              ...plain,
              ...{ slice, partition, repetition, average, line, kind },
              reference: !lattice,
              reversed: epi !== undefined && Math.floor(line / acceleration) % 2 === 1,
              last: last && slice === order.at(-1) && partition === partitions - 1,
            };
      }
  }
}
