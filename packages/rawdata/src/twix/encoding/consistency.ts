import { corrupt, truncated } from '../errors.ts';
import type { ScanIndex } from '../file/scans.ts';
import type { Protocol } from '../header/protocol.ts';
import { vectorOf } from '../header/protocol.ts';
import type { Encoding } from './encoding.ts';
import type { Filling } from './sampling.ts';

/** No acquisition leaves out more than this: a sparser matrix comes from a damaged counter. */
const sparsest = 16;

/** Slices are where the header says to this many millimetres. */
const positionTolerance = 0.5;

/** A damaged counter must not make a matrix that is mostly empty (or fills the memory). */
export function checkPlausible(index: ScanIndex, encoding: Encoding): void {
  const { image, slices, repetitions, phase, partitions, readout, samples } = encoding;
  const groups = slices.length * repetitions.length;
  const cells = groups * phase.size * partitions.size * (readout.size / samples);
  if (cells > sparsest * image.length + 64)
    throw corrupt(
      `${image.length} lines cannot fill ${slices.length} slices × ${repetitions.length} repetitions × ` +
        `${partitions.size} partitions × ${phase.size} lines: a loop counter is damaged.`,
      index.offset[image[0]!]!,
    );
}

interface Announced {
  readonly slices: number;
  readonly repetitions: number;
  readonly averages: number;
  /** Lines (times partitions) of one slice that acceleration and partial Fourier leave. */
  readonly lines: number;
}

function announced(encoding: Encoding, protocol: Protocol): Announced {
  const all = protocol.number('sKSpace.lPhaseEncodingLines') ?? encoding.phase.size;
  const fourier = protocol.numbers('iNoOfFourierLines')[0] ?? protocol.numbers('NoOfFourierLines')[0];
  const lines = fourier !== undefined && fourier > 1 && fourier < all ? fourier : all;
  const volume = protocol.number('sKSpace.ucDimension') === 4 && encoding.partitions.size > 1;
  const partitions = volume ? encoding.partitions.size / encoding.accelerationPartition : 1;
  return {
    slices: protocol.number('sSliceArray.lSize') ?? 1,
    repetitions: (protocol.number('lRepetitions') ?? 0) + 1,
    averages: protocol.number('lAverages') ?? 1,
    lines: Math.floor(lines / encoding.acceleration) * Math.floor(partitions),
  };
}

/**
 * Without an end mark all announced lines must be there: a transfer that broke off is refused, with the number of
 * missing lines. The mark of the last scan replaces the end mark where slices and repetitions are all alike.
 *
 * @throws MroError MRO_RAW_TRUNCATED
 */
export function checkComplete(
  index: ScanIndex,
  encoding: Encoding,
  { present, missing }: Filling,
  protocol: Protocol,
  notes: string[],
): void {
  if (index.ended) return;
  const wanted = announced(encoding, protocol);
  const slices = Math.max(encoding.slices.length, wanted.slices);
  const repetitions = Math.max(encoding.repetitions.length, wanted.repetitions);
  const found = (present + missing) / (encoding.slices.length * encoding.repetitions.length);
  const averages = Math.max(encoding.averages, wanted.averages);
  const lines = Math.max(found, wanted.lines) * slices * repetitions * averages;
  const lacking = Math.ceil(Math.max(lines - encoding.image.length, missing, index.cut ? 1 : 0));
  const marked =
    !index.cut && index.lastFlagged && missing === 0 && encoding.image.length % (present || 1) === 0;
  if (
    lacking > 0 &&
    !(marked && slices === encoding.slices.length && repetitions === encoding.repetitions.length)
  )
    throw truncated(
      `The file ends at byte ${index.end} in the middle of the acquisition: ${encoding.image.length} image lines are ` +
        `there, ${lacking} are missing.`,
      index.end,
      { linesPresent: encoding.image.length, linesMissing: lacking },
    );
  notes.push('The file has no end mark (ACQEND), but all announced lines are there.');
}

/** Says where data and header disagree, and where the sampling is uneven; the data are used. */
export function compareWithHeader(
  index: ScanIndex,
  encoding: Encoding,
  filling: Filling,
  protocol: Protocol,
  notes: string[],
): void {
  const wanted = announced(encoding, protocol);
  const differ = (what: string, header: number, data: number): void => {
    if (header !== data) notes.push(`The header announces ${header} ${what}, the data hold ${data}.`);
  };
  differ('slices', wanted.slices, encoding.slices.length);
  differ('repetitions', wanted.repetitions, encoding.repetitions.length);
  differ('averages', wanted.averages, encoding.averages);
  const groups = encoding.slices.length * encoding.repetitions.length;
  if ((filling.present + filling.missing) / groups < wanted.lines)
    notes.push(
      `The header lets expect ${wanted.lines} lines of a slice, the data hold ${(filling.present + filling.missing) / groups}.`,
    );
  noteZeroFilling(index, encoding, notes);
  if (filling.missing > 0)
    notes.push(`Some slices or repetitions lack lines that others have (${filling.missing} in all).`);
  if (filling.repeated > 0)
    notes.push(`${filling.repeated} lines were acquired again with the same counters; they are averaged.`);
  if (filling.gaps > 0)
    notes.push(`${filling.gaps} lines are missing inside the range that the others sample regularly.`);
  const acceleration = protocol.number('sPat.lAccelFactPE') ?? 1;
  if (acceleration !== encoding.acceleration)
    notes.push(
      `The header says acceleration ${acceleration}, the lines say ${encoding.acceleration}; the lines are right.`,
    );
  const reference = protocol.number('sPat.lRefLinesPE');
  if (acceleration > 1 && reference !== undefined && reference !== encoding.referenceLines)
    notes.push(`The header says ${reference} reference lines, the data hold ${encoding.referenceLines}.`);
  comparePositions(index, encoding, protocol, wanted.slices, notes);
}

function comparePositions(
  index: ScanIndex,
  encoding: Encoding,
  protocol: Protocol,
  slices: number,
  notes: string[],
): void {
  const header = Array.from({ length: Math.min(slices, 1024) }, (_, k) =>
    vectorOf(protocol, `sSliceArray.asSlice[${k}].sPosition`),
  );
  const away = encoding.slices.filter((counter) => {
    const place = index.slices.get(counter);
    if (!place) return false;
    const distance = (p: readonly number[]): number =>
      Math.hypot(p[0]! - place[0]!, p[1]! - place[1]!, p[2]! - place[2]!);
    return !header.some((position) => distance(position) < positionTolerance);
  });
  if (away.length > 0)
    notes.push(
      `${away.length} slices lie elsewhere than the header says; the positions of the scans are used.`,
    );
}

/** Partial Fourier leaves out one end of k-space; lines missing at both ends mean an interpolated image. */
function noteZeroFilling(index: ScanIndex, { image, phase, acceleration }: Encoding, notes: string[]): void {
  const line = index.column('line');
  let [first, last] = [phase.size, 0];
  for (const scan of image) {
    first = Math.min(first, line(scan) + phase.shift);
    last = Math.max(last, line(scan) + phase.shift);
  }
  const after = phase.size - 1 - last;
  if (first >= acceleration && after >= acceleration)
    notes.push(
      `${first} lines before and ${after} after the acquired ones are filled with zeros to the matrix of ${phase.size} ` +
        'that the header announces: the image is interpolated along the phase axis.',
    );
}
