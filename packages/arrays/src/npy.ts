import type { ByteSource } from '@mroptimum/contract';
import { bytesInMemory } from '@mroptimum/contract';
import { readLayout } from './access.ts';
import { encodeElements } from './elements.ts';
import { checkShape, corrupt, readExactly, unsupported } from './fail.ts';
import type { ArrayLayout, DType, NumericArray } from './types.ts';
import { bytesPerElement, elementCount } from './types.ts';

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Whether bytes begin as a NumPy array file. */
export const isNpy = (head: Uint8Array): boolean => magic.every((byte, i) => head[i] === byte);

const dtypes: Readonly<Record<string, DType>> = {
  b1: 'bool',
  i1: 'int8',
  u1: 'uint8',
  i2: 'int16',
  u2: 'uint16',
  i4: 'int32',
  u4: 'uint32',
  i8: 'int64',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  c8: 'complex64',
  c16: 'complex128',
};

/** The value of one key of the header, a Python dictionary literal. */
function field(header: string, key: string, pattern: string): string | undefined {
  return new RegExp(`['"]${key}['"]\\s*:\\s*${pattern}`).exec(header)?.[1];
}

/**
 * Reads the header of a NumPy .npy file, versions 1 to 3 (NumPy Enhancement Proposal 1), that begins at `start`.
 * @throws MRO_RAW_CORRUPT, MRO_RAW_TRUNCATED (the file is smaller than shape × element size),
 * MRO_RAW_UNSUPPORTED (strings, objects, structured types)
 */
export async function npyLayout(source: ByteSource, start = 0): Promise<ArrayLayout> {
  const prefix = await readExactly(source, start, 10);
  if (!isNpy(prefix)) corrupt(source, start, 'the signature of a NumPy file is missing');
  const version = prefix[6]!;
  if (version < 1 || version > 3) corrupt(source, start + 6, `NumPy file version ${version}`);
  const wide = version > 1;
  const lengthBytes = await readExactly(source, start + 8, wide ? 4 : 2);
  const view = new DataView(lengthBytes.buffer, lengthBytes.byteOffset, lengthBytes.byteLength);
  const length = wide ? view.getUint32(0, true) : view.getUint16(0, true);
  if (length > 1 << 20) corrupt(source, start + 8, `a header of ${length} bytes`);
  const headerStart = start + (wide ? 12 : 10);
  const header = new TextDecoder('latin1').decode(await readExactly(source, headerStart, length));

  const descr = field(header, 'descr', `['"]([^'"]*)['"]`);
  const fortran = field(header, 'fortran_order', '(True|False)');
  const tuple = field(header, 'shape', '\\(([^)]*)\\)');
  if (fortran === undefined || tuple === undefined)
    corrupt(source, headerStart, 'an unreadable NumPy header');
  if (descr === undefined) unsupported(source, 'the NumPy array has a structured type', asNumbers);
  const dtype = dtypes[descr.replace(/^[<>=|]/, '')];
  if (dtype === undefined) unsupported(source, `the NumPy array has elements of type "${descr}"`, asNumbers);

  const shape = tuple
    .split(',')
    .map((extent) => extent.trim())
    .filter((extent) => extent !== '')
    .map((extent) => (/^\d+L?$/.test(extent) ? Number.parseInt(extent, 10) : Number.NaN));
  checkShape(source, headerStart, shape);
  const offset = headerStart + length;
  await expectBytes(source, offset, elementCount(shape) * bytesPerElement(dtype));
  return {
    shape,
    order: fortran === 'True' ? 'F' : 'C',
    dtype,
    littleEndian: !descr.startsWith('>'),
    offset,
  };
}

const asNumbers = 'Save it as a plain numeric array, e.g. numpy.save("k.npy", k.astype("complex64")).';

/** Fails where the file ends before `offset + length`, reading one byte at most. */
async function expectBytes(source: ByteSource, offset: number, length: number): Promise<void> {
  if (offset + length > source.size) await readExactly(source, offset, length);
}

/**
 * Reads a whole .npy file.
 * @throws as npyLayout
 */
async function readNpy(source: ByteSource): Promise<NumericArray> {
  return readLayout(source, await npyLayout(source));
}

/** Decodes the bytes of a .npy file. */
export const decodeNpy = (bytes: Uint8Array, name = 'array.npy'): Promise<NumericArray> =>
  readNpy(bytesInMemory(name, bytes));

/** The header of a .npy file (version 1, little-endian) of the given shape, before its data. */
export function npyHeader(shape: readonly number[], dtype: DType, order: 'C' | 'F' = 'C'): Uint8Array {
  const stored = dtype === 'float16' ? 'float32' : dtype;
  const code = Object.keys(dtypes).find((key) => dtypes[key] === stored)!;
  const byteOrder = bytesPerElement(stored) === 1 ? '|' : '<';
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const text = `{'descr': '${byteOrder}${code}', 'fortran_order': ${order === 'F' ? 'True' : 'False'}, 'shape': ${tuple}, }`;
  const total = Math.ceil((10 + text.length + 1) / 64) * 64;
  const bytes = new Uint8Array(total).fill(0x20);
  bytes.set([...magic, 1, 0, (total - 10) & 0xff, (total - 10) >> 8]);
  bytes.set(new TextEncoder().encode(text), 10);
  bytes[total - 1] = 0x0a;
  return bytes;
}

/** The bytes of a .npy file. float16 arrays, held as float32, are written as float32. */
export function encodeNpy(array: NumericArray): Uint8Array {
  const header = npyHeader(array.shape, array.dtype, array.order);
  const body = encodeElements(array.data);
  const bytes = new Uint8Array(header.length + body.length);
  bytes.set(header);
  bytes.set(body, header.length);
  return bytes;
}

/** A complex64 array in C order from interleaved float32. */
export const complexArray = (shape: readonly number[], data: Float32Array): NumericArray => ({
  shape,
  order: 'C',
  dtype: 'complex64',
  data,
});
