import type { Geometry } from '@mroptimum/contract';
import { MroError } from '@mroptimum/contract';
import { text, viewOf } from '../bytes.ts';
import { damaged, gunzip, isGzip } from '../compression.ts';
import type { Volume } from '../volume.ts';
import { affineOfQuaternion, geometryOf } from './affine.ts';
import type { ElementType } from './elements.ts';
import { checkedVoxels, readElements } from './elements.ts';

/** Numbers that a volume may have at most: 2 GiB as float32. */
export const maximumVoxels = 2 ** 29;
/** Bytes that a compressed image may unpack to at most. */
export const maximumImageBytes = 2 ** 31 + 2 ** 16;

const types = new Map<number, { readonly element: ElementType; readonly complex?: boolean }>([
  [2, { element: 'uint8' }],
  [4, { element: 'int16' }],
  [8, { element: 'int32' }],
  [16, { element: 'float32' }],
  [32, { element: 'float32', complex: true }],
  [64, { element: 'float64' }],
  [256, { element: 'int8' }],
  [512, { element: 'uint16' }],
  [768, { element: 'uint32' }],
  [1024, { element: 'int64' }],
  [1280, { element: 'uint64' }],
  [1792, { element: 'float64', complex: true }],
]);
const unreadable = new Map([
  [0, 'no data type at all'],
  [1, 'single bits'],
  [128, 'RGB colours'],
  [1536, '128-bit numbers'],
  [2048, '256-bit complex numbers'],
  [2304, 'RGBA colours'],
]);

/** Where the fields that are used lie in the two versions of the header. */
interface Fields {
  readonly size: number[];
  readonly type: number;
  readonly pixdim: number[];
  readonly offset: number;
  readonly slope: number;
  readonly intercept: number;
  readonly qformCode: number;
  readonly sformCode: number;
  readonly quaternion: number[];
  readonly qoffset: number[];
  readonly srow: number[];
  readonly spatialUnit: number;
}

/** Whether bytes (unpacked) begin as a NIfTI-1 or NIfTI-2 image in either byte order. */
export function isNifti(bytes: Uint8Array): boolean {
  if (bytes.length < 348) return false;
  const view = viewOf(bytes);
  return [true, false].some((little) => [348, 540].includes(view.getInt32(0, little)));
}

/**
 * Reads a NIfTI-1 or NIfTI-2 image, single file, plain or gzipped, either byte order, any integer, real or
 * complex type up to 64 bits; `scl_slope` and `scl_inter` are applied (to both parts of complex values).
 * The geometry comes from the sform, else from the qform, else it is unknown; it is returned in LPS.
 *
 * @throws MRO_BUNDLE_FORMAT, MRO_BUNDLE_DAMAGED, MRO_BUNDLE_UNSUPPORTED, MRO_BUNDLE_TOO_LARGE
 */
export function readNifti(file: Uint8Array, name = 'the image'): Volume {
  const bytes = isGzip(file) ? gunzip(file, { name, limit: maximumImageBytes }) : file;
  if (!isNifti(bytes)) throw new MroError('MRO_BUNDLE_FORMAT', `${name} is not a NIfTI image.`);
  const view = viewOf(bytes);
  const little = [348, 540].includes(view.getInt32(0, true));
  const second = view.getInt32(0, little) === 540;
  if (second && bytes.length < 544) throw damaged(name, 'it ends inside its header');
  checkMagic(name, text(bytes.subarray(second ? 4 : 344, second ? 8 : 348)));
  const fields = second ? fields2(view, little) : fields1(view, little);
  const type = types.get(fields.type);
  if (!type) {
    const what = unreadable.get(fields.type) ?? `data type ${fields.type}`;
    throw new MroError('MRO_BUNDLE_UNSUPPORTED', `${name} holds ${what}, which is not a map.`, {
      hint: 'Convert it to float32 or complex64.',
    });
  }
  const count = checkedVoxels(name, fields.size, maximumVoxels) * (type.complex ? 2 : 1);
  if (!Number.isSafeInteger(fields.offset) || fields.offset < 0) {
    throw damaged(name, `its voxels begin at byte ${fields.offset}`);
  }
  const unscaled = fields.slope === 0 || !Number.isFinite(fields.slope) || !Number.isFinite(fields.intercept);
  const scaling = unscaled ? undefined : { slope: fields.slope, intercept: fields.intercept };
  const data = readElements(name, bytes, fields.offset, count, type.element, little, scaling);
  return {
    shape: shapeOf(fields.size),
    data,
    complex: type.complex === true,
    geometry: geometryOfFields(fields),
  };
}

function checkMagic(name: string, magic: string): void {
  if (magic.startsWith('n+1\0') || magic.startsWith('n+2\0')) return;
  const pair = magic.startsWith('ni1') || magic.startsWith('ni2');
  throw new MroError(
    'MRO_BUNDLE_UNSUPPORTED',
    pair
      ? `${name} is the header of a .hdr/.img pair.`
      : `${name} is an Analyze image, whose orientation is undefined.`,
    { hint: 'Convert it to a single .nii or .nii.gz file.' },
  );
}

/** (…, z, y, x) without trailing axes of one voxel beyond the third. */
function shapeOf(size: readonly number[]): number[] {
  const kept = [...size];
  while (kept.length > 3 && kept.at(-1) === 1) kept.pop();
  while (kept.length < 3) kept.push(1);
  return kept.reverse();
}

const series = (length: number, read: (i: number) => number): number[] =>
  Array.from({ length }, (_, i) => read(i));

function fields1(view: DataView, little: boolean): Fields {
  const short = (at: number) => view.getInt16(at, little);
  const float = (at: number) => view.getFloat32(at, little);
  return {
    size: series(Math.min(Math.max(short(40), 0), 7), (i) => short(42 + 2 * i)),
    type: short(70),
    pixdim: series(8, (i) => float(76 + 4 * i)),
    offset: float(108),
    slope: float(112),
    intercept: float(116),
    qformCode: short(252),
    sformCode: short(254),
    quaternion: series(3, (i) => float(256 + 4 * i)),
    qoffset: series(3, (i) => float(268 + 4 * i)),
    srow: series(12, (i) => float(280 + 4 * i)),
    spatialUnit: view.getUint8(123) & 7,
  };
}

function fields2(view: DataView, little: boolean): Fields {
  const double = (at: number) => view.getFloat64(at, little);
  const long = (at: number) => Number(view.getBigInt64(at, little));
  return {
    size: series(Math.min(Math.max(long(16), 0), 7), (i) => long(24 + 8 * i)),
    type: view.getInt16(12, little),
    pixdim: series(8, (i) => double(104 + 8 * i)),
    offset: long(168),
    slope: double(176),
    intercept: double(184),
    qformCode: view.getInt32(344, little),
    sformCode: view.getInt32(348, little),
    quaternion: series(3, (i) => double(352 + 8 * i)),
    qoffset: series(3, (i) => double(376 + 8 * i)),
    srow: series(12, (i) => double(400 + 8 * i)),
    spatialUnit: view.getInt32(500, little) & 7,
  };
}

/** Lengths of a file in millimetres: its unit may be metre (1) or micrometre (3). */
const unitInMillimetres = (code: number): number => (code === 1 ? 1000 : code === 3 ? 0.001 : 1);

function geometryOfFields(fields: Fields): Geometry | undefined {
  const unit = unitInMillimetres(fields.spatialUnit);
  const row = (r: number) => fields.srow.slice(4 * r, 4 * r + 4).map((value) => unit * value);
  if (fields.sformCode > 0) {
    const geometry = geometryOf([row(0), row(1), row(2)]);
    if (geometry) return geometry;
  }
  if (fields.qformCode <= 0) return undefined;
  const [b, c, d] = fields.quaternion as [number, number, number];
  const quaternion = { b, c, d, qfac: fields.pixdim[0]! < 0 ? (-1 as const) : (1 as const) };
  const spacing = fields.pixdim.slice(1, 4).map((size) => unit * Math.abs(size || 1));
  return geometryOf(
    affineOfQuaternion(
      quaternion,
      spacing,
      fields.qoffset.map((value) => unit * value),
    ),
  );
}
