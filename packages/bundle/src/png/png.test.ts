import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colourMaps, colourOf, notANumber, palette } from './colours.ts';
import { contactSheet, preview } from './preview.ts';
import { robustWindow, tickLabels, ticks } from './scale.ts';

/** An RGB picture of a PNG file, decoded from the standard: chunks, zlib, filters. */
function decode(png: Uint8Array): { width: number; height: number; at(x: number, y: number): number[] } {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const chunks = new Map<string, Uint8Array>();
  for (let at = 8; at < png.length; ) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...png.subarray(at + 4, at + 8));
    chunks.set(name, png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  expect([...chunks.keys()]).toEqual(['IHDR', 'IDAT', 'IEND']);
  const header = new DataView(chunks.get('IHDR')!.slice().buffer);
  const [width, height] = [header.getUint32(0), header.getUint32(4)];
  const rows = inflateSync(chunks.get('IDAT')!);
  const stride = 3 * width;
  const rgb = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    expect(rows[y * (stride + 1)]).toBe(2);
    for (let i = 0; i < stride; i++) {
      rgb[y * stride + i] = rows[y * (stride + 1) + 1 + i]! + (y > 0 ? rgb[(y - 1) * stride + i]! : 0);
    }
  }
  return { width, height, at: (x, y) => [...rgb.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)] };
}

describe('previews', () => {
  it('show x to the right and y down, enlarged', () => {
    const data = new Float32Array(64);
    data[7] = 1; // x = 7, y = 0
    data[8 * 6] = 0.5; // x = 0, y = 6
    data[8 * 7 + 7] = Number.NaN;
    const picture = decode(preview({ shape: [8, 8], data }, { colourMap: 'gray', window: [0, 1] }));
    const voxel = (x: number, y: number) => picture.at(12 + x * 40 + 20, 12 + y * 40 + 20);
    expect(voxel(7, 0)).toEqual([255, 255, 255]);
    expect(voxel(0, 6)[0]).toBeCloseTo(127.5, -0.5);
    expect(voxel(7, 7)).toEqual([...notANumber]);
    expect(voxel(3, 3)).toEqual([0, 0, 0]);
  });

  it('lay slices out row by row and thin out what is too large', () => {
    const data = Float32Array.from({ length: 3 * 64 * 64 }, (_, i) => Math.floor(i / 4096));
    const picture = decode(preview({ shape: [3, 64, 64], data }, { colourMap: 'gray', window: [0, 2] }));
    const zoom = 3;
    const centre = (c: number, r: number) =>
      picture.at(12 + (c + 0.5) * (64 * zoom + 2), 12 + (r + 0.5) * 64 * zoom);
    expect([centre(0, 0)[0], centre(1, 0)[0], centre(0, 1)[0]]).toEqual([0, 128, 255]);
    const wide = decode(preview({ shape: [1, 5000], data: new Float32Array(5000) }));
    expect(wide.width).toBeLessThan(2300);
  });

  it('keep the proportions of voxels', () => {
    const geometry = {
      origin: [0, 0, 0],
      spacing: [1, 2, 3],
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    } as const;
    const picture = decode(preview({ shape: [40, 40], data: new Float32Array(1600), geometry }));
    expect(picture.height - 24).toBe(2 * 40 * 4);
  });

  it('show the magnitude of complex maps', () => {
    const complex = preview({ shape: [1, 2], data: Float32Array.from([3, 4, 0, -10]), complex: true });
    expect(complex).toEqual(preview({ shape: [1, 2], data: Float32Array.from([5, 10]) }));
  });

  it('have a bar whose top is the upper end of the window', () => {
    const data = Float32Array.from({ length: 4096 }, (_, i) => i);
    const picture = decode(preview({ shape: [64, 64], data }, { colourMap: 'jet' }));
    const size = 64 * 5;
    const bar = (fraction: number) =>
      picture.at(12 + size + 12 + 8, 12 + Math.round((1 - fraction) * (size - 1)));
    for (const fraction of [0, 0.25, 0.5, 0.75, 1]) {
      bar(fraction).forEach((value, i) => {
        expect(Math.abs(value - colourOf('jet', fraction)[i]!)).toBeLessThan(12);
      });
    }
  });

  it('stand side by side on a contact sheet', () => {
    const panel = { shape: [32, 32], data: new Float32Array(1024).fill(1), title: 'SNR', units: '1' };
    const one = decode(preview(panel, panel));
    const sheet = decode(contactSheet([panel, panel, panel], 2));
    expect([sheet.width, sheet.height]).toEqual([2 * one.width, 2 * one.height]);
    expect(sheet.at(one.width + 30, 60)).toEqual(one.at(30, 60));
    expect(() => contactSheet([])).toThrow(expect.objectContaining({ code: 'MRO_BUNDLE_SHAPE' }));
  });

  it('refuse values that do not fit the shape', () => {
    const refused = expect.objectContaining({ code: 'MRO_BUNDLE_SHAPE' });
    expect(() => preview({ shape: [2, 2], data: new Float32Array(3) })).toThrow(refused);
    expect(() => preview({ shape: [0, 2], data: new Float32Array(0) })).toThrow(refused);
  });
});

describe('windows and ticks', () => {
  it('spans the 1st to 99th percentile of what is not zero', () => {
    const values = new Float32Array(3000);
    for (let i = 0; i <= 1000; i++) values[i] = i + 1;
    values[2000] = Number.POSITIVE_INFINITY;
    values[2001] = Number.NaN;
    expect(robustWindow(values)).toEqual([11, 991]);
    expect(robustWindow(new Float32Array(5))).toEqual([0, 1]);
    expect(robustWindow(new Float32Array(5).fill(3))).toEqual([0, 3]);
    expect(robustWindow(new Float32Array(5).fill(-3))).toEqual([-3, 0]);
  });

  it('puts round numbers inside of any window, few of them, all different', () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(number, fc.double({ min: 1e-4, max: 1e6, noNaN: true }), (low, width) => {
        const marks = ticks([low, low + width]);
        expect(marks.length).toBeLessThanOrEqual(7);
        expect(marks.length).toBeGreaterThanOrEqual(2);
        for (const mark of marks) {
          expect(mark).toBeGreaterThanOrEqual(low - 1e-6 * width - 1e-9);
          expect(mark).toBeLessThanOrEqual(low + width * (1 + 1e-6) + 1e-9);
        }
        expect(new Set(tickLabels(marks)).size).toBe(marks.length);
      }),
    );
  });

  it.each([
    [
      [0, 1],
      ['0.0', '0.2', '0.4', '0.6', '0.8', '1.0'],
    ],
    [
      [3, 228],
      ['50', '100', '150', '200'],
    ],
    [
      [0, 4e-12],
      ['0', '1e-12', '2e-12', '3e-12', '4e-12'],
    ],
  ] as const)('labels %j', (window, expected) => {
    expect(tickLabels(ticks(window))).toEqual(expected);
  });
});

describe('colours', () => {
  it('run from the first to the last and stay there', () => {
    for (const map of colourMaps) {
      expect(colourOf(map, -1)).toEqual(colourOf(map, 0));
      expect(colourOf(map, 2)).toEqual(colourOf(map, 1));
      const colour = palette(map, [10, 20]);
      for (const value of [5, 10, 20, 25, Number.NaN])
        expect(colour(value)).toEqual(colourOf(map, (value - 10) / 10));
    }
  });

  it('grow brighter along gray and viridis', () => {
    for (const map of ['gray', 'viridis'] as const) {
      const luminance = Array.from({ length: 50 }, (_, i) => {
        const [red, green, blue] = colourOf(map, i / 49);
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      });
      for (let i = 1; i < 50; i++) expect(luminance[i]!).toBeGreaterThan(luminance[i - 1]!);
    }
  });
});
