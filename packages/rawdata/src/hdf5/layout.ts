import type { Fields, Hdf5Bytes } from './fields.ts';
import { undefinedAddress, unsupported } from './fields.ts';
import { walkTree } from './group.ts';

/** Where the values of a dataset are. */
export type Layout =
  | { readonly kind: 'compact'; readonly data: Uint8Array; readonly position: number }
  | { readonly kind: 'contiguous'; readonly address: number }
  | { readonly kind: 'chunked'; readonly chunk: readonly number[]; readonly index: ChunkIndex };

/** How the chunks of a dataset are found. */
type ChunkIndex =
  | { readonly kind: 'tree'; readonly address: number }
  | { readonly kind: 'single'; readonly address: number; readonly size?: number; readonly mask: number }
  | { readonly kind: 'implicit'; readonly address: number };

/** One chunk in the file: its first element's index along every axis, address and stored bytes. */
export interface Chunk {
  readonly first: readonly number[];
  readonly address: number;
  readonly size: number;
  readonly mask: number;
}

/** Reads a data layout message, versions 1 to 4 (specification IV.A.2.i). */
export function readLayout(fields: Fields, rank: number): Layout {
  const version = fields.u8();
  if (version === 1 || version === 2) return readOldLayout(fields);
  if (version === 0) fields.fail('data layout version 0');
  if (version > 4) unsupported(fields.file, `data layout version ${version}`);
  const kind = fields.u8();
  if (kind === 0) {
    const length = fields.u16();
    const position = fields.position + fields.at;
    return { kind: 'compact', data: fields.take(length), position };
  }
  if (kind === 1) return { kind: 'contiguous', address: fields.u64() };
  if (kind !== 2) unsupported(fields.file, kind === 3 ? 'a virtual dataset' : `data layout ${kind}`);
  if (version === 4) return readNewChunks(fields, rank);
  const dimensions = fields.u8();
  if (dimensions !== rank + 1) fields.fail('the rank of the chunks');
  const address = fields.u64();
  const chunk = Array.from({ length: rank }, () => fields.u32());
  return { kind: 'chunked', chunk, index: { kind: 'tree', address } };
}

function readOldLayout(fields: Fields): Layout {
  const dimensions = fields.u8();
  const kind = fields.u8();
  fields.skip(5);
  const address = kind === 0 ? undefinedAddress : fields.u64();
  const extents = Array.from({ length: dimensions }, () => fields.u32());
  if (kind === 1) return { kind: 'contiguous', address };
  if (kind === 2) return { kind: 'chunked', chunk: extents.slice(0, -1), index: { kind: 'tree', address } };
  const length = fields.u32();
  const position = fields.position + fields.at;
  return { kind: 'compact', data: fields.take(length), position };
}

function readNewChunks(fields: Fields, rank: number): Layout {
  const flags = fields.u8();
  const dimensions = fields.u8();
  if (dimensions !== rank + 1) fields.fail('the rank of the chunks');
  const width = fields.u8();
  const chunk = Array.from({ length: dimensions }, () => fields.unsigned(width)).slice(0, rank);
  const kind = fields.u8();
  if (kind === 1) {
    const filtered = (flags & 2) !== 0;
    const size = filtered ? fields.u64() : undefined;
    const mask = filtered ? fields.u32() : 0;
    const address = fields.u64();
    return { kind: 'chunked', chunk, index: { kind: 'single', address, size, mask } };
  }
  if (kind === 2) return { kind: 'chunked', chunk, index: { kind: 'implicit', address: fields.u64() } };
  return unsupported(fields.file, 'the chunk index of "libver latest"');
}

/** Lists the chunks that a dataset has in the file. */
export async function listChunks(
  bytes: Hdf5Bytes,
  shape: readonly number[],
  chunk: readonly number[],
  index: ChunkIndex,
  chunkBytes: number,
): Promise<Chunk[]> {
  const rank = shape.length;
  const chunks: Chunk[] = [];
  if (index.address === undefinedAddress) return chunks;
  if (index.kind === 'single') {
    const first = new Array<number>(rank).fill(0);
    return [{ first, address: index.address, size: index.size ?? chunkBytes, mask: index.mask }];
  }
  if (index.kind === 'implicit') {
    const counts = shape.map((extent, i) => Math.ceil(extent / chunk[i]!));
    const total = counts.reduce((n, count) => n * count, 1);
    // All of them are in the file, one after the other; a file too small for them is damaged.
    if (total > 0) await bytes.read(index.address + total * chunkBytes - 1, 1);
    for (let i = 0; i < total; i++) {
      let rest = i;
      const first = counts.map(() => 0);
      for (let a = rank - 1; a >= 0; a--) {
        first[a] = (rest % counts[a]!) * chunk[a]!;
        rest = Math.floor(rest / counts[a]!);
      }
      chunks.push({ first, address: index.address + i * chunkBytes, size: chunkBytes, mask: 0 });
    }
    return chunks;
  }
  await walkTree(bytes, index.address, 1, 8 + 8 * (rank + 1), (address, key) => {
    const size = key.u32();
    const mask = key.u32();
    const first = Array.from({ length: rank }, () => key.u64());
    chunks.push({ first, address, size, mask });
  });
  return chunks;
}
