import { at, type ComplexArray } from './arrays.ts';
import { SnrError } from './errors.ts';
import type { Kernels, Range } from './kernels/interface.ts';
import type { Whitening } from './prewhitening.ts';
import {
  centredBlock,
  findLattice,
  gatherLattice,
  type Lattice,
  paddedSize,
  paddingBefore,
} from './sampling.ts';
import type { SliceInput, SnrSettings } from './settings.ts';
import { foldedImages, removeOversampling } from './transforms.ts';

/** Calibration k-space: one block of the full matrix. */
export interface Reference {
  /** (coil, rows, columns), prewhitened. */
  readonly block: ComplexArray;
  /** Where the block lies on the image grid. */
  readonly rows: Range;
  readonly columns: Range;
}

/** One slice, ready to be reconstructed. */
export interface PreparedSlice {
  readonly coils: number;
  /** Image grid: the matrix, padded where R does not divide it. */
  readonly shape: readonly [ny: number, nx: number];
  readonly acceleration: readonly [rx: number, ry: number];
  readonly offset: readonly [ox: number, oy: number];
  /**
   * Noise variance of the folded images relative to one prewhitened sample: below 1 where lattice positions
   * were not acquired (partial Fourier, asymmetric echo) or lines were averaged.
   */
  readonly noiseVariance: number;
  /** Calibration data; undefined where the data hold none. */
  readonly reference?: Reference;
  /** Folded coil images of a repetition, prewhitened and scaled to noise CN(0, I), in the caller's scope. */
  readonly folded: (repetition: number) => ComplexArray;
  readonly notes: readonly string[];
}

/**
 * Turns a slice's k-space into what reconstructions take: oversampling removed, undersampling found (or made,
 * with `decimate`), padded to multiples of R, prewhitened, folded, scaled to unit noise.
 *
 * @throws SnrError MRO_SNR_SAMPLING for irregular patterns, MRO_SNR_SHAPE for wrong shapes
 */
export function prepareSlice(
  k: Kernels,
  input: SliceInput,
  whiten: Whitening | undefined,
  settings: SnrSettings,
): PreparedSlice {
  const plan = planSampling(input, settings);
  const { shape, acceleration, offset, noiseVariance } = plan;
  const coils = input.kspace.shape[1]!;
  const inverse = whiten && k.load(scaled(whiten.inverse, 1 / Math.sqrt(noiseVariance)));
  const unit = whiten && k.load(whiten.inverse);
  const folded = (repetition: number): ComplexArray => {
    const [my, mx] = [shape[0] / acceleration[1], shape[1] / acceleration[0]];
    const out = k.complexUnset(coils, my, mx);
    const rows = Array.from({ length: my }, (_, m) => offset[1] + m * acceleration[1]);
    k.scope(() => {
      const sampled = acceleration[0] * acceleration[1] === 1 ? out : k.complexUnset(coils, my, mx);
      eachCoil(k, at(input.kspace, repetition), rows, input, plan, (coil, lines) => {
        gatherLattice(coilOf(sampled, coil), lines, [acceleration[0], 1], [offset[0], 0]);
      });
      foldedImages(k, out, sampled, acceleration, offset);
    });
    if (inverse) k.whiten(out, out, inverse);
    else scaleInPlace(out, 1 / Math.sqrt(noiseVariance));
    return out;
  };
  const source = referenceSource(input, settings, plan);
  let reference: Reference | undefined;
  if (source) {
    const { rows, columns } = source;
    const block = k.complexUnset(coils, rows[1] - rows[0], columns[1] - columns[0]);
    const inBlock = Array.from({ length: rows[1] - rows[0] }, (_, y) => rows[0] + y);
    eachCoil(k, source.kspace, inBlock, input, plan, (coil, lines) => {
      gatherLattice(coilOf(block, coil), lines, [1, 1], [columns[0], 0]);
    });
    if (unit) k.whiten(block, block, unit);
    reference = { block, rows, columns };
  }
  return { coils, shape, acceleration, offset, noiseVariance, reference, folded, notes: plan.notes };
}

interface SamplingPlan {
  /** Matrix without oversampling, before padding. */
  readonly matrix: readonly [ny: number, nx: number];
  readonly shape: readonly [ny: number, nx: number];
  readonly acceleration: readonly [rx: number, ry: number];
  readonly offset: readonly [ox: number, oy: number];
  readonly noiseVariance: number;
  readonly lattice: Lattice;
  readonly notes: string[];
}

function planSampling(input: SliceInput, settings: SnrSettings): SamplingPlan {
  const [, , ny, wide] = input.kspace.shape as [number, number, number, number];
  const nx = Math.round(wide / input.readoutOversampling);
  const counts = input.acquired.subarray(0, ny);
  const lattice = findLattice(counts);
  const notes: string[] = [];
  const wanted = settings.accelerations;
  let acceleration: [number, number] = [1, lattice.acceleration];
  if (settings.decimate) {
    if (lattice.acceleration !== 1) {
      throw new SnrError(
        'MRO_SNR_UNDERSAMPLED',
        `The data are undersampled already (R = ${lattice.acceleration}); they cannot be decimated.`,
        'Switch decimation off to reconstruct them as they were acquired.',
      );
    }
    acceleration = [wanted?.[0] ?? 1, wanted?.[1] ?? 1];
  } else if (wanted && (wanted[0] !== 1 || wanted[1] !== lattice.acceleration)) {
    notes.push(
      `Acceleration ${wanted.join('×')} was asked for; the data hold 1×${lattice.acceleration}, which is used.`,
    );
  }
  for (const r of acceleration) {
    if (!(Number.isInteger(r) && r >= 1)) {
      throw new SnrError('MRO_SNR_OPTION', `An acceleration of ${r} is not a whole number of at least 1.`);
    }
  }
  const shape = [paddedSize(ny, acceleration[1]), paddedSize(nx, acceleration[0])] as const;
  if (shape[0] !== ny || shape[1] !== nx) {
    notes.push(
      `The matrix ${nx}×${ny} was padded to ${shape[1]}×${shape[0]}, a multiple of the acceleration.`,
    );
  }
  const first = settings.decimate ? 0 : lattice.offset;
  const offset = [
    paddingBefore(nx, shape[1]) % acceleration[0],
    (first + paddingBefore(ny, shape[0])) % acceleration[1],
  ] as const;
  const noiseVariance = varianceOnLattice(
    input,
    counts,
    lattice,
    shape[0] / acceleration[1],
    first,
    acceleration[1],
  );
  return { matrix: [ny, nx], shape, acceleration, offset, noiseVariance, lattice, notes };
}

/** Mean over the lattice's places of 1/averages (0 where nothing was acquired), times the readout's part. */
function varianceOnLattice(
  input: SliceInput,
  counts: Uint8Array,
  lattice: Lattice,
  places: number,
  first: number,
  step: number,
): number {
  let sum = 0;
  for (let line = first; line < lattice.extent[1]; line += step)
    if (counts[line]! > 0) sum += 1 / counts[line]!;
  const [from, to] = input.acquiredReadout;
  const readout = (to - from) / input.kspace.shape[3]!;
  const variance = (sum / places) * readout;
  if (!(variance > 0)) {
    throw new SnrError('MRO_SNR_SAMPLING', 'No sample of the regular sampling pattern was acquired.');
  }
  return variance;
}

/** (1, ny, nx): one coil of (coil, ny, nx), sharing memory. */
const coilOf = (array: ComplexArray, coil: number): ComplexArray => {
  const { data, shape } = at(array, coil);
  return { data, shape: [1, ...shape] };
};

/**
 * Hands on lines of k-space (coil, phase, readout), one coil after the other so that little memory is needed:
 * (1, rows, nx) without oversampling, on the padded grid. `rows` count on the padded grid; those outside the
 * acquired matrix are zero.
 */
function eachCoil(
  k: Kernels,
  kspace: ComplexArray,
  rows: readonly number[],
  input: SliceInput,
  plan: SamplingPlan,
  visit: (coil: number, lines: ComplexArray) => void,
): void {
  const [coils, ny, wide] = kspace.shape as [number, number, number];
  const nx = plan.matrix[1];
  const top = paddingBefore(ny, plan.shape[0]);
  const left = paddingBefore(nx, plan.shape[1]);
  k.scope(() => {
    const acquired = k.complex(1, rows.length, wide);
    const narrow = wide === nx ? acquired : k.complexUnset(1, rows.length, nx);
    const padded = plan.shape[1] === nx ? narrow : k.complex(1, rows.length, plan.shape[1]);
    for (let coil = 0; coil < coils; coil++) {
      rows.forEach((row, line) => {
        const y = row - top;
        if (y < 0 || y >= ny) return;
        const from = 2 * (coil * ny + y) * wide;
        acquired.data.set(kspace.data.subarray(from, from + 2 * wide), 2 * line * wide);
      });
      if (input.readoutOversampling !== 1) removeOversampling(k, narrow, acquired);
      if (padded !== narrow) copyColumns(padded, narrow, left);
      visit(coil, padded);
    }
  });
}

/** Copies the rows of input into those of out, from column `left` on. */
function copyColumns(out: ComplexArray, input: ComplexArray, left: number): void {
  const [, rows, nx] = input.shape as [number, number, number];
  const mx = out.shape[2]!;
  for (let y = 0; y < rows; y++) {
    out.data.set(input.data.subarray(2 * y * nx, 2 * (y + 1) * nx), 2 * (y * mx + left));
  }
}

/** Where calibration data come from, with their block on the padded grid. */
function referenceSource(
  input: SliceInput,
  settings: SnrSettings,
  plan: SamplingPlan,
): { kspace: ComplexArray; rows: Range; columns: Range } | undefined {
  const [ny, nx] = plan.matrix;
  const top = paddingBefore(ny, plan.shape[0]);
  const left = paddingBefore(nx, plan.shape[1]);
  const shift = ([from, to]: Range, by: number): Range => [from + by, to + by];
  const scale = input.readoutOversampling;
  const readout: Range = [
    Math.floor(input.acquiredReadout[0] / scale),
    Math.ceil(input.acquiredReadout[1] / scale),
  ];
  const own = at(input.kspace, 0);
  const within = (block: Range, limits: Range): Range => [
    Math.max(block[0], limits[0]),
    Math.min(block[1], limits[1]),
  ];
  if (input.reference && plan.lattice.acceleration > 1) {
    const lines = acquiredBlock(input.reference.acquired);
    return { kspace: input.reference.kspace, rows: shift(lines, top), columns: shift(readout, left) };
  }
  if (plan.lattice.acceleration > 1) {
    const block = plan.lattice.calibration;
    return block && { kspace: own, rows: shift(block, top), columns: shift(readout, left) };
  }
  const useBlock = settings.decimate || settings.sensitivities.method === 'innerACL';
  const rows = within(useBlock ? centredBlock(ny, settings.acl[1]) : [0, ny], plan.lattice.extent);
  const columns = within(useBlock ? centredBlock(nx, settings.acl[0]) : [0, nx], readout);
  return { kspace: own, rows: shift(rows, top), columns: shift(columns, left) };
}

/** The longest run of acquired lines. */
function acquiredBlock(acquired: Uint8Array): Range {
  let best: Range = [0, 0];
  for (let from = 0; from < acquired.length; from++) {
    let to = from;
    while (to < acquired.length && acquired[to]! > 0) to++;
    if (to - from > best[1] - best[0]) best = [from, to];
    from = Math.max(from, to);
  }
  return best;
}

function scaled(array: ComplexArray, by: number): ComplexArray {
  return { data: array.data.map((v) => v * by), shape: array.shape };
}

function scaleInPlace(array: ComplexArray, by: number): void {
  if (by === 1) return;
  for (let p = 0; p < array.data.length; p++) array.data[p]! *= by;
}
