import type { Datatype } from './datatype.ts';
import { readDatatype } from './datatype.ts';
import type { Hdf5Bytes } from './fields.ts';
import { corrupt, Fields, undefinedAddress } from './fields.ts';
import type { Filter } from './filters.ts';
import { readFilters, unfilter } from './filters.ts';
import type { Chunk, Layout } from './layout.ts';
import { listChunks, readLayout } from './layout.ts';
import type { Message } from './objectHeader.ts';
import { findMessage, messageFields, messageType, readObjectHeader } from './objectHeader.ts';

/** A dataset of an HDF5 file, read by rows (indices along its first axis). */
export class Dataset {
  readonly shape: readonly number[];
  readonly type: Datatype;
  /** Bytes of one row. */
  readonly rowBytes: number;
  readonly #bytes: Hdf5Bytes;
  readonly #layout: Layout;
  readonly #filters: readonly Filter[];
  readonly #messages: readonly Message[];
  #chunks: Map<number, Chunk[]> | undefined;

  private constructor(
    bytes: Hdf5Bytes,
    shape: readonly number[],
    type: Datatype,
    layout: Layout,
    filters: readonly Filter[],
    messages: readonly Message[],
  ) {
    this.#bytes = bytes;
    this.shape = shape;
    this.type = type;
    this.#layout = layout;
    this.#filters = filters;
    this.#messages = messages;
    this.rowBytes = shape.slice(1).reduce((n, extent) => n * extent, type.size);
  }

  /**
   * Opens the dataset whose object header is at `address`.
   * @returns undefined where the object is no dataset
   */
  static async open(bytes: Hdf5Bytes, address: number): Promise<Dataset | undefined> {
    const messages = await readObjectHeader(bytes, address);
    const space = await findMessage(bytes, messages, messageType.dataspace);
    const type = await findMessage(bytes, messages, messageType.datatype);
    const layout = await findMessage(bytes, messages, messageType.layout);
    if (!space || !type || !layout) return undefined;
    const shape = readDataspace(space);
    const datatype = readDatatype(type);
    const total = shape.reduce((n, extent) => n * extent, datatype.size);
    if (total > 2 ** 50) space.fail(`a dataset of ${total} bytes`);
    const filters = await findMessage(bytes, messages, messageType.filters);
    const where = readLayout(layout, shape.length);
    if (where.kind === 'chunked' && where.chunk.some((extent) => extent === 0))
      layout.fail('chunks of no size');
    return new Dataset(bytes, shape, datatype, where, filters ? readFilters(filters) : [], messages);
  }

  get rows(): number {
    return this.shape[0] ?? 1;
  }

  /** Rows that are stored, and have to be unpacked, together. */
  get rowsTogether(): number {
    return this.#layout.kind === 'chunked' ? Math.max(1, this.#layout.chunk[0] ?? 1) : 1;
  }

  /**
   * Refuses a dataset that announces more than the file can hold, before memory is taken for it: nothing is
   * larger than the file, and deflate makes at most 1032 bytes of one.
   * @throws MRO_RAW_CORRUPT
   */
  checkSize(): void {
    const { size } = this.#bytes.source;
    const limit = this.#filters.length > 0 ? Math.max(1 << 20, 1100 * size) : Math.max(1 << 16, size);
    const total = this.rows * this.rowBytes;
    if (total > limit) {
      corrupt(this.#bytes.name, this.#bytes.base, `a dataset of ${total} bytes in a file of ${size}`);
    }
  }

  /** Offset in the file of one row, where rows are stored unfiltered one by one or together. */
  async rowOffset(row: number): Promise<number | undefined> {
    const layout = this.#layout;
    if (layout.kind === 'compact') return layout.position + row * this.rowBytes;
    if (layout.kind === 'contiguous') {
      return layout.address < 0 ? undefined : this.#bytes.base + layout.address + row * this.rowBytes;
    }
    if (this.#filters.length > 0 || this.shape.length !== 1) return undefined;
    const extent = layout.chunk[0]!;
    const [chunk] = (await this.#chunkRows(layout)).get(Math.floor(row / extent)) ?? [];
    return chunk && this.#bytes.base + chunk.address + (row % extent) * this.rowBytes;
  }

  /** The text of an attribute that holds a short string, undefined where there is none. */
  async textAttribute(name: string): Promise<string | undefined> {
    for (const message of this.#messages) {
      if (message.type !== messageType.attribute) continue;
      const text = attributeText(await messageFields(this.#bytes, message), name);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  /**
   * The bytes of `count` rows from row `from`, in C order; places that were never written are zero.
   * @throws MRO_RAW_TRUNCATED, MRO_RAW_CORRUPT, MRO_RAW_UNSUPPORTED (filters)
   */
  async readRows(from: number, count: number): Promise<Uint8Array> {
    if (from < 0 || count < 0 || from + count > this.rows) {
      corrupt(this.#bytes.name, this.#bytes.base, `rows ${from} to ${from + count} of ${this.rows}`);
    }
    const length = count * this.rowBytes;
    const layout = this.#layout;
    this.checkSize();
    if (length === 0) return new Uint8Array(0);
    if (layout.kind === 'compact') {
      const start = from * this.rowBytes;
      if (start + length > layout.data.length)
        corrupt(this.#bytes.name, layout.position, 'a compact dataset is too short');
      return layout.data.slice(start, start + length);
    }
    if (layout.kind === 'contiguous') {
      // Never written: all zero.
      if (layout.address === undefinedAddress) return new Uint8Array(length);
      return this.#bytes.read(layout.address + from * this.rowBytes, length);
    }
    return this.#readChunked(layout, from, count);
  }

  async #readChunked(layout: Layout & { kind: 'chunked' }, from: number, count: number): Promise<Uint8Array> {
    const extent = layout.chunk[0] ?? 1;
    const rows = await this.#chunkRows(layout);
    const size = layout.chunk.reduce((n, e) => n * e, this.type.size);
    const wanted: Chunk[] = [];
    for (let r = Math.floor(from / extent); r * extent < from + count; r++)
      wanted.push(...(rows.get(r) ?? []));
    const length = count * this.rowBytes;
    const out = new Uint8Array(length);
    for (const chunk of wanted) {
      const position = this.#bytes.base + chunk.address;
      const packed = await this.#bytes.read(chunk.address, chunk.size);
      const values =
        this.#filters.length > 0
          ? unfilter(this.#bytes.name, position, packed, this.#filters, chunk.mask, size)
          : packed;
      if (values.length < size) corrupt(this.#bytes.name, position, 'a chunk is too short');
      this.#place(out, values, layout.chunk, chunk.first, from, count);
    }
    return out;
  }

  /** Copies the part of a chunk that lies in rows [from, from + count) to its place in `out`. */
  #place(
    out: Uint8Array,
    values: Uint8Array,
    chunk: readonly number[],
    first: readonly number[],
    from: number,
    count: number,
  ): void {
    const rank = this.shape.length;
    const last = rank - 1;
    const limit = this.shape.map((extent, a) =>
      a === 0 ? Math.min(chunk[0]!, from + count - first[0]!) : Math.min(chunk[a]!, extent - first[a]!),
    );
    const begin = this.shape.map((_, a) => (a === 0 ? Math.max(0, from - first[0]!) : 0));
    if (limit.some((extent, a) => extent <= begin[a]!)) return;
    const index = [...begin];
    const run = (limit[last]! - begin[last]!) * this.type.size;
    for (;;) {
      let source = 0;
      let target = 0;
      for (let a = 0; a < rank; a++) {
        source = source * chunk[a]! + index[a]!;
        target = target * (a === 0 ? 1 : this.shape[a]!) + first[a]! + index[a]! - (a === 0 ? from : 0);
      }
      const at = source * this.type.size;
      out.set(values.subarray(at, at + run), target * this.type.size);
      let a = last - 1;
      while (a >= 0 && ++index[a]! >= limit[a]!) {
        index[a] = begin[a]!;
        a--;
      }
      if (a < 0) return;
    }
  }

  /** Chunks by their place along the first axis. */
  async #chunkRows(layout: Layout & { kind: 'chunked' }): Promise<Map<number, Chunk[]>> {
    if (this.#chunks) return this.#chunks;
    const size = layout.chunk.reduce((n, extent) => n * extent, this.type.size);
    const chunks = new Map<number, Chunk[]>();
    for (const chunk of await listChunks(this.#bytes, this.shape, layout.chunk, layout.index, size)) {
      const row = Math.floor((chunk.first[0] ?? 0) / (layout.chunk[0] ?? 1));
      const list = chunks.get(row);
      if (list) list.push(chunk);
      else chunks.set(row, [chunk]);
    }
    this.#chunks = chunks;
    return chunks;
  }
}

/** Extents from a dataspace message, versions 1 and 2 (specification IV.A.2.b). */
function readDataspace(fields: Fields): number[] {
  const version = fields.u8();
  const rank = fields.u8();
  fields.skip(1);
  if ((version !== 1 && version !== 2) || rank > 32) fields.fail('the dataspace of a dataset');
  const kind = version === 2 ? fields.u8() : 1;
  if (version === 1) fields.skip(5);
  if (kind === 2) return [0];
  const shape = Array.from({ length: rank }, () => fields.u64());
  if (shape.some((extent) => extent < 0)) fields.fail('the extents of a dataset');
  return shape;
}

/** The text of the attribute in a message, if its name is `wanted` (specification IV.A.2.m, versions 1 to 3). */
function attributeText(fields: Fields, wanted: string): string | undefined {
  const version = fields.u8();
  fields.skip(1);
  const nameSize = fields.u16();
  const typeSize = fields.u16();
  const spaceSize = fields.u16();
  if (version === 3) fields.skip(1);
  const padded = (size: number) => (version === 1 ? Math.ceil(size / 8) * 8 : size);
  const name = new Fields(fields.take(padded(nameSize)), fields.file, fields.position).name();
  if (name !== wanted) return undefined;
  const type = readDatatype(new Fields(fields.take(padded(typeSize)), fields.file, fields.position));
  fields.skip(padded(spaceSize));
  if (type.kind !== 'string') return undefined;
  const text = new TextDecoder().decode(fields.take(Math.min(type.size, fields.left)));
  return text.split('\0')[0];
}
