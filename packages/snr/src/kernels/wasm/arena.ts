import { SnrError } from '../../errors.ts';

/** A window of a memory that one thread allocates from. */
export interface Window {
  readonly base: number;
  /** Bytes; undefined: grows with the memory. */
  readonly bytes: number | undefined;
}

const alignment = 64;
/** Vector loads may read this far past an array; what they read there is never used. */
const margin = 64;
const page = 65536;
const growth = 16 * 1024 * 1024;
const tableBytes = 4 * 1024 * 1024;
/** At most this part of a fixed window holds tables. */
const tableShare = 1 / 16;

/**
 * A stack of arrays in one window of a WebAssembly memory: `scope` releases what its body allocated.
 * Tables of the transforms outlive scopes and lie at the window's start.
 */
export class Arena {
  readonly memory: WebAssembly.Memory;
  readonly #tablesStart: number;
  readonly #tablesEnd: number;
  readonly #end: number;
  #tablesTop: number;
  #top: number;

  constructor(memory: WebAssembly.Memory, { base, bytes }: Window) {
    this.memory = memory;
    // Address 0 is never given out: to the kernels it means "none".
    this.#tablesStart = Math.max(alignment, Math.ceil(base / alignment) * alignment);
    const share = bytes === undefined ? tableBytes : Math.min(tableBytes, bytes * tableShare);
    this.#tablesEnd = Math.ceil((this.#tablesStart + share) / alignment) * alignment;
    this.#tablesTop = this.#tablesStart;
    this.#top = this.#tablesEnd;
    this.#end = Math.min(bytes === undefined ? page * page : base + bytes, page * page) - margin;
  }

  /** Address of `bytes` bytes of unspecified content, 64-byte aligned. Throws MRO_SNR_MEMORY when full. */
  allocate(bytes: number): number {
    const address = this.#top;
    const top = address + Math.ceil(bytes / alignment) * alignment;
    if (top > this.#end) throw outOfMemory(bytes);
    this.#reach(top);
    this.#top = top;
    return address;
  }

  /** Address of a table that stays, or undefined where all tables have to go first: see `clearTables`. */
  allocateTable(bytes: number): number | undefined {
    const address = this.#tablesTop;
    const top = address + Math.ceil(bytes / alignment) * alignment;
    if (top > this.#tablesEnd) return undefined;
    this.#reach(top);
    this.#tablesTop = top;
    return address;
  }

  clearTables(): void {
    this.#tablesTop = this.#tablesStart;
  }

  scope<T>(body: () => T): T {
    const top = this.#top;
    try {
      return body();
    } finally {
      this.#top = top;
    }
  }

  /** The same for a body that waits; scopes still nest. */
  async scopeAsync<T>(body: () => Promise<T>): Promise<T> {
    const top = this.#top;
    try {
      return await body();
    } finally {
      this.#top = top;
    }
  }

  /** A view of `length` float32 at an address. */
  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }

  #reach(top: number): void {
    const missing = top + margin - this.memory.buffer.byteLength;
    if (missing <= 0) return;
    try {
      const room = page * page - this.memory.buffer.byteLength;
      this.memory.grow(Math.ceil(Math.min(Math.max(missing, growth), room) / page));
    } catch {
      throw outOfMemory(missing);
    }
  }
}

export function outOfMemory(bytes: number): SnrError {
  return new SnrError(
    'MRO_SNR_MEMORY',
    `The calculation ran out of memory: ${(bytes / 2 ** 20).toFixed(1)} MB more were needed.`,
    'Use fewer threads, or a machine with more memory.',
  );
}
