import { inflate } from '@mroptimum/arrays';
import type { Fields } from './fields.ts';
import { corrupt, unsupported } from './fields.ts';

/** A step of the filter pipeline: its id and client values. */
export interface Filter {
  readonly id: number;
  readonly values: readonly number[];
}

const filterNames: Readonly<Record<number, string>> = {
  4: 'szip',
  5: 'n-bit',
  6: 'scale-offset',
  32000: 'lzf',
};

/** Reads a filter pipeline message, versions 1 and 2 (specification IV.A.2.l). */
export function readFilters(fields: Fields): Filter[] {
  const version = fields.u8();
  const count = fields.u8();
  if ((version !== 1 && version !== 2) || count > 32) fields.fail('the filters of a dataset');
  if (version === 1) fields.skip(6);
  return Array.from({ length: count }, () => {
    const id = fields.u16();
    const nameLength = version === 1 || id >= 256 ? fields.u16() : 0;
    fields.skip(2);
    const values = fields.u16();
    fields.skip(version === 1 ? Math.ceil(nameLength / 8) * 8 : nameLength);
    const list = Array.from({ length: values }, () => fields.u32());
    if (version === 1 && values % 2 === 1) fields.skip(4);
    return { id, values: list };
  });
}

/** Bytes of equal significance are stored together: puts them back. */
function unshuffle(bytes: Uint8Array, width: number): Uint8Array {
  const count = Math.floor(bytes.length / width);
  const out = bytes.slice();
  for (let part = 0; part < width; part++) {
    const from = part * count;
    for (let i = 0; i < count; i++) out[i * width + part] = bytes[from + i]!;
  }
  return out;
}

/** Undoes the filters of a chunk, last one first. `mask` has a bit set for each filter that was left out. */
export function unfilter(
  file: string,
  position: number,
  stored: Uint8Array,
  filters: readonly Filter[],
  mask: number,
  size: number,
): Uint8Array {
  let bytes = stored;
  for (let i = filters.length - 1; i >= 0; i--) {
    const { id, values } = filters[i]!;
    if ((mask & (1 << i)) !== 0) continue;
    if (id === 1) {
      // Checksums of an inner filter may follow the data.
      bytes = inflate(bytes, size + 4, 'zlib') ?? corrupt(file, position, 'a compressed chunk is damaged');
    } else if (id === 2) {
      const width = values[0] ?? 1;
      if (width < 1 || width > bytes.length) corrupt(file, position, `a chunk shuffled by ${width}`);
      bytes = unshuffle(bytes, width);
    } else if (id === 3) bytes = bytes.subarray(0, Math.max(0, bytes.length - 4));
    else unsupported(file, `the filter ${filterNames[id] ?? id}`);
  }
  if (bytes.length < size) corrupt(file, position, `a chunk of ${bytes.length} instead of ${size} bytes`);
  return bytes.subarray(0, size);
}
