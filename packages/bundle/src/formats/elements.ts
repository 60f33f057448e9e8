import { MroError } from '@mroptimum/contract';
import { damaged } from '../compression.ts';

/** A number type of image files. */
export type ElementType =
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64';

const widths: Record<ElementType, number> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
};

export const elementWidth = (type: ElementType): number => widths[type];

const readers: Record<ElementType, (view: DataView, at: number, little: boolean) => number> = {
  int8: (view, at) => view.getInt8(at),
  uint8: (view, at) => view.getUint8(at),
  int16: (view, at, little) => view.getInt16(at, little),
  uint16: (view, at, little) => view.getUint16(at, little),
  int32: (view, at, little) => view.getInt32(at, little),
  uint32: (view, at, little) => view.getUint32(at, little),
  int64: (view, at, little) => Number(view.getBigInt64(at, little)),
  uint64: (view, at, little) => Number(view.getBigUint64(at, little)),
  float32: (view, at, little) => view.getFloat32(at, little),
  float64: (view, at, little) => view.getFloat64(at, little),
};

/** Values as slope · stored + intercept, as float32. */
interface Scaling {
  readonly slope: number;
  readonly intercept: number;
}

/**
 * `count` numbers of a file as float32.
 * @throws MRO_BUNDLE_DAMAGED where the bytes end before them
 */
export function readElements(
  name: string,
  bytes: Uint8Array,
  offset: number,
  count: number,
  type: ElementType,
  littleEndian: boolean,
  { slope, intercept }: Scaling = { slope: 1, intercept: 0 },
): Float32Array {
  const width = widths[type];
  if (offset + count * width > bytes.length) {
    throw damaged(name, `it holds ${bytes.length} bytes, but its header announces ${offset + count * width}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, count * width);
  const read = readers[type];
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) out[i] = slope * read(view, i * width, littleEndian) + intercept;
  return out;
}

/**
 * Number of voxels of extents that a file announces.
 * @throws MRO_BUNDLE_DAMAGED, MRO_BUNDLE_TOO_LARGE
 */
export function checkedVoxels(name: string, size: readonly number[], limit: number): number {
  if (size.length === 0 || size.some((extent) => !Number.isSafeInteger(extent) || extent < 1)) {
    throw damaged(name, `its header announces the matrix size ${size.join(' × ')}`);
  }
  const count = size.reduce((n, extent) => n * extent, 1);
  if (count > limit) {
    throw new MroError(
      'MRO_BUNDLE_TOO_LARGE',
      `${name} announces ${size.join(' × ')} voxels; ${limit} are allowed.`,
      {
        details: { name, size, limit },
      },
    );
  }
  return count;
}
