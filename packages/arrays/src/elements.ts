import type { DType, NumericData } from './types.ts';
import { bytesPerElement, isComplex } from './types.ts';

const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Reverses the bytes of every number of `width` bytes, in place. */
function swapBytes(bytes: Uint8Array, width: number): void {
  for (let start = 0; start + width <= bytes.length; start += width) {
    bytes.subarray(start, start + width).reverse();
  }
}

/** IEEE 754 binary16 to a number. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Wraps aligned bytes of the host's own byte order. */
function wrap(buffer: ArrayBuffer, dtype: DType): NumericData {
  switch (dtype) {
    case 'bool':
    case 'uint8':
      return new Uint8Array(buffer);
    case 'int8':
      return new Int8Array(buffer);
    case 'int16':
      return new Int16Array(buffer);
    case 'uint16':
      return new Uint16Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'uint32':
      return new Uint32Array(buffer);
    case 'int64':
      return new BigInt64Array(buffer);
    case 'uint64':
      return new BigUint64Array(buffer);
    case 'float16':
      return Float32Array.from(new Uint16Array(buffer), fromHalf);
    case 'float32':
    case 'complex64':
      return new Float32Array(buffer);
    case 'float64':
    case 'complex128':
      return new Float64Array(buffer);
  }
}

/** Decodes bytes of whole elements into numbers of their own type (a copy: any alignment, any byte order). */
export function decodeElements(bytes: Uint8Array, dtype: DType, littleEndian = true): NumericData {
  const size = bytesPerElement(dtype);
  const whole = bytes.byteLength - (bytes.byteLength % size);
  const copy = new Uint8Array(whole);
  copy.set(bytes.subarray(0, whole));
  const width = isComplex(dtype) ? size / 2 : size;
  if (littleEndian !== hostIsLittleEndian && width > 1) swapBytes(copy, width);
  return wrap(copy.buffer, dtype);
}

/** The little-endian bytes of numbers, in their own type; shares memory on little-endian hosts. */
export function encodeElements(data: NumericData): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (hostIsLittleEndian) return bytes;
  const copy = bytes.slice();
  swapBytes(copy, data.BYTES_PER_ELEMENT);
  return copy;
}

/** Any numbers as float32, rounding where they do not fit. Float32Array passes through unchanged. */
export function toFloat32(data: NumericData): Float32Array {
  if (data instanceof Float32Array) return data;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    const out = new Float32Array(data.length);
    for (let i = 0; i < data.length; i++) out[i] = Number(data[i]!);
    return out;
  }
  return new Float32Array(data);
}
