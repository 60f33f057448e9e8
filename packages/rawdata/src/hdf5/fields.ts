import type { ByteSource } from '@mroptimum/contract';
import { MroError } from '@mroptimum/contract';

/** The address HDF5 uses for "nowhere". */
export const undefinedAddress = -1;

/** Ends reading a damaged HDF5 file. */
export function corrupt(file: string, offset: number, what: string): never {
  throw new MroError('MRO_RAW_CORRUPT', `${file}: ${what} (HDF5, at byte ${offset}).`, {
    details: { file, offset },
  });
}

/** Ends reading a valid HDF5 file that uses something rare. */
export function unsupported(file: string, what: string): never {
  throw new MroError('MRO_RAW_UNSUPPORTED', `${file}: ${what} in HDF5 is not read.`, {
    hint: 'Rewrite it in the classic layout: h5repack --low=0 --high=0 in.h5 out.h5.',
    details: { file },
  });
}

/** Little-endian fields of a piece of an HDF5 file, one after the other; never past its end. */
export class Fields {
  readonly bytes: Uint8Array;
  readonly file: string;
  /** Offset in the file of byte 0, for messages. */
  readonly position: number;
  at = 0;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, file: string, position: number) {
    this.bytes = bytes;
    this.file = file;
    this.position = position;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  fail(what: string): never {
    return corrupt(this.file, this.position + this.at, what);
  }

  #next(length: number): number {
    if (length > this.left) this.fail('a record ends too early');
    const at = this.at;
    this.at += length;
    return at;
  }

  u8(): number {
    return this.#view.getUint8(this.#next(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#next(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#next(4), true);
  }

  /** A length, or an address: undefinedAddress where all bits are set. */
  u64(): number {
    const at = this.#next(8);
    const low = this.#view.getUint32(at, true);
    const high = this.#view.getUint32(at + 4, true);
    if (low === 0xffffffff && high === 0xffffffff) return undefinedAddress;
    if (high > 0x1fffff) this.fail('a length or address beyond 2^53');
    return high * 2 ** 32 + low;
  }

  /** An unsigned number of 1 to 8 bytes. */
  unsigned(width: number): number {
    if (width < 1 || width > 8) this.fail(`a number of ${width} bytes`);
    const at = this.#next(width);
    let value = 0;
    for (let i = width - 1; i >= 0; i--) value = value * 256 + this.bytes[at + i]!;
    return value;
  }

  skip(length: number): void {
    this.#next(length);
  }

  take(length: number): Uint8Array {
    const at = this.#next(length);
    return this.bytes.subarray(at, at + length);
  }

  /** Four letters that mark a structure. */
  signature(expected: string): void {
    const found = String.fromCharCode(...this.take(4));
    if (found !== expected) this.fail(`"${expected}" is missing`);
  }

  /** A name that ends with a zero byte. */
  name(): string {
    const end = this.bytes.indexOf(0, this.at);
    if (end < 0) this.fail('a name without an end');
    const text = new TextDecoder().decode(this.bytes.subarray(this.at, end));
    this.at = end + 1;
    return text;
  }
}

const pageSize = 4096;
const pagesKept = 512;

/** The bytes of an HDF5 file by address; small reads share pages that are kept. */
export class Hdf5Bytes {
  readonly source: ByteSource;
  /** Offset of address 0 (MATLAB puts a block of its own before). */
  readonly base: number;
  readonly #pages = new Map<number, Uint8Array>();

  constructor(source: ByteSource, base: number) {
    this.source = source;
    this.base = base;
  }

  get name(): string {
    return this.source.name;
  }

  /** Bytes at an address; exactly `length` of them. */
  async read(address: number, length: number): Promise<Uint8Array> {
    const offset = this.base + address;
    if (address < 0 || offset + length > this.source.size) {
      throw new MroError('MRO_RAW_TRUNCATED', `${this.name} ends before byte ${offset + length} (HDF5).`, {
        details: { file: this.name, offset, expected: length, size: this.source.size },
      });
    }
    const first = Math.floor(offset / pageSize);
    if (length > pageSize) return this.#exactly(offset, length);
    const last = Math.floor((offset + length - 1) / pageSize);
    const page = await this.#page(first);
    const start = offset - first * pageSize;
    if (last <= first) return page.subarray(start, start + length);
    const joined = new Uint8Array(length);
    joined.set(page.subarray(start));
    const second = await this.#page(last);
    joined.set(second.subarray(0, length - (pageSize - start)), pageSize - start);
    return joined;
  }

  async fields(address: number, length: number): Promise<Fields> {
    return new Fields(await this.read(address, length), this.name, this.base + address);
  }

  /** Bytes that are read once: not kept. */
  async #exactly(offset: number, length: number): Promise<Uint8Array> {
    const bytes = await this.source.read(offset, length);
    if (bytes.length < length) {
      throw new MroError('MRO_RAW_TRUNCATED', `${this.name} ends before byte ${offset + length} (HDF5).`, {
        details: { file: this.name, offset, expected: length },
      });
    }
    return bytes;
  }

  async #page(index: number): Promise<Uint8Array> {
    const kept = this.#pages.get(index);
    if (kept) return kept;
    const start = index * pageSize;
    const page = await this.#exactly(start, Math.min(pageSize, this.source.size - start));
    if (this.#pages.size >= pagesKept) this.#pages.delete(this.#pages.keys().next().value!);
    this.#pages.set(index, page);
    return page;
  }
}
