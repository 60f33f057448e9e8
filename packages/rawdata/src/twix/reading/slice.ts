import { type ByteSource, MroError } from '@mroptimum/contract';
import type { KSpaceSlice, ReadOptions, ReferenceLines } from '../../acquisition.ts';
import { type Encoding, referenceShift } from '../encoding/encoding.ts';
import type { Roles } from '../encoding/roles.ts';
import { type PolarityOperators, polarityOperators } from '../epi/correction.ts';
import type { ReadoutTrajectory } from '../epi/trajectory.ts';
import { unsupported } from '../errors.ts';
import { flag, flagHigh } from '../file/layout.ts';
import { readLines } from '../file/lines.ts';
import type { ScanIndex } from '../file/scans.ts';
import type { Complex } from './correction.ts';
import { addLine, divideByCounts, emptyTarget, type Line, type Target } from './placing.ts';

/** Everything that reading a slice needs; worked out once when the file is opened. */
export interface SliceContext {
  readonly source: ByteSource;
  readonly index: ScanIndex;
  readonly roles: Roles;
  readonly encoding: Encoding;
  readonly factors: readonly Complex[] | undefined;
  /** Present where readouts are regridded or phase-corrected (EPI). */
  readonly trajectory: ReadoutTrajectory | undefined;
  /** Full field of view along the readout with oversampling, mm. */
  readonly readoutFov: number | undefined;
}

/**
 * Reads one slice (or one partition of a volume): averages averaged, lines at their true place, zero elsewhere.
 *
 * @returns kspace (repetition, coil, phase, readout)
 * @throws MroError MRO_RAW_SLICE, MRO_RAW_TRUNCATED, MRO_RAW_CORRUPT, MRO_RAW_ABORTED
 */
export async function readSlice(
  context: SliceContext,
  slice: number,
  { partition = 0, repetitions: wanted, into, signal }: ReadOptions = {},
): Promise<KSpaceSlice> {
  const { index, encoding, source, roles } = context;
  const { coils, readout, phase, partitions, slices } = encoding;
  const repetitions = encoding.repetitions.slice(0, wanted);
  if (!(Number.isInteger(slice) && slice >= 0 && slice < slices.length))
    throw new MroError('MRO_RAW_SLICE', `There is no slice ${slice}: the file holds ${slices.length}.`);
  if (!(Number.isInteger(partition) && partition >= 0 && partition < partitions.size))
    throw new MroError(
      'MRO_RAW_SLICE',
      `There is no partition ${partition}: the file holds ${partitions.size}.`,
    );
  const sliceOf = index.column('slice');
  const partitionOf = index.column('partition');
  const lineOf = index.column('line');
  const repetitionOf = index.column('repetition');
  const counter = slices[slice]!;
  const here = (scan: number): boolean =>
    sliceOf(scan) === counter && partitionOf(scan) + partitions.shift === partition;

  const operators = await operatorsOf(context, roles.navigator, counter, signal);
  const target = emptyTarget(repetitions.length, coils, phase.size, readout.size, into);
  const groupOf = new Map(repetitions.map((value, group) => [value, group]));
  await readLines(
    source,
    index,
    encoding.image.filter((scan) => here(scan) && groupOf.has(repetitionOf(scan))),
    (scan, floats, start) => {
      const row = lineOf(scan) + phase.shift;
      const line = lineOfScan(context, scan, floats, start, readout.shift, operators?.(repetitionOf(scan)));
      addLine(target, groupOf.get(repetitionOf(scan))!, row, line);
    },
    signal,
  );
  divideByCounts(target);
  const reference = await readReference(context, here, counter, signal);
  return {
    kspace: { data: target.data, shape: [repetitions.length, coils, phase.size, readout.size] },
    acquired: target.counts,
    acquiredReadout: acquiredReadout(context),
    ...(reference && { reference }),
  };
}

function acquiredReadout({ index, encoding }: SliceContext): [number, number] {
  const first = encoding.image[0]!;
  const { shift } = encoding.readout;
  const [pre, post] = [index.get('cutOffPre', first), index.get('cutOffPost', first)];
  return pre + post < encoding.samples
    ? [shift + pre, shift + encoding.samples - post]
    : [shift, shift + encoding.samples];
}

function lineOfScan(
  { index, factors }: SliceContext,
  scan: number,
  floats: Float32Array,
  start: (channel: number) => number,
  shift: number,
  operators: PolarityOperators | undefined,
): Line {
  const reversed = (index.flags[scan]! & flag.reflect) !== 0;
  const samples = index.get('samples', scan);
  const skip = (index.flagsHigh[scan]! & flagHigh.skipRegridding) !== 0;
  const operator = operators && !skip ? operators[reversed ? 'reversed' : 'forward'] : undefined;
  const [pre, post] = [index.get('cutOffPre', scan), index.get('cutOffPost', scan)];
  const cut = pre + post < samples;
  return {
    floats,
    start,
    samples,
    shift,
    reversed,
    cutBefore: cut ? pre : 0,
    cutAfter: cut ? post : 0,
    factors: index.flags[scan]! & flag.rawDataCorrection ? factors : undefined,
    operator: operator?.samples === samples ? operator : undefined,
    byteOffset: index.offset[scan]!,
  };
}

/** Readout operators per repetition, from the navigators of this slice; undefined for ordinary readouts. */
async function operatorsOf(
  context: SliceContext,
  navigators: Uint32Array,
  counter: number,
  signal?: AbortSignal,
): Promise<((repetition: number) => PolarityOperators) | undefined> {
  const { source, index, encoding, trajectory, readoutFov } = context;
  if (!trajectory) return undefined;
  const { coils, samples } = encoding;
  const own = navigators.filter(
    (scan) =>
      index.get('slice', scan) === counter &&
      index.get('samples', scan) === samples &&
      index.get('channels', scan) === coils,
  );
  const offcentre = readoutFov ? index.readoutOffcentre[encoding.image[0]!]! / readoutFov : 0;
  const plain = polarityOperators(trajectory, offcentre, undefined);
  const targets = new Map<number, Target>();
  await readLines(
    source,
    index,
    own,
    (scan, floats, start) => {
      const repetition = index.get('repetition', scan);
      const target = targets.get(repetition) ?? emptyTarget(1, coils, 2, samples);
      targets.set(repetition, target);
      const line = lineOfScan(context, scan, floats, start, 0, plain);
      addLine(target, 0, line.reversed ? 1 : 0, line);
    },
    signal,
  );
  const found = new Map<number, PolarityOperators>();
  for (const [repetition, target] of targets) {
    divideByCounts(target);
    found.set(repetition, polarityOperators(trajectory, offcentre, target));
  }
  const [fallback = plain] = found.values();
  return (repetition) => found.get(repetition) ?? fallback;
}

/** Calibration lines of this slice, of the first repetition that has any. */
async function readReference(
  context: SliceContext,
  here: (scan: number) => boolean,
  counter: number,
  signal?: AbortSignal,
): Promise<ReferenceLines | undefined> {
  const { source, index, encoding, roles } = context;
  const mine = roles.reference.filter(here);
  if (mine.length === 0) return undefined;
  const { coils, phase, readout } = encoding;
  const repetition = index.get('repetition', mine[0]!);
  const navigators = roles.referenceNavigator.length > 0 ? roles.referenceNavigator : roles.navigator;
  const operators = await operatorsOf(context, navigators, counter, signal);
  const target = emptyTarget(1, coils, phase.size, readout.size);
  await readLines(
    source,
    index,
    mine.filter((scan) => index.get('repetition', scan) === repetition),
    (scan, floats, start) => {
      if (index.get('channels', scan) !== coils)
        throw unsupported(
          `The reference lines have ${index.get('channels', scan)} channels, the image lines ${coils}.`,
          'Acquire reference and image with the same coils.',
        );
      const samples = index.get('samples', scan);
      const shift =
        samples === encoding.samples
          ? readout.shift
          : Math.floor(readout.size / 2) - (index.get('centreColumn', scan) || Math.floor(samples / 2));
      addLine(
        target,
        0,
        index.get('line', scan) + referenceShift(index, encoding.image[0]!, scan) + phase.shift,
        lineOfScan(context, scan, floats, start, shift, operators?.(repetition)),
      );
    },
    signal,
  );
  divideByCounts(target);
  return {
    kspace: { data: target.data, shape: [coils, phase.size, readout.size] },
    acquired: target.counts.map((count) => Math.min(count, 1)),
    integrated: encoding.referenceIntegrated,
  };
}
