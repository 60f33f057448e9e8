import { MroError } from '@mroptimum/contract';
import type { KSpaceSlice, ReadOptions, ReferenceLines } from '../acquisition.ts';
import { corrupt } from '../hdf5/fields.ts';
import type { Hdf5File } from '../hdf5/file.ts';
import type { Acquisition } from './acquisitions.ts';
import { acquisitionFlag, forEachAcquisition, hasFlag, roleOf } from './acquisitions.ts';
import type { Plan } from './plan.ts';

/** Where the kept samples of a line go: index of the first one in the line and in the matrix, and how many. */
interface Run {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/**
 * Places a line so that its centre sample lies at ⌊n/2⌋ of the matrix. Lines as long as the matrix fill it
 * (writers leave center_sample 0), shorter ones without a centre are centred.
 */
function placeSamples(acquisition: Acquisition, readout: number): Run {
  const { samples, discardPre, discardPost, centre } = acquisition;
  const count = samples - discardPre - discardPost;
  if (count === readout && (centre === 0 || centre - discardPre === Math.floor(readout / 2))) {
    return { from: discardPre, to: 0, count };
  }
  const echo = centre > discardPre && centre < samples ? centre : discardPre + Math.floor(count / 2);
  const shift = Math.floor(readout / 2) - echo;
  const from = Math.max(discardPre, -shift);
  const end = Math.min(discardPre + count, readout - shift);
  return { from, to: from + shift, count: Math.max(0, end - from) };
}

/** Adds a line's samples (mirrored where it was read backwards) to the rows of all coils. */
function addLine(
  target: Float32Array,
  rowOf: (coil: number) => number,
  samples: Float32Array,
  acquisition: Acquisition,
  run: Run,
): void {
  const n = acquisition.samples;
  const reverse = hasFlag(acquisition, acquisitionFlag.reverse);
  for (let c = 0; c < acquisition.channels; c++) {
    const row = 2 * (rowOf(c) + run.to);
    for (let i = 0; i < run.count; i++) {
      const at = 2 * (c * n + (reverse ? n - 1 - run.from - i : run.from + i));
      target[row + 2 * i]! += samples[at]!;
      target[row + 2 * i + 1]! += samples[at + 1]!;
    }
  }
}

/** A matrix far larger than what was acquired comes from a damaged header. */
function checkMatrix(file: Hdf5File, plan: Plan, repetitions: number, lines: readonly Acquisition[]): void {
  const acquired = lines.reduce((n, { data }) => n + data.length / 2, 0);
  const matrix = repetitions * plan.coils * plan.phase.extent * plan.readout;
  if (matrix > Math.max(1 << 20, 256 * acquired)) {
    corrupt(file.name, 0, `a matrix of ${matrix} samples where ${acquired} were acquired`);
  }
}

/** k-space of one slice (and partition): lines in their places, averages averaged. */
export async function readKSpace(
  file: Hdf5File,
  plan: Plan,
  sliceCounter: number,
  { partition = 0, repetitions: most, signal }: ReadOptions,
): Promise<KSpaceSlice> {
  const { coils, readout } = plan;
  const phases = plan.phase.extent;
  const counters = plan.repetitions.slice(0, most);
  const repetitions = counters.length;
  const repetitionOf = new Map(counters.map((counter, i) => [counter, i]));
  const inPartition = (a: Acquisition) => centred(a.partition, plan.partition) === partition;
  const wanted = (a: Acquisition) => a.slice === sliceCounter && inPartition(a);
  const lines = plan.image.filter((a) => wanted(a) && repetitionOf.has(a.repetition));
  checkMatrix(file, plan, repetitions, lines);
  const data = new Float32Array(2 * repetitions * coils * phases * readout);
  const acquired = new Uint8Array(repetitions * phases);
  const covered: [number, number] = [readout, 0];
  await forEachAcquisition(file, lines, signal, (acquisition, samples) => {
    const repetition = repetitionOf.get(acquisition.repetition)!;
    const line = centred(acquisition.line, plan.phase);
    if (line < 0 || line >= phases) return;
    const run = lineRun(acquisition, readout);
    if (acquired[repetition * phases + line] === 255) {
      throw new MroError('MRO_RAW_UNSUPPORTED', `${file.name} holds a line more than 255 times.`, {
        hint: 'Average the data before, or mark dummy lines as such.',
        details: { file: file.name, line: acquisition.line },
      });
    }
    acquired[repetition * phases + line]!++;
    covered[0] = Math.min(covered[0], run.to);
    covered[1] = Math.max(covered[1], run.to + run.count);
    addLine(data, (c) => ((repetition * coils + c) * phases + line) * readout, samples, acquisition, run);
  });
  averageLines(data, acquired, coils, phases, readout);
  const acquiredReadout = covered[1] > covered[0] ? covered : ([0, 0] as const);
  const reference = await readReference(file, plan, plan.calibration.filter(wanted), signal);
  const kspace = { data, shape: [repetitions, coils, phases, readout] };
  return { kspace, acquired, acquiredReadout, ...(reference && { reference }) };
}

/** Index in the matrix of a counter. */
export const centred = (counter: number, axis: { extent: number; center: number }): number =>
  counter - axis.center + Math.floor(axis.extent / 2);

/** A line that was read backwards has its centre counted from the other end. */
function lineRun(acquisition: Acquisition, readout: number): Run {
  if (!hasFlag(acquisition, acquisitionFlag.reverse) || acquisition.centre === 0) {
    return placeSamples(acquisition, readout);
  }
  const { samples, discardPre, discardPost, centre } = acquisition;
  const mirrored = {
    ...acquisition,
    discardPre: discardPost,
    discardPost: discardPre,
    centre: samples - 1 - centre,
  };
  // An even line of full length has its centre one sample off when it is mirrored; it fills the matrix as it is.
  return placeSamples(samples === readout ? { ...mirrored, centre: 0 } : mirrored, readout);
}

function averageLines(
  data: Float32Array,
  acquired: Uint8Array,
  coils: number,
  phases: number,
  readout: number,
): void {
  acquired.forEach((count, i) => {
    if (count < 2) return;
    const repetition = Math.floor(i / phases);
    for (let c = 0; c < coils; c++) {
      const row = 2 * ((repetition * coils + c) * phases + (i % phases)) * readout;
      for (let x = row; x < row + 2 * readout; x++) data[x]! /= count;
    }
  });
}

/** Calibration lines of the first repetition that has any, in their places. */
async function readReference(
  file: Hdf5File,
  plan: Plan,
  lines: readonly Acquisition[],
  signal: AbortSignal | undefined,
): Promise<ReferenceLines | undefined> {
  if (lines.length === 0) return undefined;
  const repetition = lines.reduce((first, a) => Math.min(first, a.repetition), Number.POSITIVE_INFINITY);
  const used = lines.filter(
    (a) => a.repetition === repetition && a.set === lines[0]!.set && a.contrast === lines[0]!.contrast,
  );
  const { coils, readout } = plan;
  const phases = plan.phase.extent;
  const data = new Float32Array(2 * coils * phases * readout);
  const counts = new Uint8Array(phases);
  await forEachAcquisition(file, used, signal, (acquisition, samples) => {
    const line = centred(acquisition.line, plan.phase);
    if (line < 0 || line >= phases || counts[line] === 255) return;
    counts[line]!++;
    addLine(data, (c) => (c * phases + line) * readout, samples, acquisition, lineRun(acquisition, readout));
  });
  averageLines(data, counts, coils, phases, readout);
  const acquired = counts.map((count) => (count > 0 ? 1 : 0));
  const integrated = used.some((acquisition) => roleOf(acquisition) === 'both');
  return { kspace: { data, shape: [coils, phases, readout] }, acquired, integrated };
}
