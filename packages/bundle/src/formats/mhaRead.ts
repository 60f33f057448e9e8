import type { Geometry } from '@mroptimum/contract';
import { MroError } from '@mroptimum/contract';
import { text } from '../bytes.ts';
import { damaged, inflate } from '../compression.ts';
import type { Volume } from '../volume.ts';
import { determinant } from '../volume.ts';
import type { ElementType } from './elements.ts';
import { checkedVoxels, elementWidth, readElements } from './elements.ts';
import { maximumVoxels } from './niftiRead.ts';

const types: Record<string, ElementType> = {
  MET_CHAR: 'int8',
  MET_UCHAR: 'uint8',
  MET_SHORT: 'int16',
  MET_USHORT: 'uint16',
  MET_INT: 'int32',
  MET_UINT: 'uint32',
  // MetaIO counts "long" as four bytes on every system.
  MET_LONG: 'int32',
  MET_ULONG: 'uint32',
  MET_LONG_LONG: 'int64',
  MET_ULONG_LONG: 'uint64',
  MET_FLOAT: 'float32',
  MET_DOUBLE: 'float64',
};

/** The header ends with the line that says where the voxels are. */
const headerLimit = 64 * 1024;
const dataFileLine = /(?:^|\n)[ \t]*ElementDataFile[ \t]*=[ \t]*([^\n]*?)[ \t\r]*\n/;

/** Whether bytes begin as a MetaImage header. */
export const isMha = (bytes: Uint8Array): boolean =>
  /^\s*(ObjectType|NDims|Comment|ObjectSubType)[ \t]*=/.test(latin1(bytes.subarray(0, 64)));

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/**
 * Reads a MetaImage: `.mha`, or `.mhd` with its voxels in `companion`; compressed or not, either byte order,
 * one channel (real) or two (complex). Coordinates are taken as LPS, as ITK does.
 *
 * @throws MRO_BUNDLE_FORMAT, MRO_BUNDLE_DAMAGED, MRO_BUNDLE_UNSUPPORTED, MRO_BUNDLE_MISSING, MRO_BUNDLE_TOO_LARGE
 */
export function readMha(bytes: Uint8Array, name = 'the image', companion?: Uint8Array): Volume {
  if (!isMha(bytes)) throw new MroError('MRO_BUNDLE_FORMAT', `${name} is not a MetaImage file.`);
  const head = text(bytes.subarray(0, headerLimit)).replace(/\uFFFD/g, '?');
  const end = dataFileLine.exec(withFinalNewline(head));
  if (!end) throw damaged(name, 'its header has no ElementDataFile line');
  const fields = fieldsOf(head.slice(0, end.index + end[0].length));
  const local = end[1]!.toUpperCase() === 'LOCAL';
  const voxelBytes = local ? bytes.subarray(headerLengthOf(bytes, name)) : companion;
  if (!voxelBytes) {
    throw new MroError('MRO_BUNDLE_MISSING', `${name} is a header whose voxels are in ${end[1]}.`, {
      hint: 'Give both files, or convert them to one .mha file.',
    });
  }
  return decode(name, fields, voxelBytes);
}

const withFinalNewline = (head: string): string => (head.endsWith('\n') ? head : `${head}\n`);

/** Byte behind the ElementDataFile line, counted in bytes and not in letters. */
function headerLengthOf(bytes: Uint8Array, name: string): number {
  const limit = Math.min(bytes.length, headerLimit);
  for (let start = 0; start < limit; ) {
    const newline = bytes.indexOf(10, start);
    if (newline < 0) break;
    if (/^[ \t]*ElementDataFile[ \t]*=/.test(latin1(bytes.subarray(start, Math.min(newline, start + 64)))))
      return newline + 1;
    start = newline + 1;
  }
  throw damaged(name, 'its header does not end');
}

function fieldsOf(head: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of head.split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0) fields.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
  }
  return fields;
}

const isTrue = (value: string | undefined): boolean => /^(true|1)$/i.test(value ?? '');
const numbersOf = (value: string): number[] =>
  value
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(Number);

function decode(name: string, fields: Map<string, string>, bytes: Uint8Array): Volume {
  const size = numbersOf(fields.get('DimSize') ?? '');
  const voxels = checkedVoxels(name, size, maximumVoxels);
  if (size.length !== Number(fields.get('NDims') ?? size.length)) {
    throw damaged(name, `NDims is ${fields.get('NDims')}, but DimSize has ${size.length} numbers`);
  }
  const channels = Number(fields.get('ElementNumberOfChannels') ?? 1);
  const type = types[fields.get('ElementType') ?? ''];
  if (!type || (channels !== 1 && channels !== 2) || fields.get('BinaryData')?.toLowerCase() === 'false') {
    const what = `${fields.get('ElementType') ?? 'no element type'} with ${channels} channels`;
    throw new MroError('MRO_BUNDLE_UNSUPPORTED', `${name} holds ${what}, which is not read.`, {
      hint: 'Convert it to float with one channel (real) or two (complex), binary.',
    });
  }
  const count = voxels * channels;
  const length = count * elementWidth(type);
  const raw = isTrue(fields.get('CompressedData'))
    ? unzlib(name, fields, bytes, length)
    : skipped(name, fields, bytes, length);
  const bigEndian = isTrue(fields.get('BinaryDataByteOrderMSB') ?? fields.get('ElementByteOrderMSB'));
  const data = readElements(name, raw, 0, count, type, !bigEndian);
  const geometry = geometryOfFields(name, fields, size.length);
  while (size.length < 3) size.push(1);
  return {
    shape: [...size].reverse(),
    data,
    complex: channels === 2,
    geometry,
  };
}

/** Voxels behind `HeaderSize` bytes; −1 says that they are the last of the file. */
function skipped(name: string, fields: Map<string, string>, bytes: Uint8Array, length: number): Uint8Array {
  const header = Number(fields.get('HeaderSize') ?? 0);
  if (header === -1) return bytes.subarray(Math.max(0, bytes.length - length));
  if (!Number.isSafeInteger(header) || header < 0) throw damaged(name, `its HeaderSize is ${header}`);
  return bytes.subarray(header);
}

/** Unpacks a zlib stream (RFC 1950): two bytes of header, deflate, four of Adler-32. */
function unzlib(name: string, fields: Map<string, string>, bytes: Uint8Array, expected: number): Uint8Array {
  const length = Number(fields.get('CompressedDataSize') ?? bytes.length);
  const packed = bytes.subarray(0, length);
  if (packed.length !== length || length < 6) throw damaged(name, `${length} compressed bytes are announced`);
  const first = packed[0]!;
  if ((first & 15) !== 8 || (first * 256 + packed[1]!) % 31 !== 0)
    throw damaged(name, 'its voxels are not zlib data');
  const raw = inflate(packed.subarray(2), name, expected);
  const view = new DataView(packed.buffer, packed.byteOffset + packed.length - 4, 4);
  if (view.getUint32(0) !== adler32(raw)) throw damaged(name, 'its checksum does not fit its voxels');
  return raw;
}

function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let start = 0; start < bytes.length; start += 3800) {
    // 3800 bytes keep both sums below 2³², so that the remainder is needed seldom.
    const end = Math.min(bytes.length, start + 3800);
    for (let i = start; i < end; i++) {
      a += bytes[i]!;
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return b * 65536 + a;
}

/** The geometry of the first three axes; unknown where the header says nothing about position. */
function geometryOfFields(name: string, fields: Map<string, string>, axes: number): Geometry | undefined {
  const first = (...names: string[]) =>
    names.map((key) => fields.get(key)).find((value) => value !== undefined);
  const offset = first('Offset', 'Origin', 'Position');
  const matrix = first('TransformMatrix', 'Orientation', 'Rotation');
  if (offset === undefined || matrix === undefined) return undefined;
  // Axes that the file does not have are those of a single voxel along the patient's axes.
  const triple = (value: (axis: number) => number | undefined, missing: number) =>
    [0, 1, 2].map((axis) => (axis < axes ? (value(axis) ?? Number.NaN) : missing));
  const origin = numbersOf(offset);
  const spacing = numbersOf(first('ElementSpacing', 'ElementSize') ?? '1 '.repeat(axes));
  const directions = numbersOf(matrix);
  const direction = [0, 1, 2].flatMap((column) =>
    [0, 1, 2].map((row) =>
      column < axes && row < axes ? (directions[column * axes + row] ?? Number.NaN) : Number(row === column),
    ),
  );
  // The matrix may scale as well: voxels are then as large as scale and spacing make them together.
  const scale = [0, 3, 6].map((at) => unitless(Math.hypot(...direction.slice(at, at + 3))));
  const geometry = {
    origin: triple((axis) => origin[axis], 0),
    spacing: triple((axis) => spacing[axis], 1).map((step, axis) => Math.abs(step) * scale[axis]!),
    direction: direction.map((value, i) => value / scale[Math.floor(i / 3)]!),
  } as unknown as Geometry;
  const numbers = [...geometry.origin, ...geometry.spacing, ...geometry.direction];
  const usable = numbers.every(Number.isFinite) && geometry.spacing.every((step) => step > 0);
  if (usable && Math.abs(determinant(geometry.direction)) > 1e-6) return geometry;
  throw damaged(name, 'its position (Offset, TransformMatrix, ElementSpacing) cannot be understood');
}

/** Lengths that differ from 1 by the rounding of the printed matrix alone are 1. */
const unitless = (length: number): number => (Math.abs(length - 1) < 1e-5 ? 1 : length);
