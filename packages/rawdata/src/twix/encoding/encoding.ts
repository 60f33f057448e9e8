import { unsupported } from '../errors.ts';
import { flag } from '../file/layout.ts';
import type { ScanIndex } from '../file/scans.ts';
import { type Axis, placeAxis, placeReadout, type ReadoutAxis } from '../header/axis.ts';
import { sliceOrder } from '../header/geometry.ts';
import type { Orientation } from '../header/orientation.ts';
import type { Protocol } from '../header/protocol.ts';
import { checkComplete, checkPlausible, compareWithHeader } from './consistency.ts';
import { distinct, type Roles } from './roles.ts';
import { fillingOf, findSampling } from './sampling.ts';

/** How the scans of a measurement fill the matrices of its slices. */
export interface Encoding {
  readonly coils: number;
  readonly samples: number;
  readonly readout: ReadoutAxis;
  readonly phase: Axis;
  readonly partitions: Axis;
  /** Slice counters in spatial order, repetition counters in order. */
  readonly slices: readonly number[];
  readonly repetitions: readonly number[];
  readonly averages: number;
  readonly acceleration: number;
  readonly accelerationPartition: number;
  readonly referenceLines: number;
  readonly referenceIntegrated: boolean;
  /** Image scans that belong to the sampling lattice. */
  readonly image: Uint32Array;
}

/**
 * Works out matrix, centre, slice order, repetitions and sampling from the scans, with the header's numbers
 * wherever the lines agree with them.
 *
 * @throws MroError MRO_RAW_UNSUPPORTED (not Cartesian, lines of different lengths), MRO_RAW_CORRUPT,
 * MRO_RAW_TRUNCATED (lines missing and no end mark)
 */
export function describeEncoding(
  index: ScanIndex,
  roles: Roles,
  protocol: Protocol,
  orientation: Orientation | undefined,
  notes: string[],
): Encoding {
  const trajectory = protocol.number('sKSpace.ucTrajectory') ?? 1;
  if (trajectory !== 1)
    throw unsupported(
      'The acquisition is not Cartesian (radial, spiral or blades).',
      'SNR maps need Cartesian k-space: grid the data before and give them as an array.',
    );
  const first = roles.image[0]!;
  const samples = index.get('samples', first);
  const coils = index.get('channels', first);
  for (const scan of roles.image)
    if (index.get('samples', scan) !== samples || index.get('channels', scan) !== coils)
      throw unsupported(
        `The image lines are not alike: ${coils} channels of ${samples} samples, then ` +
          `${index.get('channels', scan)} of ${index.get('samples', scan)} (byte ${index.offset[scan]}).`,
        'Split the acquisition into parts with lines of one length and one set of coils.',
      );
  const sampling = findSampling(index, roles, notes);
  const line = index.column('line');
  const partition = index.column('partition');
  const base = protocol.number('sKSpace.lBaseResolution');
  const oversampling = protocol.numbers('flReadoutOSFactor')[0];
  const readout = placeReadout(
    { samples, centre: index.get('centreColumn', first), base, oversampling },
    notes,
  );
  const acquired = Uint32Array.from([...sampling.image, ...roles.reference]);
  const volume = protocol.number('sKSpace.ucDimension') === 4;
  const phase = placeAxis(
    {
      name: 'lines',
      ...extremes(acquired, (scan) => line(scan) + referenceShift(index, first, scan)),
      centre: index.get('centreLine', first),
      announced: protocol.number('sKSpace.lPhaseEncodingLines'),
      halfFourier: protocol.number('sKSpace.ucPhasePartialFourier') === 1,
    },
    notes,
  );
  const partitionRange = extremes(acquired, partition);
  const partitions =
    partitionRange.last === 0
      ? { size: 1, shift: 0 }
      : placeAxis(
          {
            name: 'partitions',
            ...partitionRange,
            centre: index.get('centrePartition', first),
            announced: volume ? protocol.number('sKSpace.lPartitions') : undefined,
            halfFourier: protocol.number('sKSpace.ucSlicePartialFourier') === 1,
          },
          notes,
        );
  const encoding: Encoding = {
    coils,
    samples,
    readout,
    phase,
    partitions,
    slices: sliceOrder(distinct(sampling.image, index.column('slice')), index, orientation),
    repetitions: distinct(sampling.image, index.column('repetition')),
    averages: distinct(sampling.image, index.column('average')).length,
    acceleration: sampling.acceleration,
    accelerationPartition: sampling.accelerationPartition,
    referenceLines: countReference(index, roles),
    referenceIntegrated: roles.reference.some(
      (scan) => (index.flags[scan]! & flag.patReferenceAndImage) !== 0,
    ),
    image: sampling.image,
  };
  checkPlausible(index, encoding);
  const filling = fillingOf(index, sampling);
  checkComplete(index, encoding, filling, protocol, notes);
  compareWithHeader(index, encoding, filling, protocol, notes);
  return encoding;
}

/**
 * What to add to the line counter of a calibration scan to count like the image: separate reference scans may
 * count from their own first line, with a centre of their own.
 */
export function referenceShift(index: ScanIndex, image: number, scan: number): number {
  const [own, wanted] = [index.get('centreLine', scan), index.get('centreLine', image)];
  return own === 0 || wanted === 0 ? 0 : wanted - own;
}

function extremes(scans: Uint32Array, value: (scan: number) => number): { first: number; last: number } {
  let first = 65_535;
  let last = 0;
  for (const scan of scans) {
    const v = value(scan);
    if (v < first) first = v;
    if (v > last) last = v;
  }
  return { first, last };
}

/** Distinct reference lines of the slice that has any first. */
function countReference(index: ScanIndex, roles: Roles): number {
  if (roles.reference.length === 0) return 0;
  const slice = index.column('slice');
  const own = slice(roles.reference[0]!);
  const scans = roles.reference.filter((scan) => slice(scan) === own);
  return distinct(scans, index.column('line')).length;
}
