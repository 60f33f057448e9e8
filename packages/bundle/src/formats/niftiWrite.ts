import type { Geometry, PixelFormat } from '@mroptimum/contract';
import { MroError } from '@mroptimum/contract';
import { utf8 } from '../bytes.ts';
import { gzipWriter } from '../compression.ts';
import type { StoredVolume, Volume } from '../volume.ts';
import { bytesPerVoxel, checkGeometry, checkVolume, imageSize, partsOf, stored, voxels } from '../volume.ts';
import { affineOf, quaternionOf } from './affine.ts';

const headerLength = 348;
/** Header and the four bytes that say "no extension". */
const dataOffset = 352;
const typeCodes: Record<PixelFormat, number> = { uint8: 2, float32: 16, complex64: 32 };
/** Millimetres and seconds. */
const units = 2 | 8;
/** The transforms lead to the scanner's coordinates. */
const scannerCode = 1;

/** What a NIfTI file says before its voxels. */
export interface NiftiHeader {
  /** (…, z, y, x): C order, x fastest. */
  readonly shape: readonly number[];
  readonly format: PixelFormat;
  readonly geometry?: Geometry;
  /** Up to 79 letters. */
  readonly description?: string;
}

/**
 * The 352 bytes before the voxels of a single-file NIfTI-1 image, little-endian. With a geometry both
 * sform (full affine) and qform (quaternion) are set, in RAS millimetres; without, both codes are 0, which
 * NIfTI defines as "position unknown", and voxels count as 1 mm.
 *
 * Source: nifti1.h, https://nifti.nimh.nih.gov/nifti-1.
 * @throws MRO_BUNDLE_SHAPE where an extent is beyond 32767 or the geometry not finite
 */
export function niftiHeader(header: NiftiHeader): Uint8Array {
  const size = imageSize(header.shape);
  if (size.length > 7 || size.some((extent) => extent > 32767)) {
    throw new MroError(
      'MRO_BUNDLE_SHAPE',
      `NIfTI-1 holds up to 7 axes of up to 32767 voxels, not (${header.shape.join(', ')}).`,
      { hint: 'Write the map as .mha instead.' },
    );
  }
  const bytes = new Uint8Array(dataOffset);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, headerLength, true);
  bytes[38] = 'r'.charCodeAt(0);
  view.setInt16(40, size.length, true);
  for (let axis = 0; axis < 7; axis++) view.setInt16(42 + 2 * axis, size[axis] ?? 1, true);
  view.setInt16(70, typeCodes[header.format], true);
  view.setInt16(72, 8 * bytesPerVoxel(header.format), true);
  for (let i = 0; i < 8; i++) view.setFloat32(76 + 4 * i, 1, true);
  view.setFloat32(108, dataOffset, true);
  view.setFloat32(112, 1, true);
  bytes[123] = units;
  bytes.set(utf8((header.description ?? 'MR Optimum').replace(/[^ -~]/g, '?').slice(0, 79)), 148);
  if (header.geometry) setTransforms(view, header.geometry);
  bytes.set(utf8('n+1'), 344);
  return bytes;
}

function setTransforms(view: DataView, geometry: Geometry): void {
  checkGeometry(geometry);
  const affine = affineOf(geometry);
  const { b, c, d, qfac } = quaternionOf(geometry);
  [qfac, ...geometry.spacing].forEach((value, i) => {
    view.setFloat32(76 + 4 * i, value, true);
  });
  view.setInt16(252, scannerCode, true);
  view.setInt16(254, scannerCode, true);
  [b, c, d, affine[0][3]!, affine[1][3]!, affine[2][3]!].forEach((value, i) => {
    view.setFloat32(256 + 4 * i, value, true);
  });
  affine.flat().forEach((value, i) => {
    view.setFloat32(280 + 4 * i, value, true);
  });
}

/**
 * Writes a gzipped NIfTI-1 image slice by slice; what is kept in memory is the compressed file alone.
 * The same values give the same bytes.
 */
export function niftiWriter(header: NiftiHeader): {
  /** Appends voxels, x fastest; any number of them, in the format of the header. */
  push(data: Float32Array | Uint8Array): void;
  /** The file. @throws MRO_BUNDLE_SHAPE where voxels are missing or too many */
  finish(): Uint8Array<ArrayBuffer>;
} {
  const stream = gzipWriter();
  stream.push(niftiHeader(header));
  const expected = voxels(header.shape) * partsOf(header.format);
  let count = 0;
  return {
    push: (data) => {
      count += data.length;
      stream.push(voxelBytes(data, header.format));
    },
    finish: () => {
      if (count !== expected) {
        throw new MroError('MRO_BUNDLE_SHAPE', `A map of ${expected} numbers was given ${count}.`, {
          details: { shape: header.shape, expected, given: count },
        });
      }
      return stream.finish();
    },
  };
}

/**
 * A volume as a gzipped single-file NIfTI-1 image (`.nii.gz`).
 * @throws MRO_BUNDLE_SHAPE
 */
export function writeNifti(volume: Volume | StoredVolume, description?: string): Uint8Array<ArrayBuffer> {
  const image = stored(volume);
  checkVolume(image);
  const writer = niftiWriter({ ...image, description });
  // By slices, as a streamed map arrives: the compressed bytes depend on how they are cut.
  const slice = image.shape.slice(-2).reduce((n, extent) => n * extent, partsOf(image.format));
  for (let at = 0; at < image.data.length; at += slice) writer.push(image.data.subarray(at, at + slice));
  return writer.finish();
}

const littleEndianHost = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Voxel values as the little-endian bytes of their format. */
export function voxelBytes(data: Float32Array | Uint8Array, format: PixelFormat): Uint8Array {
  if (format === 'uint8') return data instanceof Uint8Array ? data : wholeBytes(data);
  const floats = data instanceof Float32Array ? data : Float32Array.from(data);
  if (littleEndianHost) return new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
  const bytes = new Uint8Array(floats.byteLength);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < floats.length; i++) view.setFloat32(4 * i, floats[i]!, true);
  return bytes;
}

function wholeBytes(data: Float32Array): Uint8Array {
  if (data.some((value) => !(value >= 0 && value <= 255))) {
    throw new MroError('MRO_BUNDLE_SHAPE', 'A map that is stored as bytes has values outside of 0 … 255.');
  }
  return Uint8Array.from(data, (value) => Math.round(value));
}
