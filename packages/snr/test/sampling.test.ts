import { describe, expect, it } from 'vitest';
import { complexZeros } from '../src/arrays.ts';
import { centredBlock, findLattice, gatherLattice } from '../src/sampling.ts';
import { normalStream } from '../src/simulate/random.ts';
import { aliasPhase, foldedImages, removeOversampling } from '../src/transforms.ts';
import { testKernels } from './support.ts';

const k = testKernels();
const flags = (text: string): number[] => [...text].map((c) => (c === '1' ? 1 : 0));

describe('finding the lattice', () => {
  it.each([
    ['11111111', { acceleration: 1, offset: 0, extent: [0, 8] }],
    ['10101010', { acceleration: 2, offset: 0, extent: [0, 7] }],
    ['01010101', { acceleration: 2, offset: 1, extent: [1, 8] }],
    ['0010010010', { acceleration: 3, offset: 2, extent: [2, 9] }],
    ['11111100', { acceleration: 1, offset: 0, extent: [0, 6] }],
    ['1010101110101010', { acceleration: 2, offset: 0, extent: [0, 15], calibration: [6, 9] }],
    ['1001001111001001', { acceleration: 3, offset: 0, extent: [0, 16], calibration: [6, 10] }],
  ])('of %s', (text, expected) => {
    expect(findLattice(flags(text))).toEqual(expected);
  });

  it.each(['1010011010', '11011111', '00000000', '110110111101101'])('refuses %s', (text) => {
    expect(() => findLattice(flags(text))).toThrow(/sampling pattern is not regular/);
  });
});

it('centres a block as the specification says', () => {
  expect(centredBlock(96, 24)).toEqual([36, 60]);
  expect(centredBlock(75, 24)).toEqual([25, 49]);
  expect(centredBlock(75, null)).toEqual([0, 75]);
});

describe('folded images', () => {
  it.each([
    [12, 15, 1, 3, 0, 0],
    [12, 15, 1, 3, 0, 1],
    [12, 15, 2, 5, 1, 3],
    [10, 14, 2, 2, 1, 0],
    [9, 21, 3, 7, 2, 6],
  ])('of a %i×%i matrix at R = %i×%i from (%i, %i) are the zero-filled image', (nx, ny, rx, ry, ox, oy) => {
    const stream = normalStream(nx * ny + rx);
    const kspace = k.complex(2, ny, nx);
    for (let p = 0; p < kspace.data.length; p++) kspace.data[p] = stream.next();
    const zeroFilled = k.complex(2, ny, nx);
    for (let c = 0; c < 2; c++) {
      for (let y = oy; y < ny; y += ry) {
        for (let x = ox; x < nx; x += rx) {
          const p = 2 * ((c * ny + y) * nx + x);
          zeroFilled.data.set(kspace.data.subarray(p, p + 2), p);
        }
      }
    }
    k.fft2(zeroFilled, zeroFilled, 'image');
    const [my, mx] = [ny / ry, nx / rx];
    const folded = k.complex(2, my, mx);
    const sampled = k.complex(2, my, mx);
    gatherLattice(sampled, kspace, [rx, ry], [ox, oy]);
    foldedImages(k, folded, sampled, [rx, ry], [ox, oy]);
    for (let c = 0; c < 2; c++) {
      for (let y = 0; y < ny; y++) {
        for (let x = 0; x < nx; x++) {
          const phase = aliasPhase([ny, nx], [rx, ry], [ox, oy], Math.floor(y / my), Math.floor(x / mx));
          const f = 2 * ((c * my + (y % my)) * mx + (x % mx));
          const z = 2 * ((c * ny + y) * nx + x);
          const scale = 1 / Math.sqrt(rx * ry);
          const re = (folded.data[f]! * Math.cos(phase) - folded.data[f + 1]! * Math.sin(phase)) * scale;
          const im = (folded.data[f]! * Math.sin(phase) + folded.data[f + 1]! * Math.cos(phase)) * scale;
          expect(re).toBeCloseTo(zeroFilled.data[z]!, 4);
          expect(im).toBeCloseTo(zeroFilled.data[z + 1]!, 4);
        }
      }
    }
  });
});

it('removing oversampling keeps the noise per sample', () => {
  const stream = normalStream(8);
  const wide = k.complex(4, 60, 128);
  for (let p = 0; p < wide.data.length; p++) wide.data[p] = stream.next();
  const narrow = k.complex(4, 60, 64);
  removeOversampling(k, narrow, wide);
  const variance = narrow.data.reduce((s, v) => s + v * v, 0) / narrow.data.length;
  expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / narrow.data.length));
  expect(complexZeros(1).data.length).toBe(2);
});
