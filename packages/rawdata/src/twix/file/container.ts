import { type ByteSource, MroError } from '@mroptimum/contract';
import { corrupt, truncated } from '../errors.ts';
import { layoutVB, layoutVD, type ScanLayout } from './layout.ts';

/** One text buffer of a measurement's protocol header ("Config", "Dicom", "Meas", "MeasYaps", …). */
interface HeaderBuffer {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
}

/** One measurement of a twix file. */
export interface Measurement {
  readonly index: number;
  readonly layout: ScanLayout;
  readonly offset: number;
  /** First byte of the scans. */
  readonly dataOffset: number;
  /** End as the multi-RAID table says; Infinity where it says nothing (VB, XA with length 0). */
  readonly announcedEnd: number;
  /** Bytes after this one belong to another measurement or do not exist. */
  readonly limit: number;
  readonly buffers: readonly HeaderBuffer[];
}

const entryBytes = 152;
/** The table of a multi-RAID file has room for this many measurements. */
const maximumMeasurements = 64;
const maximumHeader = 1 << 26;

/** Name of a header buffer: at least three letters or digits, ended by NUL. */
function bufferName(bytes: Uint8Array, at: number): string | undefined {
  let name = '';
  for (let i = at; i < Math.min(bytes.length, at + 64); i++) {
    const c = bytes[i]!;
    if (c === 0) return name.length >= 3 ? name : undefined;
    if (!((c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95))
      return undefined;
    name += String.fromCharCode(c);
  }
  return undefined;
}

/** VB begins with header length, number of buffers and the first buffer's name; later files with their table. */
const beginsWithHeader = (head: Uint8Array): boolean => bufferName(head, 8) !== undefined;

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const uint64 = (view: DataView, at: number): number =>
  view.getUint32(at, true) + 2 ** 32 * view.getUint32(at + 4, true);

/**
 * Does a file look like Siemens twix? Decided by content: a plausible multi-RAID table (VD, VE, XA), or a
 * header length, a buffer count and the name of the first buffer (VB).
 *
 * @param head first bytes of the file, 256 or more
 * @param size length of the whole file
 */
export function isTwix(head: Uint8Array, size: number): boolean {
  if (head.length < 32) return false;
  const view = viewOf(head);
  const first = view.getUint32(0, true);
  const second = view.getUint32(4, true);
  if (beginsWithHeader(head)) return first >= 32 && first < maximumHeader && second >= 1 && second <= 64;
  const offset = uint64(view, 16);
  const length = uint64(view, 24);
  return (
    first < 10_000 &&
    second >= 1 &&
    second <= maximumMeasurements &&
    offset >= 8 + entryBytes * second &&
    offset < size &&
    offset % 4 === 0 &&
    length <= 2 ** 50
  );
}

/** Reads exactly `length` bytes, or says where the file ends. */
export async function readExactly(
  source: ByteSource,
  offset: number,
  length: number,
  into?: Uint8Array,
): Promise<Uint8Array> {
  if (offset + length > source.size)
    throw truncated(
      `"${source.name}" ends at byte ${source.size}, before byte ${offset + length}.`,
      source.size,
      {
        missingBytes: offset + length - source.size,
      },
    );
  const bytes = await source.read(offset, length, into);
  if (bytes.byteLength < length)
    throw truncated(
      `"${source.name}": only ${bytes.byteLength} of ${length} bytes came back.`,
      offset + bytes.byteLength,
    );
  return bytes;
}

/** Reads the list of header buffers of the measurement that starts at `offset`. */
async function readBuffers(
  source: ByteSource,
  offset: number,
  limit: number,
): Promise<{ dataOffset: number; buffers: HeaderBuffer[] }> {
  const view = viewOf(await readExactly(source, offset, 8));
  const headerLength = view.getUint32(0, true);
  const count = view.getUint32(4, true);
  if (headerLength < 16 || headerLength > maximumHeader)
    throw corrupt(`"${source.name}": a measurement header of ${headerLength} bytes cannot be.`, offset);
  if (count > 64) throw corrupt(`"${source.name}": ${count} header buffers cannot be.`, offset + 4);
  if (offset + headerLength > limit)
    throw truncated(`"${source.name}" ends inside the header of a measurement.`, limit, {
      missingBytes: offset + headerLength - limit,
    });
  const buffers: HeaderBuffer[] = [];
  let at = 8;
  for (let k = 0; k < count; k++) {
    const head = await readExactly(source, offset + at, Math.min(72, headerLength - at));
    const name = bufferName(head, 0);
    if (name === undefined || at + name.length + 5 > headerLength)
      throw corrupt(
        `"${source.name}": header buffer ${k + 1} of ${count} has no readable name.`,
        offset + at,
      );
    const length = viewOf(head).getUint32(name.length + 1, true);
    const start = at + name.length + 5;
    if (start + length > headerLength)
      throw corrupt(`"${source.name}": header buffer ${name} is longer than its header.`, offset + at, {
        length,
      });
    buffers.push({ name, offset: offset + start, length });
    at = start + length;
  }
  return { dataOffset: offset + headerLength, buffers };
}

/**
 * Lists the measurements of a twix file in file order; the last one is the image.
 *
 * @throws MroError MRO_RAW_UNKNOWN where it is not twix, MRO_RAW_TRUNCATED, MRO_RAW_CORRUPT
 */
export async function readMeasurements(source: ByteSource): Promise<Measurement[]> {
  const head = await source.read(0, Math.min(source.size, 8 + entryBytes * maximumMeasurements));
  if (!isTwix(head, source.size))
    throw new MroError('MRO_RAW_UNKNOWN', `"${source.name}" does not begin like a Siemens twix file.`, {
      details: { format: 'twix', offset: 0 },
    });
  const view = viewOf(head);
  if (beginsWithHeader(head)) {
    const { dataOffset, buffers } = await readBuffers(source, 0, source.size);
    const common = { index: 0, layout: layoutVB, offset: 0, announcedEnd: Number.POSITIVE_INFINITY };
    return [{ ...common, dataOffset, limit: source.size, buffers }];
  }
  const count = view.getUint32(4, true);
  if (head.length < 8 + entryBytes * count)
    throw truncated(`"${source.name}" ends inside its table of measurements.`, head.length);
  const entries = Array.from({ length: count }, (_, k) => ({
    at: 8 + entryBytes * k,
    offset: uint64(view, 8 + entryBytes * k + 8),
    length: uint64(view, 8 + entryBytes * k + 16),
  }));
  const measurements: Measurement[] = [];
  for (const [index, { at, offset, length }] of entries.entries()) {
    if (offset < 8 + entryBytes * count)
      throw corrupt(`"${source.name}": measurement ${index + 1} begins inside the table.`, at + 8, {
        start: offset,
      });
    if (offset + 8 > source.size)
      throw truncated(
        `"${source.name}" ends before measurement ${index + 1} of ${count} begins.`,
        source.size,
        { missingBytes: offset + Math.max(8, length) - source.size },
      );
    const later = entries.map((entry) => entry.offset).filter((other) => other > offset);
    const limit = Math.min(source.size, ...later);
    const { dataOffset, buffers } = await readBuffers(source, offset, limit);
    const announcedEnd = length === 0 ? Number.POSITIVE_INFINITY : offset + length;
    measurements.push({ index, layout: layoutVD, offset, dataOffset, announcedEnd, limit, buffers });
  }
  return measurements;
}
