import { writeFile } from 'node:fs/promises';
import { MroError } from '@mroptimum/contract';
import type { File, Metadata, ready } from 'h5wasm/node';
import { emptyIsmrmrd } from './template.ts';

type Library = Awaited<typeof ready>;

/** Values of one acquisition's header; what is left out is 0. */
export interface AcquisitionRow {
  readonly flags: number;
  readonly scan: number;
  readonly channels: number;
  readonly samples: number;
  readonly centre: number;
  /** Microseconds. */
  readonly sampleTime: number;
  readonly line: number;
  readonly partition: number;
  readonly average: number;
  readonly slice: number;
  readonly repetition: number;
  readonly position: readonly number[];
  readonly read: readonly number[];
  readonly phase: readonly number[];
  readonly normal: readonly number[];
  /** (coil, sample), interleaved. */
  readonly data: Float32Array;
}

const rowsAtOnce = 256;
const tablePath = '/dataset/data';

/** Offset and size of a member by its path. */
function fieldOf(metadata: Metadata, ...path: readonly string[]): number {
  let offset = 0;
  let type: Metadata | undefined = metadata;
  for (const name of path) {
    const member: (Metadata & { offset: number }) | undefined = type?.compound_type?.members.find(
      (candidate) => candidate.name === name,
    );
    if (member === undefined)
      throw new MroError('MRO_INTERNAL', `The ISMRMRD table has no field ${path.join('.')}.`);
    offset += member.offset;
    type = member;
  }
  return offset;
}

async function create(path: string): Promise<void> {
  try {
    await writeFile(path, emptyIsmrmrd());
  } catch (cause) {
    throw new MroError('MRO_RAW_READ', 'The ISMRMRD file could not be written.', {
      hint: 'Check that the folder exists and may be written to.',
      cause,
    });
  }
}

/** Puts acquisitions into a new ISMRMRD file, some hundred at a time; memory does not grow with the file. */
export class IsmrmrdTable {
  readonly #library: Library;
  readonly #file: File;
  readonly #type: Metadata;
  readonly #rows: AcquisitionRow[] = [];
  #written = 0;

  private constructor(library: Library, file: File) {
    this.#library = library;
    this.#file = file;
    this.#type = library.get_dataset_metadata(file.file_id, tablePath);
  }

  static async create(path: string, xml: string): Promise<IsmrmrdTable> {
    // Loaded only where something is written: readers need no WebAssembly.
    const h5wasm = await import('h5wasm/node');
    const library = await h5wasm.ready;
    await create(path);
    const file = new h5wasm.File(path, 'a');
    const table = new IsmrmrdTable(library, file);
    const text = new TextEncoder().encode(`${xml}\0`);
    const pointer = library._malloc(text.length + 4);
    library.HEAPU8.set(text, pointer + 4);
    new DataView(library.HEAPU8.buffer).setUint32(pointer, pointer + 4, true);
    const status = library.set_dataset_data(file.file_id, '/dataset/xml', [1n], [0n], [1n], BigInt(pointer));
    library._free(pointer);
    if (status < 0) table.#fail();
    return table;
  }

  get scans(): number {
    return this.#written + this.#rows.length;
  }

  add(row: AcquisitionRow): void {
    this.#rows.push(row);
    if (this.#rows.length >= rowsAtOnce) this.#flush();
  }

  close(): void {
    this.#flush();
    this.#file.close();
  }

  #fail(): never {
    throw new MroError('MRO_RAW_READ', 'The ISMRMRD file could not be written.', {
      hint: 'Check the free space of the disk.',
    });
  }

  #flush(): void {
    const rows = this.#rows;
    const count = rows.length;
    if (count === 0) return;
    const library = this.#library;
    const { size } = this.#type;
    const samples = rows.reduce((n, { data }) => n + data.byteLength, 0);
    const pointer = library._malloc(size * count + samples);
    const heap = library.HEAPU8;
    const view = new DataView(heap.buffer);
    heap.fill(0, pointer, pointer + size * count);
    let at = pointer + size * count;
    rows.forEach((row, i) => {
      this.#fill(view, pointer + i * size, row, at);
      heap.set(new Uint8Array(row.data.buffer, row.data.byteOffset, row.data.byteLength), at);
      at += row.data.byteLength;
    });
    const { file_id: id } = this.#file;
    library.resize_dataset(id, tablePath, [BigInt(this.#written + count)]);
    const from = [BigInt(this.#written)];
    const status = library.set_dataset_data(id, tablePath, [BigInt(count)], from, [1n], BigInt(pointer));
    library._free(pointer);
    if (status < 0) this.#fail();
    this.#written += count;
    this.#rows.length = 0;
  }

  #fill(view: DataView, start: number, row: AcquisitionRow, data: number): void {
    const field = (...path: string[]) => start + fieldOf(this.#type, ...path);
    const u16 = (value: number, ...path: string[]) => view.setUint16(field('head', ...path), value, true);
    const vector = (values: readonly number[], name: string) => {
      for (let i = 0; i < 3; i++) view.setFloat32(field('head', name) + 4 * i, values[i]!, true);
    };
    u16(1, 'version');
    view.setBigUint64(field('head', 'flags'), BigInt(row.flags), true);
    view.setUint32(field('head', 'scan_counter'), row.scan, true);
    u16(row.samples, 'number_of_samples');
    u16(row.channels, 'available_channels');
    u16(row.channels, 'active_channels');
    u16(row.centre, 'center_sample');
    view.setFloat32(field('head', 'sample_time_us'), row.sampleTime, true);
    vector(row.position, 'position');
    vector(row.read, 'read_dir');
    vector(row.phase, 'phase_dir');
    vector(row.normal, 'slice_dir');
    u16(row.line, 'idx', 'kspace_encode_step_1');
    u16(row.partition, 'idx', 'kspace_encode_step_2');
    u16(row.average, 'idx', 'average');
    u16(row.slice, 'idx', 'slice');
    u16(row.repetition, 'idx', 'repetition');
    view.setUint32(field('data'), row.data.length, true);
    view.setUint32(field('data') + 4, data, true);
  }
}
