import { crc32 } from '@mroptimum/arrays';
import { MroError } from '@mroptimum/contract';
import { utf8 } from '../bytes.ts';
import { deflateRaw } from '../native.ts';

/** Receives the archive's bytes in order. */
type WriteBytes = (bytes: Uint8Array) => Promise<void>;

/** 1 January 1980, 00:00: the first moment that zip knows; results carry their date in info.json. */
const date = 0x0021;
const utf8Names = 0x0800;
const largest = 0xfffffffe;

interface Written {
  readonly name: Uint8Array;
  readonly crc: number;
  readonly method: 0 | 8;
  readonly packedSize: number;
  readonly size: number;
  readonly offset: number;
}

/** Compressed already: deflating again would cost time and gain nothing. */
const isPacked = (name: string): boolean => /\.(gz|png|zip|npz)$/i.test(name);

/**
 * Writes a zip archive entry by entry (APPNOTE 6.3). The same entries in the same order give the same
 * bytes: dates are fixed, no owner and no attributes are stored.
 */
export function zipWriter(write: WriteBytes): {
  /** @throws MRO_BUNDLE_TOO_LARGE beyond 4 GiB (no zip64 is written) */
  add(name: string, bytes: Uint8Array): Promise<void>;
  finish(): Promise<void>;
} {
  const entries: Written[] = [];
  let offset = 0;
  const put = async (bytes: Uint8Array): Promise<void> => {
    offset += bytes.length;
    await write(bytes);
  };
  return {
    async add(name, bytes) {
      const method = isPacked(name) ? 0 : 8;
      const packed = method === 0 ? bytes : deflateRaw(bytes, /\.mat$/i.test(name));
      if (offset + packed.length > largest || bytes.length > largest || entries.length >= 0xfffe) {
        throw new MroError('MRO_BUNDLE_TOO_LARGE', `The bundle passes 4 GiB with ${name}.`, {
          hint: 'Write the bundle to a folder, or leave coil sensitivities or matlab.mat out.',
          details: { name, size: bytes.length },
        });
      }
      const entry: Written = {
        name: utf8(name),
        crc: crc32(bytes),
        method,
        packedSize: packed.length,
        size: bytes.length,
        offset,
      };
      entries.push(entry);
      await put(localHeader(entry));
      await put(packed);
    },
    async finish() {
      const start = offset;
      for (const entry of entries) await put(centralHeader(entry));
      await put(endRecord(entries.length, offset - start, start));
    },
  };
}

/** The fields that local and central header share, from "flags" to "extra length". */
function sharedFields(view: DataView, at: number, entry: Written): void {
  view.setUint16(at, utf8Names, true);
  view.setUint16(at + 2, entry.method, true);
  view.setUint16(at + 6, date, true);
  view.setUint32(at + 8, entry.crc, true);
  view.setUint32(at + 12, entry.packedSize, true);
  view.setUint32(at + 16, entry.size, true);
  view.setUint16(at + 20, entry.name.length, true);
}

function localHeader(entry: Written): Uint8Array {
  const bytes = new Uint8Array(30 + entry.name.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x04034b50, true);
  view.setUint16(4, 20, true);
  sharedFields(view, 6, entry);
  bytes.set(entry.name, 30);
  return bytes;
}

function centralHeader(entry: Written): Uint8Array {
  const bytes = new Uint8Array(46 + entry.name.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x02014b50, true);
  view.setUint16(4, 20, true);
  view.setUint16(6, 20, true);
  sharedFields(view, 8, entry);
  view.setUint32(42, entry.offset, true);
  bytes.set(entry.name, 46);
  return bytes;
}

function endRecord(count: number, size: number, offset: number): Uint8Array {
  const bytes = new Uint8Array(22);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, size, true);
  view.setUint32(16, offset, true);
  return bytes;
}
