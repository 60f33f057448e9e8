import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat } from '../bytes.ts';
import { readNifti } from './niftiRead.ts';
import { writeNifti } from './niftiWrite.ts';

interface Layout {
  readonly version: 1 | 2;
  readonly little: boolean;
  readonly type: number;
  readonly size: number[];
  readonly slope?: number;
  readonly intercept?: number;
}

/** A header written field by field from the tables of nifti1.h and nifti2.h. */
function header({ version, little, type, size, slope = 0, intercept = 0 }: Layout): DataView {
  const view = new DataView(new ArrayBuffer(version === 1 ? 352 : 544));
  const magic = version === 1 ? [110, 43, 49, 0] : [110, 43, 50, 0, 13, 10, 26, 10];
  if (version === 1) {
    view.setInt32(0, 348, little);
    [size.length, ...size].forEach((extent, i) => {
      view.setInt16(40 + 2 * i, extent, little);
    });
    view.setInt16(70, type, little);
    view.setFloat32(108, 352, little);
    view.setFloat32(112, slope, little);
    view.setFloat32(116, intercept, little);
    magic.forEach((byte, i) => {
      view.setUint8(344 + i, byte);
    });
  } else {
    view.setInt32(0, 540, little);
    magic.forEach((byte, i) => {
      view.setUint8(4 + i, byte);
    });
    view.setInt16(12, type, little);
    [size.length, ...size].forEach((extent, i) => {
      view.setBigInt64(16 + 8 * i, BigInt(extent), little);
    });
    view.setBigInt64(168, 544n, little);
    view.setFloat64(176, slope, little);
    view.setFloat64(184, intercept, little);
  }
  return view;
}

type Setter = (view: DataView, at: number, value: number, little: boolean) => void;
const kinds: [string, number, number, Setter][] = [
  ['uint8', 2, 1, (v, at, x) => v.setUint8(at, x)],
  ['int8', 256, 1, (v, at, x) => v.setInt8(at, x)],
  ['int16', 4, 2, (v, at, x, l) => v.setInt16(at, x, l)],
  ['uint16', 512, 2, (v, at, x, l) => v.setUint16(at, x, l)],
  ['int32', 8, 4, (v, at, x, l) => v.setInt32(at, x, l)],
  ['uint32', 768, 4, (v, at, x, l) => v.setUint32(at, x, l)],
  ['int64', 1024, 8, (v, at, x, l) => v.setBigInt64(at, BigInt(x), l)],
  ['uint64', 1280, 8, (v, at, x, l) => v.setBigUint64(at, BigInt(x), l)],
  ['float32', 16, 4, (v, at, x, l) => v.setFloat32(at, x, l)],
  ['float64', 64, 8, (v, at, x, l) => v.setFloat64(at, x, l)],
];
const cases = kinds.flatMap(([name, type, width, set]) =>
  ([1, 2] as const).flatMap((version) =>
    [true, false].map((little) => ({ name, type, width, set, version, little })),
  ),
);

describe('reading NIfTI', () => {
  it.each(cases)(
    '$name, version $version, little-endian $little',
    ({ type, width, set, version, little }) => {
      const values = [0, 1, 2, 5, 100, 127];
      const voxels = new DataView(new ArrayBuffer(width * 6));
      values.forEach((value, i) => {
        set(voxels, i * width, value, little);
      });
      const head = header({ version, little, type, size: [3, 2], slope: 0.5, intercept: -2 });
      const file = concat([new Uint8Array(head.buffer), new Uint8Array(voxels.buffer)]);
      const { data, shape, complex, geometry } = readNifti(file);
      expect([...data]).toEqual(values.map((value) => 0.5 * value - 2));
      expect({ shape, complex, geometry }).toEqual({ shape: [1, 2, 3], complex: false, geometry: undefined });
    },
  );

  it('reads complex128, and a slope of 0 as "not scaled"', () => {
    const head = header({ version: 1, little: true, type: 1792, size: [1, 2, 1] });
    const voxels = new Float64Array([1, 2, -3, 4]);
    const read = readNifti(concat([new Uint8Array(head.buffer), new Uint8Array(voxels.buffer)]));
    expect(read.complex).toBe(true);
    expect([...read.data]).toEqual([1, 2, -3, 4]);
  });

  it('reads gzip of several members, as bgzip writes it', () => {
    const file = header({ version: 1, little: true, type: 2, size: [100, 1, 1] });
    const voxels = Uint8Array.from({ length: 100 }, (_, i) => i);
    const members = concat([
      gzipSync(new Uint8Array(file.buffer)),
      gzipSync(voxels.subarray(0, 30)),
      gzipSync(voxels.subarray(30)),
    ]);
    expect([...readNifti(members).data]).toEqual([...voxels]);
    members[members.length - 7]! ^= 1;
    expect(() => readNifti(members)).toThrow(expect.objectContaining({ code: 'MRO_BUNDLE_DAMAGED' }));
  });

  it.each([
    ['RGB', { type: 128, size: [2, 2] }, 'MRO_BUNDLE_UNSUPPORTED'],
    ['an unknown type', { type: 3, size: [2, 2] }, 'MRO_BUNDLE_UNSUPPORTED'],
    ['no voxels', { type: 2, size: [] }, 'MRO_BUNDLE_DAMAGED'],
    ['a negative size', { type: 2, size: [2, -1] }, 'MRO_BUNDLE_DAMAGED'],
    ['more than the file has', { type: 64, size: [30, 30] }, 'MRO_BUNDLE_DAMAGED'],
    ['a huge size', { type: 2, size: [30000, 30000, 30000] }, 'MRO_BUNDLE_TOO_LARGE'],
  ])('refuses %s', (_, layout, code) => {
    const head = header({ version: 1, little: true, ...layout });
    expect(() => readNifti(new Uint8Array(head.buffer), 'fa.nii')).toThrow(expect.objectContaining({ code }));
  });

  it('refuses Analyze images and .hdr/.img pairs with a hint', () => {
    const analyze = header({ version: 1, little: true, type: 2, size: [1] });
    analyze.setUint32(344, 0);
    const hint = expect.stringContaining('single .nii');
    expect(() => readNifti(new Uint8Array(analyze.buffer))).toThrow(expect.objectContaining({ hint }));
    analyze.setUint32(344, 0x6e693100);
    expect(() => readNifti(new Uint8Array(analyze.buffer))).toThrow(expect.objectContaining({ hint }));
  });

  it('says so, and nothing else, whatever bytes change', () => {
    const packed = writeNifti({ shape: [2, 4, 5], data: new Float32Array(40).fill(1), complex: false });
    const plain = Uint8Array.from(gunzipSync(packed));
    fc.assert(
      fc.property(
        fc.constantFrom(packed, plain, plain),
        fc.nat(plain.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        (file, position, change, cut) => {
          const at = position % file.length;
          const mutated = cut ? file.slice(0, at) : file.slice();
          if (!cut) mutated[at]! ^= change;
          try {
            readNifti(mutated);
          } catch (error) {
            expect((error as { code: string }).code).toMatch(/^MRO_BUNDLE_/);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
