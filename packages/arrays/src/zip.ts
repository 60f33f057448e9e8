import type { ByteSource } from '@mroptimum/contract';
import { corrupt, readExactly, unsupported } from './fail.ts';
import { inflate } from './inflate.ts';

/** One file inside a zip archive. */
export interface ZipEntry {
  readonly name: string;
  readonly method: 'stored' | 'deflate';
  readonly compressedSize: number;
  readonly size: number;
  /** Byte offset of its local header. */
  readonly localOffset: number;
}

const endSignature = 0x06054b50;
const end64Signature = 0x07064b50;
const centralSignature = 0x02014b50;
const localSignature = 0x04034b50;

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Whether bytes begin as a zip archive. */
export const isZip = (head: Uint8Array): boolean =>
  head.length >= 4 && [localSignature, endSignature].includes(viewOf(head).getUint32(0, true));

/** A 64-bit value of the file as a number; too large ones end reading. */
function wide(source: ByteSource, view: DataView, at: number, position: number): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) corrupt(source, position, `a 64-bit size of ${value}`);
  return value;
}

/** Where the central directory lies, from the record at the end of the file (and its 64-bit form). */
async function centralDirectory(
  source: ByteSource,
): Promise<{ offset: number; size: number; entries: number }> {
  const tailLength = Math.min(source.size, 22 + 0xffff);
  const tailStart = source.size - tailLength;
  const tail = viewOf(await readExactly(source, tailStart, tailLength));
  let at = tailLength - 22;
  while (at >= 0 && tail.getUint32(at, true) !== endSignature) at--;
  if (at < 0) corrupt(source, source.size, 'the directory at the end of the zip archive is missing');
  const found = {
    entries: tail.getUint16(at + 10, true),
    size: tail.getUint32(at + 12, true),
    offset: tail.getUint32(at + 16, true),
  };
  const needs64 = found.entries === 0xffff || found.size === 0xffffffff || found.offset === 0xffffffff;
  if (!needs64 || at < 20 || tail.getUint32(at - 20, true) !== end64Signature) return found;
  const recordAt = wide(source, tail, at - 12, tailStart + at - 12);
  const record = viewOf(await readExactly(source, recordAt, 56));
  return {
    entries: wide(source, record, 32, recordAt + 32),
    size: wide(source, record, 40, recordAt + 40),
    offset: wide(source, record, 48, recordAt + 48),
  };
}

/** Sizes and offset of an entry from its 64-bit extra field, where the 32-bit ones are full. */
function extend(source: ByteSource, values: number[], extra: Uint8Array, position: number): void {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 1) {
      let field = at + 4;
      for (let i = 0; i < values.length; i++) {
        if (values[i] !== 0xffffffff) continue;
        if (field + 8 > Math.min(extra.length, at + 4 + length))
          corrupt(source, position, 'a short zip64 field');
        values[i] = wide(source, view, field, position + field);
        field += 8;
      }
    }
    at += 4 + length;
  }
}

/**
 * Lists a zip archive from its central directory (APPNOTE 6.3), 64-bit forms included.
 * @throws MRO_RAW_CORRUPT, MRO_RAW_TRUNCATED, MRO_RAW_UNSUPPORTED (encryption, methods other than deflate)
 */
export async function listZip(source: ByteSource): Promise<ZipEntry[]> {
  const { offset, size, entries } = await centralDirectory(source);
  const bytes = await readExactly(source, offset, size);
  const view = viewOf(bytes);
  const list: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < entries; i++) {
    if (at + 46 > size || view.getUint32(at, true) !== centralSignature) {
      corrupt(source, offset + at, `entry ${i} of the zip directory is damaged`);
    }
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
    if (next > size) corrupt(source, offset + at, `entry ${i} of the zip directory is damaged`);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const values = [
      view.getUint32(at + 24, true),
      view.getUint32(at + 20, true),
      view.getUint32(at + 42, true),
    ];
    extend(
      source,
      values,
      bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength),
      offset + at,
    );
    const method = view.getUint16(at + 10, true);
    if (view.getUint16(at + 8, true) & 1)
      unsupported(source, `"${name}" is encrypted`, 'Save it without a password.');
    if (method !== 0 && method !== 8) {
      unsupported(source, `"${name}" is compressed by method ${method}`, 'Save it stored or deflated.');
    }
    list.push({
      name,
      method: method === 0 ? 'stored' : 'deflate',
      size: values[0]!,
      compressedSize: values[1]!,
      localOffset: values[2]!,
    });
    at = next;
  }
  return list;
}

/** Byte offset of an entry's content, behind its local header. */
export async function contentOffset(source: ByteSource, entry: ZipEntry): Promise<number> {
  const local = viewOf(await readExactly(source, entry.localOffset, 30));
  if (local.getUint32(0, true) !== localSignature) {
    corrupt(source, entry.localOffset, `the local header of "${entry.name}" is damaged`);
  }
  return entry.localOffset + 30 + local.getUint16(26, true) + local.getUint16(28, true);
}

/**
 * The content of an entry. Memory is bounded by what deflate can make of the entry's bytes in the file.
 * @throws MRO_RAW_CORRUPT, MRO_RAW_TRUNCATED
 */
export async function readZipEntry(source: ByteSource, entry: ZipEntry): Promise<Uint8Array> {
  const offset = await contentOffset(source, entry);
  const packed = await readExactly(source, offset, entry.compressedSize);
  if (entry.method === 'stored') return packed;
  // One byte more than announced: content that is longer is noticed, not cut.
  const content = inflate(packed, entry.size + 1, 'raw');
  if (content === undefined) corrupt(source, offset, `the compressed bytes of "${entry.name}" are damaged`);
  if (content.length !== entry.size) {
    corrupt(source, offset, `"${entry.name}" does not have the ${entry.size} bytes it announces`);
  }
  return content;
}
