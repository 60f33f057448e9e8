import type { Dataset } from '../hdf5/dataset.ts';
import { corrupt, unsupported } from '../hdf5/fields.ts';
import type { Hdf5File } from '../hdf5/file.ts';
import { type HeapReference, heapReferenceAt } from '../hdf5/globalHeap.ts';

/** The group of an HDF5 file that holds ISMRMRD data: a table of acquisitions and an XML header. */
export interface IsmrmrdGroup {
  readonly name: string;
  readonly data: Dataset;
  readonly xml: Dataset;
}

/** Offsets in a row of the table of the fields that are used. */
interface RowLayout {
  readonly head: ReadonlyMap<string, number>;
  readonly data: number;
}

/**
 * Finds the group of ISMRMRD data.
 * @param wanted its name, otherwise the first one that has the shape of it (usually "dataset")
 */
export async function findIsmrmrd(file: Hdf5File, wanted?: string): Promise<IsmrmrdGroup | undefined> {
  for (const name of (await file.list()) ?? []) {
    if (wanted !== undefined && name !== wanted) continue;
    const members = await file.list([name]);
    if (!members?.includes('data') || !members.includes('xml')) continue;
    const data = await file.dataset([name, 'data']);
    const xml = await file.dataset([name, 'xml']);
    if (data?.type.kind === 'compound' && data.type.members.some((member) => member.name === 'head') && xml) {
      return { name, data, xml };
    }
  }
  return undefined;
}

/** Where the XML header lies in the file: position and length of its text. */
async function locateXml(file: Hdf5File, xml: Dataset): Promise<{ offset: number; length: number }> {
  const { type } = xml;
  if (type.kind === 'string') {
    const offset = await xml.rowOffset(0);
    if (offset === undefined) unsupported(file.name, 'a compressed XML header');
    return { offset, length: type.size };
  }
  if (type.kind !== 'vlen') return unsupported(file.name, 'an XML header that is no text');
  const row = await xml.readRows(0, 1);
  const reference = heapReferenceAt(row, 0, file.name);
  const { address, size } = await file.heaps.locate(reference);
  const length = reference.length * type.base.size;
  if (length > size) corrupt(file.name, address, 'the XML header is longer than its heap object');
  return { offset: file.bytes.base + address, length };
}

/** The text of the XML header, as bytes, and where it begins in the file. */
export async function readXmlBytes(
  file: Hdf5File,
  xml: Dataset,
): Promise<{ bytes: Uint8Array; offset: number }> {
  const { offset, length } = await locateXml(file, xml);
  if (length > 1 << 26) corrupt(file.name, offset, `an XML header of ${length} bytes`);
  const bytes = await file.bytes.read(offset - file.bytes.base, length);
  const end = bytes.indexOf(0);
  return { bytes: end < 0 ? bytes : bytes.subarray(0, end), offset };
}

/** Fields of the acquisition header that are used: name and bytes. */
const headFields: Readonly<Record<string, number>> = {
  flags: 8,
  number_of_samples: 2,
  active_channels: 2,
  discard_pre: 2,
  discard_post: 2,
  center_sample: 2,
  encoding_space_ref: 2,
  sample_time_us: 4,
  position: 12,
  read_dir: 12,
  phase_dir: 12,
  slice_dir: 12,
};

const indexFields = [
  'kspace_encode_step_1',
  'kspace_encode_step_2',
  'average',
  'slice',
  'contrast',
  'phase',
  'repetition',
  'set',
  'segment',
];

/**
 * Finds the fields of a row by name, so that other paddings and versions of the header are read as well.
 * @throws MRO_RAW_UNSUPPORTED where a field is missing or of another size
 */
export function rowLayout(file: string, data: Dataset): RowLayout {
  const { type } = data;
  if (type.kind !== 'compound') return unsupported(file, 'a table of acquisitions that is no compound');
  const member = (name: string) => type.members.find((candidate) => candidate.name === name);
  const head = member('head');
  const samples = member('data');
  if (head?.type.kind !== 'compound') return unsupported(file, 'a table without acquisition headers');
  const stored = samples?.type;
  const floats = stored?.kind === 'vlen' && stored.base.kind === 'float' && stored.base.size === 4;
  if (!samples || !floats || !(stored.base.kind === 'float' && stored.base.littleEndian)) {
    return unsupported(file, 'a table whose samples are no 32-bit numbers');
  }
  const offsets = new Map<string, number>();
  const { members } = head.type;
  for (const [name, size] of Object.entries(headFields)) {
    const field = members.find((candidate) => candidate.name === name);
    if (field?.type.size !== size) return unsupported(file, `an acquisition header without "${name}"`);
    offsets.set(name, head.offset + field.offset);
  }
  const counters = members.find((candidate) => candidate.name === 'idx');
  if (counters?.type.kind !== 'compound') return unsupported(file, 'an acquisition header without counters');
  for (const name of indexFields) {
    const field = counters.type.members.find((candidate) => candidate.name === name);
    if (field?.type.size !== 2)
      return unsupported(file, `an acquisition header without the counter "${name}"`);
    offsets.set(name, head.offset + counters.offset + field.offset);
  }
  return { head: offsets, data: samples.offset };
}

/** The reference to the samples of a row. */
export const samplesOf = (row: Uint8Array, layout: RowLayout, file: string): HeapReference =>
  heapReferenceAt(row, layout.data, file);
