import type { Hdf5Bytes } from './fields.ts';
import { corrupt, Fields } from './fields.ts';

/** A value of variable length, as a dataset refers to it: number of elements, heap and object. */
export interface HeapReference {
  readonly length: number;
  readonly address: number;
  readonly index: number;
}

/** Bytes of such a reference in a dataset. */
const heapReferenceSize = 16;

/** Reads a reference from a dataset's bytes. */
function readHeapReference(fields: Fields): HeapReference {
  return { length: fields.u32(), address: fields.u64(), index: fields.u32() };
}

const heapsKept = 256;

/** Finds the objects of global heaps (specification III.E) in the file. */
export class GlobalHeaps {
  readonly #bytes: Hdf5Bytes;
  /** Addresses and sizes of objects by heap address, recently used ones. */
  readonly #known = new Map<number, Map<number, { address: number; size: number }>>();

  constructor(bytes: Hdf5Bytes) {
    this.#bytes = bytes;
  }

  /** Address and size of the object a reference points at. */
  async locate({ address, index }: HeapReference): Promise<{ address: number; size: number }> {
    let objects = this.#known.get(address);
    if (objects === undefined) {
      objects = await this.#list(address);
      if (this.#known.size >= heapsKept) this.#known.delete(this.#known.keys().next().value!);
      this.#known.set(address, objects);
    }
    const found = objects.get(index);
    return (
      found ?? corrupt(this.#bytes.name, this.#bytes.base + address, `object ${index} of a heap is missing`)
    );
  }

  /** The bytes of a value of `elementSize` bytes per element; none for an empty one. */
  async read(reference: HeapReference, elementSize: number): Promise<Uint8Array> {
    const wanted = reference.length * elementSize;
    if (wanted === 0) return new Uint8Array(0);
    const { address, size } = await this.locate(reference);
    if (wanted > size)
      corrupt(this.#bytes.name, this.#bytes.base + address, 'a value is longer than its heap object');
    return this.#bytes.read(address, wanted);
  }

  async #list(address: number): Promise<Map<number, { address: number; size: number }>> {
    const head = await this.#bytes.fields(address, 16);
    head.signature('GCOL');
    head.skip(4);
    const size = head.u64();
    if (size < 16) head.fail('the size of a heap');
    const objects = new Map<number, { address: number; size: number }>();
    let at = address + 16;
    while (at + 16 <= address + size) {
      const object = await this.#bytes.fields(at, 16);
      const index = object.u16();
      object.skip(6);
      const length = object.u64();
      if (index === 0) break;
      if (length < 0 || at + 16 + length > address + size) object.fail('the size of a heap object');
      objects.set(index, { address: at + 16, size: length });
      at += 16 + Math.ceil(length / 8) * 8;
    }
    return objects;
  }
}

/** Reads references to values of variable length out of a row's bytes. */
export function heapReferenceAt(row: Uint8Array, offset: number, file: string): HeapReference {
  const fields = new Fields(row.subarray(offset, offset + heapReferenceSize), file, 0);
  return readHeapReference(fields);
}
