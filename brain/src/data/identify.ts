import { type ByteSource, MroError } from '@mroptimum/contract';
import { type AcquisitionHeader, detect, openRaw } from '@mroptimum/rawdata';
import { describeImage } from './image.ts';

export type Summary = Readonly<Record<string, string | number | boolean>>;

/** What a file is by its content. */
export interface Identified {
  readonly summary: Summary;
  /** Raw data, whose headers may identify a patient; images of masks and flip angles have no such fields. */
  readonly raw: boolean;
}

/**
 * Raw data (twix, ISMRMRD, arrays) or an image (NIfTI, MetaImage), read by ranges.
 * @throws MRO_RAW_UNKNOWN where it is neither, MRO_RAW_TRUNCATED, MRO_RAW_CORRUPT, … where it is damaged
 */
export async function identify(source: ByteSource): Promise<Identified> {
  const image = await describeImage(source);
  if (image) return { summary: image, raw: false };
  return readable(source, async () => {
    const format = await detect(source);
    if (format !== undefined) {
      const summary: Summary = await (format === 'array' ? describeArray(source) : describeRaw(source));
      return { summary, raw: true };
    }
    // The numbers of a BART array have no header; the .hdr beside them is a file of its own.
    if (/\.cfl$/i.test(source.name) && source.size % 8 === 0) {
      return { summary: { kind: 'array', format: 'bart' }, raw: false };
    }
    throw new MroError('MRO_RAW_UNKNOWN', `${source.name} is none of the formats that are understood.`, {
      hint: 'Give raw data (Siemens twix, ISMRMRD, BART cfl/hdr, NumPy npy/npz, MATLAB mat) or an image (NIfTI, MetaImage).',
    });
  });
}

async function describeRaw(source: ByteSource): Promise<Summary> {
  try {
    const raw = await openRaw(source);
    try {
      return summaryOf(raw.header);
    } finally {
      await raw.close();
    }
  } catch (error) {
    // A file without an image is a noise scan.
    if (error instanceof MroError && error.code === 'MRO_RAW_NO_IMAGE') return { kind: 'raw', image: false };
    throw error;
  }
}

function summaryOf(header: AcquisitionHeader): Summary {
  return {
    kind: 'raw',
    format: header.format,
    variant: header.variant,
    matrix: matrixOf(header),
    readout: header.readout,
    phase: header.phase,
    partitions: header.partitions,
    slices: header.slices,
    coils: header.coils,
    repetitions: header.repetitions,
    averages: header.averages,
    readoutOversampling: header.readoutOversampling,
    acceleration: header.acceleration.join(' × '),
    referenceLines: header.referenceLines,
    noise: header.noise !== undefined,
    ...(header.system?.fieldStrength !== undefined && { fieldStrength: header.system.fieldStrength }),
  };
}

/** Pixels along readout and phase, and slices (or partitions of a volume): what the maps will have. */
const matrixOf = ({ readout, readoutOversampling, phase, slices, partitions }: AcquisitionHeader): string =>
  [Math.round(readout / readoutOversampling), phase, slices * partitions].join(' × ');

const magic: readonly (readonly [format: string, starts: readonly number[]])[] = [
  ['npy', [0x93, 0x4e, 0x55, 0x4d]],
  ['npz', [0x50, 0x4b]],
  ['hdf5', [0x89, 0x48, 0x44, 0x46]],
  ['mat', [0x4d, 0x41, 0x54, 0x4c]],
  ['bart', [0x23, 0x20, 0x44, 0x69]],
];

/** Archives and MATLAB files are not unpacked here: they may hold anything, and the job names what it wants. */
async function describeArray(source: ByteSource): Promise<Summary> {
  const head = await source.read(0, 4);
  const format = magic.find(([, starts]) => starts.every((byte, i) => head[i] === byte))?.[0] ?? 'array';
  if (format !== 'npy') return { kind: 'array', format };
  try {
    await (await openRaw(source)).close();
    return { kind: 'array', format };
  } catch (error) {
    if (!(error instanceof MroError) || error.code !== 'MRO_RAW_AXES') throw error;
    const { shape } = error.details;
    return { kind: 'array', format, ...(Array.isArray(shape) && { shape: shape.join(' × ') }) };
  }
}

/** A reader that fails without saying why met bytes that nobody wrote on purpose. */
async function readable<T>(source: ByteSource, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (cause) {
    if (cause instanceof MroError && cause.code !== 'MRO_INTERNAL') throw cause;
    throw new MroError('MRO_RAW_CORRUPT', `${source.name} cannot be read.`, { cause });
  }
}
