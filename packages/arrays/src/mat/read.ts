import type { ByteSource } from '@mroptimum/contract';
import { bytesInMemory } from '@mroptimum/contract';
import { Unzlib } from 'fflate';
import { checkShape, corrupt, readExactly, refuse, unsupported } from '../fail.ts';
import { inflate } from '../inflate.ts';
import type { DType, NumericArray, NumericData } from '../types.ts';
import { bytesPerElement, elementCount } from '../types.ts';
import type { MatBytes } from './elements.ts';
import { elementAt, mi, numbersOf, numericClasses, otherClasses } from './elements.ts';

/** A variable of a MAT file, as its header describes it. */
export interface MatEntry {
  readonly name: string;
  readonly shape: readonly number[];
  /** Element type, undefined where the variable holds no plain numbers. */
  readonly dtype: DType | undefined;
  /** What it is, where it holds no plain numbers: "a structure", "text" … */
  readonly kind: string | undefined;
  /** Byte offset of its element's tag, and the element's length behind the tag. */
  readonly offset: number;
  readonly length: number;
  readonly compressed: boolean;
  readonly littleEndian: boolean;
}

const prefixLength = 4096;

/** Whether bytes begin as a MAT file of level 5 (MATLAB 5 to 7.2); version 7.3 is HDF5. */
export function isMat5(head: Uint8Array): boolean {
  if (head.length < 128) return false;
  const little = head[126] === 0x49 && head[127] === 0x4d;
  const big = head[126] === 0x4d && head[127] === 0x49;
  const version = little ? head[125] : head[124];
  return (little || big) && version === 1;
}

/** The first bytes of a compressed element's content. */
function inflatePrefix(source: ByteSource, packed: Uint8Array, offset: number): Uint8Array {
  const parts: Uint8Array[] = [];
  const stream = new Unzlib((part) => parts.push(part));
  try {
    stream.push(packed, false);
  } catch {
    corrupt(source, offset, 'the compressed bytes of a variable are damaged');
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes.subarray(0, prefixLength);
}

/** Class, shape and name from the first elements of a matrix, and where its numbers begin. */
function describeMatrix(mat: MatBytes, at: number) {
  const flags = elementAt(mat, at);
  if (flags.length < 8) corrupt(mat, mat.position + at, 'the flags of a MATLAB variable are damaged');
  const view = new DataView(mat.bytes.buffer, mat.bytes.byteOffset, mat.bytes.byteLength);
  const word = view.getUint32(flags.start, mat.littleEndian);
  const dimensions = elementAt(mat, flags.next);
  if (dimensions.type !== mi.int32)
    corrupt(mat, mat.position + flags.next, 'the dimensions of a MATLAB variable');
  const shape = Array.from({ length: Math.floor(dimensions.length / 4) }, (_, i) =>
    view.getInt32(dimensions.start + 4 * i, mat.littleEndian),
  );
  checkShape(mat, mat.position + dimensions.start, shape);
  const title = elementAt(mat, dimensions.next);
  const name = new TextDecoder().decode(mat.bytes.subarray(title.start, title.start + title.length));
  const code = word & 0xff;
  const complex = (word & 0x800) !== 0;
  const real = (word & 0x200) !== 0 && code === 9 ? 'bool' : numericClasses[code];
  return { name, shape, code, complex, real, numbers: title.next };
}

const complexType = (real: DType): DType => (real === 'float32' ? 'complex64' : 'complex128');

/**
 * Lists the variables of a MAT file of level 5 without reading their values.
 * @throws MRO_RAW_CORRUPT, MRO_RAW_TRUNCATED
 */
export async function listMat(source: ByteSource): Promise<MatEntry[]> {
  const head = await readExactly(source, 0, 128);
  if (!isMat5(head)) corrupt(source, 124, 'the header is not that of a MAT file of MATLAB 5 to 7.2');
  const littleEndian = head[126] === 0x49;
  const entries: MatEntry[] = [];
  for (let offset = 128; offset + 8 <= source.size; ) {
    const tag = await readExactly(source, offset, 8);
    const view = new DataView(tag.buffer, tag.byteOffset, 8);
    const type = view.getUint32(0, littleEndian);
    const length = view.getUint32(4, littleEndian);
    if (type !== mi.matrix && type !== mi.compressed) corrupt(source, offset, `an element of type ${type}`);
    if (offset + 8 + length > source.size) await readExactly(source, offset + 8, length);
    const packed = await readExactly(source, offset + 8, Math.min(length, prefixLength));
    const compressed = type === mi.compressed;
    const bytes = compressed ? inflatePrefix(source, packed, offset) : packed;
    const mat = { name: source.name, bytes, littleEndian, position: offset + 8 };
    // A compressed element holds a whole matrix element, tag included.
    if (compressed && elementAt(mat, 0, true).type !== mi.matrix)
      corrupt(source, offset, 'no matrix in an element');
    if (length > 0) {
      const { name, shape, code, complex, real } = describeMatrix(mat, compressed ? 8 : 0);
      const dtype = real !== undefined && complex ? complexType(real) : real;
      const kind = dtype === undefined ? (otherClasses[code] ?? `of class ${code}`) : undefined;
      entries.push({ name, shape, dtype, kind, offset, length, compressed, littleEndian });
    }
    offset += 8 + length;
  }
  return entries;
}

/** All bytes of a variable's matrix element, inflated where they are compressed. */
async function matrixBytes(source: ByteSource, entry: MatEntry): Promise<MatBytes> {
  const stored = await readExactly(source, entry.offset + 8, entry.length);
  const { littleEndian } = entry;
  const position = entry.offset + 8;
  if (!entry.compressed) return { name: source.name, bytes: stored, littleEndian, position };
  const head = inflatePrefix(source, stored.subarray(0, prefixLength), entry.offset);
  const total = 8 + elementAt({ name: source.name, bytes: head, littleEndian, position }, 0, true).length;
  const bytes = inflate(stored, total, 'zlib');
  if (bytes === undefined)
    corrupt(source, entry.offset, `the compressed bytes of "${entry.name}" are damaged`);
  if (bytes.length < total)
    corrupt(source, entry.offset, `the compressed bytes of "${entry.name}" end too early`);
  return { name: source.name, bytes: bytes.subarray(8), littleEndian, position };
}

/** (re, im) pairs from two arrays. */
function interleave(re: NumericData, im: NumericData, dtype: DType): NumericData {
  const out = dtype === 'complex64' ? new Float32Array(2 * re.length) : new Float64Array(2 * re.length);
  for (let i = 0; i < re.length; i++) {
    out[2 * i] = Number(re[i]!);
    out[2 * i + 1] = Number(im[i]!);
  }
  return out;
}

/**
 * Reads the numbers of one variable, in Fortran order as MATLAB stores them.
 * @throws MRO_RAW_UNSUPPORTED where the variable is a structure, a cell, text, sparse …; MRO_RAW_CORRUPT
 */
export async function readMatVariable(source: ByteSource, entry: MatEntry): Promise<NumericArray> {
  if (entry.dtype === undefined) {
    const hint =
      'Save the numeric array itself as a variable of its own, e.g. kspace = s.kspace; save -v7 f.mat kspace';
    unsupported(source, `the variable "${entry.name}" is ${entry.kind}, not a numeric array`, hint);
  }
  const mat = await matrixBytes(source, entry);
  const { shape, complex, real, numbers } = describeMatrix(mat, 0);
  if (real === undefined) corrupt(source, entry.offset, `the class of "${entry.name}" is not numeric`);
  const dtype = complex ? complexType(real) : real;
  const part = real === 'bool' ? 'uint8' : complex ? (real === 'float32' ? 'float32' : 'float64') : real;
  const count = elementCount(shape);
  const first = elementAt(mat, numbers);
  // Every number takes a byte at least: nothing is allocated for a shape that the file cannot hold.
  if (first.length < count && bytesPerElement(part) > 0)
    corrupt(source, entry.offset, `shape (${shape.join(', ')})`);
  const re = numbersOf(mat, first, count, part);
  if (!complex) return { shape, order: 'F', dtype, data: re };
  const im = numbersOf(mat, elementAt(mat, first.next), count, part);
  return { shape, order: 'F', dtype, data: interleave(re, im, dtype) };
}

/**
 * The variable called `name`, or the only numeric one, or the largest complex one.
 * @throws MRO_RAW_VARIABLE with the names to choose from
 */
export async function readMat(
  source: ByteSource,
  name?: string,
): Promise<{ name: string; array: NumericArray }> {
  const entries = await listMat(source);
  const chosen = chooseVariable(source.name, entries, name);
  return { name: chosen.name, array: await readMatVariable(source, chosen) };
}

/** What chooseVariable looks at. */
interface VariableDescription {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType | undefined;
}

/**
 * Chooses the variable called `wanted`, or without a name the largest complex one, or the largest numeric one.
 * @throws MRO_RAW_VARIABLE with the names to choose from
 */
export function chooseVariable<V extends VariableDescription>(
  file: string,
  variables: readonly V[],
  wanted?: string,
): V {
  const names = variables.map(({ name, shape }) => `${name} (${shape.join('×')})`).join(', ') || 'none';
  const list = `Variables of ${file}: ${names}.`;
  if (wanted !== undefined) {
    const found = variables.find(({ name }) => name === wanted);
    return (
      found ??
      refuse('MRO_RAW_VARIABLE', `${file} has no variable "${wanted}".`, list, { file, variable: wanted })
    );
  }
  const numeric = variables.filter(({ dtype }) => dtype !== undefined);
  const complex = numeric.filter(({ dtype }) => dtype === 'complex64' || dtype === 'complex128');
  const candidates = complex.length > 0 ? complex : numeric;
  const largest = candidates.reduce<V | undefined>(
    (best, next) => (best === undefined || elementCount(next.shape) > elementCount(best.shape) ? next : best),
    undefined,
  );
  return largest ?? refuse('MRO_RAW_VARIABLE', `${file} holds no numeric array.`, list, { file });
}

/** Decodes every numeric variable of a MAT file; structures, cells and text are left out. */
export async function decodeMat(
  bytes: Uint8Array,
  name = 'arrays.mat',
): Promise<Record<string, NumericArray>> {
  const source = bytesInMemory(name, bytes);
  const arrays: Record<string, NumericArray> = {};
  for (const entry of await listMat(source)) {
    if (entry.dtype !== undefined) arrays[entry.name] = await readMatVariable(source, entry);
  }
  return arrays;
}
