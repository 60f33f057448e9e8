import type { ByteSource } from '@mroptimum/contract';
import { MroError } from '@mroptimum/contract';
import { text, viewOf } from '../bytes.ts';
import { damaged } from '../compression.ts';
import { checkEntryName } from './names.ts';

/** One file of an archive, as the directory at its end lists it. */
export interface ZipEntry {
  readonly name: string;
  readonly method: 0 | 8;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  /** Byte where its local header begins. */
  readonly offset: number;
}

const full16 = 0xffff;
const full32 = 0xffffffff;

/** Bytes of the archive; ending early is an error before anything is allocated. */
export async function readRange(source: ByteSource, offset: number, length: number): Promise<Uint8Array> {
  const inside = offset >= 0 && length >= 0 && offset + length <= source.size;
  const bytes = inside ? await source.read(offset, length) : undefined;
  if (bytes?.length !== length) {
    throw damaged(
      source.name,
      `${length} bytes from byte ${offset} are expected, but it ends at byte ${source.size}`,
    );
  }
  return bytes;
}

/** A 64-bit number that counts bytes. */
function count64(source: ByteSource, view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw damaged(source.name, `it announces a size of ${value} bytes`);
  return Number(value);
}

/**
 * Reads and checks the central directory (APPNOTE 6.3), 64-bit archives included.
 * @throws as `openZip`
 */
export async function readDirectory(
  source: ByteSource,
  maximumEntries: number,
): Promise<{ entries: ZipEntry[]; offset: number }> {
  const { count, size, offset } = await findDirectory(source);
  if (count > maximumEntries) {
    throw new MroError(
      'MRO_BUNDLE_TOO_LARGE',
      `${source.name} lists ${count} files; ${maximumEntries} are allowed.`,
      {
        details: { count, maximumEntries },
      },
    );
  }
  const bytes = await readRange(source, offset, size);
  const entries: ZipEntry[] = [];
  const seen = new Set<string>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    const { entry, length } = readHeader(source, bytes.subarray(at));
    at += length;
    checkEntryName(entry.name);
    // Names that differ in case alone are one file on many disks.
    const key = entry.name.normalize('NFC').toLowerCase();
    if (seen.has(key)) {
      throw new MroError('MRO_BUNDLE_UNSAFE', `${source.name} holds ${entry.name} twice.`, {
        details: { name: entry.name },
      });
    }
    seen.add(key);
    entries.push(entry);
  }
  return { entries, offset };
}

async function findDirectory(source: ByteSource): Promise<{ count: number; size: number; offset: number }> {
  const tailLength = Math.min(source.size, 22 + full16);
  const tailStart = source.size - tailLength;
  const tail = viewOf(await readRange(source, tailStart, tailLength));
  let at = tailLength - 22;
  // A comment may follow the record; its length must lead exactly to the end of the file.
  while (
    at >= 0 &&
    !(tail.getUint32(at, true) === 0x06054b50 && at + 22 + tail.getUint16(at + 20, true) === tailLength)
  ) {
    at--;
  }
  if (at < 0) {
    const begins =
      source.size >= 4 && viewOf(await readRange(source, 0, 4)).getUint32(0, true) === 0x04034b50;
    if (begins) throw damaged(source.name, 'the directory at the end of the archive is missing');
    throw new MroError('MRO_BUNDLE_FORMAT', `${source.name} is not a zip archive.`);
  }
  const disks = tail.getUint16(at + 4, true) | tail.getUint16(at + 6, true);
  if (disks !== 0 && disks !== full16) {
    throw new MroError('MRO_BUNDLE_UNSUPPORTED', `${source.name} is one part of a split archive.`, {
      hint: 'Join the parts, or pack the files again as one archive.',
    });
  }
  const found = {
    count: tail.getUint16(at + 10, true),
    size: tail.getUint32(at + 12, true),
    offset: tail.getUint32(at + 16, true),
  };
  const wide = found.count === full16 || found.size === full32 || found.offset === full32;
  if (!wide || at < 20 || tail.getUint32(at - 20, true) !== 0x07064b50) return found;
  const record = viewOf(await readRange(source, count64(source, tail, at - 12), 56));
  if (record.getUint32(0, true) !== 0x06064b50) throw damaged(source.name, 'its 64-bit directory is missing');
  return {
    count: count64(source, record, 32),
    size: count64(source, record, 40),
    offset: count64(source, record, 48),
  };
}

function readHeader(source: ByteSource, bytes: Uint8Array): { entry: ZipEntry; length: number } {
  const view = viewOf(bytes);
  if (bytes.length < 46 || view.getUint32(0, true) !== 0x02014b50) {
    throw damaged(source.name, 'an entry of its directory is cut or overwritten');
  }
  const nameEnd = 46 + view.getUint16(28, true);
  const extraEnd = nameEnd + view.getUint16(30, true);
  const length = extraEnd + view.getUint16(32, true);
  if (length > bytes.length) throw damaged(source.name, 'an entry of its directory is cut');
  const name = text(bytes.subarray(46, nameEnd));
  const method = view.getUint16(10, true);
  if (view.getUint16(8, true) & 1) {
    throw new MroError('MRO_BUNDLE_UNSUPPORTED', `${name} in ${source.name} is encrypted.`, {
      hint: 'Pack the files again without a password.',
    });
  }
  if (method !== 0 && method !== 8) {
    throw new MroError(
      'MRO_BUNDLE_UNSUPPORTED',
      `${name} in ${source.name} uses compression method ${method}.`,
      {
        hint: 'Pack the files again with the ordinary "deflate" compression.',
      },
    );
  }
  const sizes = [view.getUint32(24, true), view.getUint32(20, true), view.getUint32(42, true)];
  fillFromZip64(source, sizes, bytes.subarray(nameEnd, extraEnd));
  const [size, packedSize, offset] = sizes as [number, number, number];
  return { entry: { name, method, crc: view.getUint32(16, true), size, packedSize, offset }, length };
}

/** Replaces sizes that are "full" by those of the 64-bit extra field, which holds exactly these, in order. */
function fillFromZip64(source: ByteSource, sizes: number[], extra: Uint8Array): void {
  if (!sizes.includes(full32)) return;
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 1 && end <= extra.length) {
      let field = at + 4;
      for (let i = 0; i < sizes.length && field + 8 <= end; i++) {
        if (sizes[i] !== full32) continue;
        sizes[i] = count64(source, view, field);
        field += 8;
      }
    }
    at = end;
  }
}
