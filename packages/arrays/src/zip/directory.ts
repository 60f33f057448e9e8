import type { ByteSource, MroError } from '@mroptimum/contract';

/** One file of an archive, as the directory at its end lists it. */
export interface ZipEntry {
  readonly name: string;
  readonly method: 'stored' | 'deflate';
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  /** Byte where its local header begins. */
  readonly offset: number;
}

/** How the format that uses zip (npz, a result bundle) names what is wrong with an archive. */
export interface ZipErrors {
  /** No archive at all. */
  foreign(): MroError;
  /** The archive ends before `length` bytes from `offset`. */
  short(offset: number, length: number): MroError;
  damaged(what: string, offset: number): MroError;
  unsupported(what: string, hint: string): MroError;
  tooMany(entries: number): MroError;
}

const endSignature = 0x06054b50;
const end64Locator = 0x07064b50;
const end64Signature = 0x06064b50;
const centralSignature = 0x02014b50;
/** Begins every file of an archive. */
export const localSignature = 0x04034b50;
const full16 = 0xffff;
const full32 = 0xffffffff;

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Whether bytes begin as a zip archive. */
export const isZip = (head: Uint8Array): boolean =>
  head.length >= 4 && [localSignature, endSignature].includes(viewOf(head).getUint32(0, true));

/** Bytes of the archive; ending early is an error before anything is allocated. */
export async function readZipRange(
  source: ByteSource,
  errors: ZipErrors,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const inside = offset >= 0 && length >= 0 && offset + length <= source.size;
  const bytes = inside ? await source.read(offset, length) : undefined;
  if (bytes?.length !== length) throw errors.short(offset, length);
  return bytes;
}

/**
 * Lists an archive from its central directory (PKWARE APPNOTE 6.3.10, 4.3.12–4.3.16), 64-bit forms included.
 *
 * @param mostEntries archives that announce more are refused before their directory is read
 * @returns entries in the order of the directory, and the byte where the directory begins
 * @throws what `errors` makes
 */
export async function readZipDirectory(
  source: ByteSource,
  errors: ZipErrors,
  mostEntries: number,
): Promise<{ entries: ZipEntry[]; offset: number }> {
  const { count, size, offset } = await findDirectory(source, errors);
  if (count > mostEntries) throw errors.tooMany(count);
  const bytes = await readZipRange(source, errors, offset, size);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const { entry, length } = readHeader(bytes.subarray(at), errors, offset + at);
    entries.push(entry);
    at += length;
  }
  return { entries, offset };
}

/** A 64-bit number that counts bytes. */
function count64(errors: ZipErrors, view: DataView, at: number, position: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw errors.damaged(`it announces a size of ${value} bytes`, position);
  }
  return Number(value);
}

async function findDirectory(
  source: ByteSource,
  errors: ZipErrors,
): Promise<{ count: number; size: number; offset: number }> {
  const tailLength = Math.min(source.size, 22 + full16);
  const tailStart = source.size - tailLength;
  const tail = viewOf(await readZipRange(source, errors, tailStart, tailLength));
  let at = tailLength - 22;
  // A comment may follow the record; its length must lead exactly to the end of the file.
  while (
    at >= 0 &&
    !(tail.getUint32(at, true) === endSignature && at + 22 + tail.getUint16(at + 20, true) === tailLength)
  ) {
    at--;
  }
  if (at < 0) {
    const begins = source.size >= 4 && isZip(await readZipRange(source, errors, 0, 4));
    throw begins
      ? errors.damaged('the directory at the end of the archive is missing', source.size)
      : errors.foreign();
  }
  const disks = tail.getUint16(at + 4, true) | tail.getUint16(at + 6, true);
  if (disks !== 0 && disks !== full16) {
    throw errors.unsupported(
      'is one part of a split archive',
      'Join the parts, or pack the files again as one archive.',
    );
  }
  const found = {
    count: tail.getUint16(at + 10, true),
    size: tail.getUint32(at + 12, true),
    offset: tail.getUint32(at + 16, true),
  };
  const wide = found.count === full16 || found.size === full32 || found.offset === full32;
  if (!wide || at < 20 || tail.getUint32(at - 20, true) !== end64Locator) return found;
  const recordAt = count64(errors, tail, at - 12, tailStart + at - 12);
  const record = viewOf(await readZipRange(source, errors, recordAt, 56));
  if (record.getUint32(0, true) !== end64Signature) {
    throw errors.damaged('its 64-bit directory is missing', recordAt);
  }
  return {
    count: count64(errors, record, 32, recordAt + 32),
    size: count64(errors, record, 40, recordAt + 40),
    offset: count64(errors, record, 48, recordAt + 48),
  };
}

function readHeader(
  bytes: Uint8Array,
  errors: ZipErrors,
  position: number,
): { entry: ZipEntry; length: number } {
  const view = viewOf(bytes);
  if (bytes.length < 46 || view.getUint32(0, true) !== centralSignature) {
    throw errors.damaged('an entry of its directory is cut or overwritten', position);
  }
  const nameEnd = 46 + view.getUint16(28, true);
  const extraEnd = nameEnd + view.getUint16(30, true);
  const length = extraEnd + view.getUint16(32, true);
  if (length > bytes.length) throw errors.damaged('an entry of its directory is cut', position);
  const name = new TextDecoder().decode(bytes.subarray(46, nameEnd));
  const method = view.getUint16(10, true);
  if (view.getUint16(8, true) & 1) {
    throw errors.unsupported(`holds ${name} encrypted`, 'Pack the files again without a password.');
  }
  if (method !== 0 && method !== 8) {
    throw errors.unsupported(
      `holds ${name} compressed by method ${method}`,
      'Pack the files again stored or with the ordinary "deflate" compression.',
    );
  }
  const sizes = [view.getUint32(24, true), view.getUint32(20, true), view.getUint32(42, true)];
  fillFromZip64(errors, sizes, bytes.subarray(nameEnd, extraEnd), position + nameEnd);
  const [size, packedSize, offset] = sizes as [number, number, number];
  const crc = view.getUint32(16, true);
  return {
    entry: { name, method: method === 0 ? 'stored' : 'deflate', crc, size, packedSize, offset },
    length,
  };
}

/** Replaces sizes that are "full" by those of the 64-bit extra field, which holds exactly these, in order. */
function fillFromZip64(errors: ZipErrors, sizes: number[], extra: Uint8Array, position: number): void {
  if (!sizes.includes(full32)) return;
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 1 && end <= extra.length) {
      let field = at + 4;
      for (let i = 0; i < sizes.length && field + 8 <= end; i++) {
        if (sizes[i] !== full32) continue;
        sizes[i] = count64(errors, view, field, position + field);
        field += 8;
      }
    }
    at = end;
  }
}
