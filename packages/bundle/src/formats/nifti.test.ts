import { gunzipSync } from 'node:zlib';
import type { Geometry } from '@mroptimum/contract';
import fc from 'fast-check';
import * as nifti from 'nifti-reader-js';
import { describe, expect, it } from 'vitest';
import { geometryDifference, obliqueGeometry } from '../../test/geometries.ts';
import type { Volume } from '../volume.ts';
import { affineOf, affineOfQuaternion, geometryOf, quaternionOf } from './affine.ts';
import { readNifti } from './niftiRead.ts';
import { niftiWriter, writeNifti } from './niftiWrite.ts';

const ramp = (length: number) => Float32Array.from({ length }, (_, i) => i / 7 - 3);
const volume = (shape: number[], complex: boolean, geometry?: Geometry): Volume => ({
  shape,
  complex,
  geometry,
  data: ramp(shape.reduce((n, extent) => n * extent, complex ? 2 : 1)),
});

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const angles = fc.record({
  axis: fc.tuple(number(-1, 1), number(-1, 1), number(0.1, 1)).map(([x, y, z]) => [x, y, z] as const),
  angle: number(-Math.PI, Math.PI),
  mirrored: fc.boolean(),
});

describe('NIfTI geometry', () => {
  it('has the signs of RAS: LPS identity turns x and y around', () => {
    // By hand: a voxel at LPS (10, 20, 30) is 10 mm to the left, 20 to the back; RAS is (−10, −20, 30).
    const geometry: Geometry = {
      origin: [10, 20, 30],
      spacing: [2, 3, 4],
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    };
    expect(affineOf(geometry)).toEqual([
      [-2, 0, 0, -10],
      [0, -3, 0, -20],
      [0, 0, 4, 30],
    ]);
    // The rotation diag(−1, −1, 1) is half a turn about z: quaternion (0, 0, 0, 1).
    expect(quaternionOf(geometry)).toEqual({ b: 0, c: 0, d: 1, qfac: 1 });
  });

  it('puts a coronal slice where DICOM says', () => {
    // Rows run to the patient's left (1,0,0), columns to the feet (0,0,−1), slices to the back (0,1,0).
    const geometry: Geometry = {
      origin: [-100, 5, 120],
      spacing: [1, 2, 5],
      direction: [1, 0, 0, 0, 0, -1, 0, 1, 0],
    };
    // Voxel (3, 4, 2): LPS = (−100+3, 5+10, 120−8) = (−97, 15, 112); RAS = (97, −15, 112).
    const affine = affineOf(geometry);
    expect(affine.map((row) => row[0]! * 3 + row[1]! * 4 + row[2]! * 2 + row[3]!)).toEqual([97, -15, 112]);
    expect(geometryOf(affine)).toEqual(geometry);
  });

  it('survives sform and qform for any rotation, left-handed ones too', () => {
    fc.assert(
      fc.property(angles, ({ axis, angle, mirrored }) => {
        const geometry = obliqueGeometry(axis, angle, mirrored);
        expect(geometryDifference(geometryOf(affineOf(geometry))!, geometry)).toBeLessThan(1e-9);
        const quaternion = quaternionOf(geometry);
        expect(quaternion.qfac).toBe(mirrored ? -1 : 1);
        const offset = affineOf(geometry).map((row) => row[3]!);
        const back = geometryOf(affineOfQuaternion(quaternion, geometry.spacing, offset))!;
        // Near half a turn the left-out part of the quaternion is the root of a rounded difference.
        expect(geometryDifference(back, geometry)).toBeLessThan(1e-6);
      }),
    );
  });

  it('is found in the file by both transforms, to float32', () => {
    fc.assert(
      fc.property(angles, ({ axis, angle, mirrored }) => {
        const geometry = obliqueGeometry(axis, angle, mirrored);
        const file = Uint8Array.from(gunzipSync(writeNifti(volume([2, 3, 4], false, geometry))));
        expect(geometryDifference(readNifti(file).geometry!, geometry)).toBeLessThan(2e-5);
        new DataView(file.buffer).setInt16(254, 0, true);
        expect(geometryDifference(readNifti(file).geometry!, geometry)).toBeLessThan(5e-3);
        new DataView(file.buffer).setInt16(252, 0, true);
        expect(readNifti(file).geometry).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });
});

describe('NIfTI files', () => {
  it.each([
    ['a real slice', [5, 4], false],
    ['a complex stack', [3, 5, 4], true],
    ['repetitions', [2, 3, 5, 4], false],
  ])('come back as they were: %s', (_, shape, complex) => {
    const written = volume(shape, complex, obliqueGeometry([1, 2, 3], 0.4));
    const read = readNifti(writeNifti(written));
    expect(read.data).toEqual(written.data);
    expect(read.complex).toBe(complex);
    expect(read.shape).toEqual(shape.length < 3 ? [1, ...shape] : shape);
  });

  it('are read alike by nifti-reader-js', () => {
    const written = volume([3, 5, 4], false, obliqueGeometry([1, 2, 3], 0.4, true));
    const bytes = nifti.decompress(writeNifti(written).buffer) as ArrayBuffer;
    const header = nifti.readHeader(bytes)!;
    expect(header.dims.slice(0, 4)).toEqual([3, 4, 5, 3]);
    expect(header.datatypeCode).toBe(nifti.NIFTI1.TYPE_FLOAT32);
    expect([header.sform_code, header.qform_code, header.xyzt_units]).toEqual([1, 1, 10]);
    expect(new Float32Array(nifti.readImage(header, bytes))).toEqual(written.data);
    const affine = affineOf(written.geometry!);
    header.affine.slice(0, 3).forEach((row: number[], r: number) => {
      row.forEach((value, c) => {
        expect(value).toBeCloseTo(affine[r]![c]!, 4);
      });
    });
  });

  it('store masks as bytes', () => {
    const data = Uint8Array.from([0, 1, 1, 0, 1, 0]);
    const bytes = gunzipSync(writeNifti({ shape: [1, 2, 3], data, format: 'uint8' }));
    expect([...bytes.subarray(352)]).toEqual([...data]);
    expect([...readNifti(bytes).data]).toEqual([...data]);
  });

  it('are the same for the same map, streamed or not', () => {
    const whole = volume([4, 6, 5], true, obliqueGeometry([0, 1, 1], 1));
    const writer = niftiWriter({ shape: whole.shape, format: 'complex64', geometry: whole.geometry });
    for (let slice = 0; slice < 4; slice++) writer.push(whole.data.subarray(slice * 60, (slice + 1) * 60));
    const streamed = writer.finish();
    expect(streamed).toEqual(writeNifti(whole));
    expect([...streamed.subarray(4, 8)]).toEqual([0, 0, 0, 0]);
  });

  it('refuse voxels that do not fit the shape', () => {
    expect(() => writeNifti({ shape: [2, 2], data: ramp(3), complex: false })).toThrow(
      expect.objectContaining({ code: 'MRO_BUNDLE_SHAPE' }),
    );
    const writer = niftiWriter({ shape: [2, 2], format: 'float32' });
    expect(() => writer.finish()).toThrow(expect.objectContaining({ code: 'MRO_BUNDLE_SHAPE' }));
    expect(() => writeNifti({ shape: [1, 2], data: Float32Array.of(1, 256), format: 'uint8' })).toThrow(
      expect.objectContaining({ code: 'MRO_BUNDLE_SHAPE' }),
    );
  });

  it.each([
    ['a voxel size that is no number', { spacing: [1, Number.NaN, 1] }],
    ['a voxel without size', { spacing: [1, 0, 1] }],
    ['axes that are no unit vectors', { direction: [2, 0, 0, 0, 2, 0, 0, 0, 2] }],
    ['axes in one plane', { direction: [1, 0, 0, 0, 1, 0, 0, 1, 0] }],
  ] as const)('refuse a geometry with %s', (_, changes) => {
    const geometry: Geometry = { ...obliqueGeometry([0, 0, 1], 0), ...changes };
    expect(() => writeNifti(volume([2, 2], false, geometry))).toThrow(
      expect.objectContaining({ code: 'MRO_BUNDLE_SHAPE' }),
    );
  });
});
