import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { obliqueGeometry } from '../../test/geometries.ts';
import { concat, text, utf8 } from '../bytes.ts';
import type { Volume } from '../volume.ts';
import { readMha } from './mhaRead.ts';
import { writeMha, writeMhd } from './mhaWrite.ts';

const volume = (complex: boolean, known = true): Volume => ({
  shape: [3, 4, 5],
  complex,
  data: Float32Array.from({ length: complex ? 120 : 60 }, (_, i) => Math.sin(i)),
  geometry: known ? obliqueGeometry([1, -2, 0.5], 0.7, complex) : undefined,
});

/** A header as ITK writes it, with the lines that a test changes. */
const itkHeader = (changes: Record<string, string> = {}): Uint8Array => {
  const fields: Record<string, string> = {
    ObjectType: 'Image',
    NDims: '3',
    BinaryData: 'True',
    BinaryDataByteOrderMSB: 'False',
    CompressedData: 'False',
    TransformMatrix: '0 1 0 0 0 -1 -1 0 0',
    Offset: '-10.5 20 30',
    CenterOfRotation: '0 0 0',
    AnatomicalOrientation: 'PSR',
    ElementSpacing: '1 2 3',
    DimSize: '2 1 3',
    ElementType: 'MET_SHORT',
    ...changes,
    ElementDataFile: changes.ElementDataFile ?? 'LOCAL',
  };
  return utf8(
    Object.entries(fields)
      .map(([key, value]) => `${key} = ${value}\n`)
      .join(''),
  );
};
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('MetaImage', () => {
  it.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])('comes back exactly: complex %s, compressed %s', (complex, compress) => {
    const written = volume(complex);
    expect(readMha(writeMha(written, { compress }))).toEqual(written);
  });

  it('keeps an unknown position unknown', () => {
    expect(readMha(writeMha(volume(false, false)))).toEqual(volume(false, false));
  });

  it('is a header with raw voxels beside it as .mhd', () => {
    const { header, voxels } = writeMhd(volume(true), 'SNR.raw');
    expect(text(header)).toMatch(/ElementDataFile = SNR\.raw\n$/);
    expect(readMha(header, 'SNR.mhd', voxels)).toEqual(volume(true));
    expect(() => readMha(header, 'SNR.mhd')).toThrow(code('MRO_BUNDLE_MISSING'));
  });

  it('reads what ITK writes: axis after axis in TransformMatrix, LPS', () => {
    const voxels = new Uint8Array(Int16Array.from([1, -2, 3, -4, 5, 300]).buffer);
    const read = readMha(concat([itkHeader(), voxels]));
    expect([...read.data]).toEqual([1, -2, 3, -4, 5, 300]);
    expect(read.shape).toEqual([3, 1, 2]);
    // The x axis of the image runs along the patient's y (to the back), its y axis to the feet.
    expect(read.geometry).toEqual({
      origin: [-10.5, 20, 30],
      spacing: [1, 2, 3],
      direction: [0, 1, 0, 0, 0, -1, -1, 0, 0],
    });
  });

  it('reads a matrix that scales as larger voxels', () => {
    const scaled = { TransformMatrix: '2 0 0 0 0 3 0 1 0', Offset: '0 0 0', ElementSpacing: '1 1 1' };
    expect(readMha(concat([itkHeader(scaled), new Uint8Array(12)])).geometry).toEqual({
      origin: [0, 0, 0],
      spacing: [2, 3, 1],
      direction: [1, 0, 0, 0, 0, 1, 0, 1, 0],
    });
  });

  it('reads big-endian, compressed and two-dimensional files', () => {
    const voxels = new Uint8Array(Float64Array.from([1.5, -2]).buffer).reverse();
    const flat = {
      NDims: '2',
      DimSize: '2 1',
      TransformMatrix: '0 1 1 0',
      Offset: '3 4',
      ElementSpacing: '2 5',
    };
    const head = itkHeader({ ...flat, BinaryDataByteOrderMSB: 'True', ElementType: 'MET_DOUBLE' });
    const read = readMha(concat([head, voxels]));
    expect([...read.data]).toEqual([-2, 1.5]);
    expect(read.geometry).toEqual({
      origin: [3, 4, 0],
      spacing: [2, 5, 1],
      direction: [0, 1, 0, 1, 0, 0, 0, 0, 1],
    });

    const packed = deflateSync(Uint8Array.from([9, 8, 7, 6, 5, 4]));
    const zipped = {
      CompressedData: 'True',
      CompressedDataSize: `${packed.length}`,
      ElementType: 'MET_UCHAR',
    };
    expect([...readMha(concat([itkHeader(zipped), packed])).data]).toEqual([9, 8, 7, 6, 5, 4]);
    packed[packed.length - 1]! ^= 1;
    expect(() => readMha(concat([itkHeader(zipped), packed]))).toThrow(code('MRO_BUNDLE_DAMAGED'));
  });

  it.each([
    ['three channels', { ElementNumberOfChannels: '3' }, 'MRO_BUNDLE_UNSUPPORTED'],
    ['unknown numbers', { ElementType: 'MET_STRING' }, 'MRO_BUNDLE_UNSUPPORTED'],
    ['numbers as text', { BinaryData: 'False' }, 'MRO_BUNDLE_UNSUPPORTED'],
    ['more voxels than there are', { DimSize: '2 2 3' }, 'MRO_BUNDLE_DAMAGED'],
    ['a size of no number', { DimSize: '2 x 3' }, 'MRO_BUNDLE_DAMAGED'],
    ['a position that is no number', { Offset: '1 2 x' }, 'MRO_BUNDLE_DAMAGED'],
    ['axes in one plane', { TransformMatrix: '1 0 0 0 1 0 0 1 0' }, 'MRO_BUNDLE_DAMAGED'],
    ['another number of axes', { NDims: '2' }, 'MRO_BUNDLE_DAMAGED'],
    ['a huge size', { DimSize: '99999 99999 9' }, 'MRO_BUNDLE_TOO_LARGE'],
  ])('refuses %s', (_, changes, expected) => {
    expect(() => readMha(concat([itkHeader(changes), new Uint8Array(12)]))).toThrow(code(expected));
  });

  it('says so, and nothing else, whatever bytes change', () => {
    const file = writeMha(volume(false), { compress: true });
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const mutated = cut ? file.slice(0, at) : file.slice();
        if (!cut) mutated[at] = byte;
        try {
          readMha(mutated);
        } catch (error) {
          expect((error as { code: string }).code).toMatch(/^MRO_BUNDLE_/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
