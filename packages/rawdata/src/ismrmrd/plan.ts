import { MroError } from '@mroptimum/contract';
import type { Acquisition, Role } from './acquisitions.ts';
import { roleOf } from './acquisitions.ts';
import type { Encoding, Limit, XmlHeader } from './xmlHeader.ts';

/** One axis of the k-space matrix: its length and the counter that lies at its centre, index ⌊n/2⌋. */
interface EncodedAxis {
  readonly extent: number;
  readonly center: number;
}

/** The part of a file that is reconstructed, and how it fills the matrix. */
export interface Plan {
  readonly encoding: Encoding;
  readonly coils: number;
  readonly readout: number;
  readonly readoutOversampling: number;
  readonly phase: EncodedAxis;
  readonly partition: EncodedAxis;
  readonly averages: number;
  /** Counter values in the file, in ascending order. */
  readonly repetitions: readonly number[];
  readonly sliceCounters: readonly number[];
  /** Imaging lines, calibration lines (which may be imaging lines as well) and noise. */
  readonly image: readonly Acquisition[];
  readonly calibration: readonly Acquisition[];
  readonly noise: readonly Acquisition[];
  readonly notes: readonly string[];
}

const unknownEncoding: Encoding = {
  encoded: { matrix: [undefined, undefined, undefined], fieldOfView: [undefined, undefined, undefined] },
  recon: { matrix: [undefined, undefined, undefined], fieldOfView: [undefined, undefined, undefined] },
  trajectory: 'cartesian',
  phaseLimit: undefined,
  partitionLimit: undefined,
  acceleration: [1, 1],
  calibration: undefined,
};

const distinct = (values: Iterable<number>): number[] => [...new Set(values)].sort((a, b) => a - b);

/** Keeps the first of several contrasts, sets or phases, and says so. */
function firstOf(
  acquisitions: readonly Acquisition[],
  counter: 'contrast' | 'set' | 'phase',
  notes: string[],
): readonly Acquisition[] {
  const values = distinct(acquisitions.map((acquisition) => acquisition[counter]));
  if (values.length < 2) return acquisitions;
  notes.push(`The file holds ${values.length} values of "${counter}"; the first (${values[0]}) is used.`);
  return acquisitions.filter((acquisition) => acquisition[counter] === values[0]);
}

/** Length and centre of an axis, from the header where the lines fit, else from the lines. */
function encodedAxis(
  name: string,
  counters: readonly number[],
  header: number | undefined,
  limit: Limit | undefined,
  notes: string[],
): EncodedAxis {
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const counter of counters) {
    first = Math.min(first, counter);
    last = Math.max(last, counter);
  }
  if (header === undefined) {
    notes.push(`The header gives no matrix size along ${name}; ${last + 1} is taken from the data.`);
  }
  const extent = header ?? last + 1;
  const middle = Math.floor(extent / 2);
  const fits = (center: number) => first - center + middle >= 0 && last - center + middle < extent;
  if (limit !== undefined && fits(limit.center)) return { extent, center: limit.center };
  if (fits(middle)) {
    if (limit !== undefined) {
      notes.push(
        `With the header's centre ${limit.center} along ${name} lines ${first} to ${last} lie outside the matrix of ${extent}; its middle is used.`,
      );
    }
    return { extent, center: middle };
  }
  const center = limit?.center ?? Math.floor((last + 1) / 2);
  // The smallest matrix with the centre at ⌊n/2⌋ that holds every line.
  const needed = Math.max(2 * (center - first), 2 * (last - center) + 1, extent);
  notes.push(
    `Lines ${first} to ${last} along ${name} do not fit the header's matrix of ${extent}; ${needed} is used.`,
  );
  return { extent: needed, center };
}

/** Samples along the readout per pixel: the ratio of the fields of view, or of the matrices. */
function oversampling({ encoded, recon }: Encoding, readout: number, notes: string[]): number {
  const [wide] = encoded.fieldOfView;
  const [narrow] = recon.fieldOfView;
  const matrix = recon.matrix[0];
  const ratio =
    wide !== undefined && narrow !== undefined ? wide / narrow : matrix === undefined ? 1 : readout / matrix;
  const whole = Math.max(1, Math.round(ratio));
  if (Math.abs(ratio - whole) > 0.01) {
    notes.push(`The readout is oversampled ${ratio.toFixed(3)} times; ${whole} is used.`);
  }
  if (readout % whole !== 0) {
    notes.push(`${readout} samples are no multiple of the oversampling ${whole}; it is left in.`);
    return 1;
  }
  return whole;
}

/** The most frequent number of channels or samples; others would not fit together. */
function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

const cartesian = ['cartesian', 'epi'];

/**
 * Decides what of a file is reconstructed: the first encoding that has imaging lines, the first contrast, set
 * and phase, all repetitions, averages, segments and slices. The data win over the header, with a note.
 * @throws MRO_RAW_UNSUPPORTED for trajectories that are not Cartesian
 */
export function planReading(file: string, header: XmlHeader, all: readonly Acquisition[]): Plan {
  const notes: string[] = [];
  const by: Record<Role, Acquisition[]> = { noise: [], image: [], calibration: [], both: [], other: [] };
  for (const acquisition of all) if (acquisition.data.length > 0) by[roleOf(acquisition)].push(acquisition);
  const imaging = [...by.image, ...by.both].sort((a, b) => a.row - b.row);
  const encodings = distinct(imaging.map(({ encoding }) => encoding));
  const chosen = encodings[0] ?? 0;
  if (encodings.length > 1)
    notes.push(`The file holds ${encodings.length} encodings; the first (${chosen}) is used.`);
  const encoding = header.encodings[chosen] ?? unknownEncoding;
  if (imaging.length > 0 && !cartesian.includes(encoding.trajectory.toLowerCase())) {
    throw new MroError('MRO_RAW_UNSUPPORTED', `${file} has a ${encoding.trajectory} trajectory.`, {
      hint: 'Cartesian data can be read; grid others first.',
      details: { file, trajectory: encoding.trajectory },
    });
  }
  if (encoding.trajectory.toLowerCase() === 'epi') {
    notes.push('The file is an EPI scan: lines are turned, but neither ramps nor phases are corrected.');
  }
  if (by.other.length > 0)
    notes.push(`${by.other.length} navigator, phase-correction or dummy lines are not used.`);

  let image: readonly Acquisition[] = imaging.filter((acquisition) => acquisition.encoding === chosen);
  for (const counter of ['contrast', 'set', 'phase'] as const) image = firstOf(image, counter, notes);
  const coils = mostFrequent((image.length > 0 ? image : by.noise).map(({ channels }) => channels));
  const odd = image.filter(({ channels }) => channels !== coils).length;
  if (odd > 0) notes.push(`${odd} lines of another number of channels than ${coils} are not used.`);
  image = image.filter(({ channels }) => channels === coils);

  const kept = (acquisition: Acquisition) =>
    acquisition.samples - acquisition.discardPre - acquisition.discardPost;
  const longest = image.reduce((n, acquisition) => Math.max(n, kept(acquisition)), 0);
  const announced = encoding.encoded.matrix[0];
  if (announced !== undefined && longest > announced) {
    notes.push(`Lines have ${longest} samples, the header's matrix ${announced}; ${longest} is used.`);
  }
  const readout = Math.max(longest, announced ?? 0) || (by.noise[0]?.samples ?? 0);
  const calibration = [...by.calibration, ...by.both].filter((acquisition) => acquisition.channels === coils);
  const repetitions = distinct(image.map(({ repetition }) => repetition));
  const lines = image.map(({ line }) => line);
  const partitions = image.map(({ partition }) => partition);
  return {
    encoding,
    coils,
    readout,
    readoutOversampling: oversampling(encoding, readout, notes),
    phase: encodedAxis('phase', lines, encoding.encoded.matrix[1], encoding.phaseLimit, notes),
    partition: encodedAxis(
      'partition',
      partitions,
      encoding.encoded.matrix[2] ?? 1,
      encoding.partitionLimit,
      notes,
    ),
    averages: distinct(image.map(({ average }) => average)).length || 1,
    repetitions,
    sliceCounters: distinct(image.map(({ slice }) => slice)),
    image,
    calibration,
    noise: by.noise,
    notes,
  };
}
