import type { ComplexArray } from '../arrays.ts';
import { SnrError } from '../errors.ts';
import type { Kernels, Range } from '../kernels/interface.ts';
import type { Reference } from '../prepare.ts';

/**
 * Coil images of calibration k-space, low-resolution where the block is small.
 *
 * @param window 'hann': k-space times cos²(π d/(2h+2)) over the block along each axis (d from the centre of
 *   k-space, h that of the block's farther end), so that truncation does not ring into the maps
 * @returns (coil, ny, nx)
 */
export function referenceImages(
  k: Kernels,
  reference: Reference,
  shape: readonly [ny: number, nx: number],
  window: 'hann' | 'none',
): ComplexArray {
  const [ny, nx] = shape;
  const { block, rows, columns } = reference;
  const [coils, height, width] = block.shape as [number, number, number];
  const images = k.complex(coils, ny, nx);
  k.scope(() => {
    // Lines outside the block are zero before and after the transform along the readout.
    const lines = k.complex(coils, height, nx);
    for (let row = 0; row < coils * height; row++) {
      const line = block.data.subarray(2 * row * width, 2 * (row + 1) * width);
      lines.data.set(line, 2 * (row * nx + columns[0]));
    }
    if (window === 'hann') applyHann(lines, hann(ny, rows), hann(nx, columns), rows[0]);
    k.fftReadout(lines, lines, 'image');
    for (let c = 0; c < coils; c++) {
      const from = 2 * c * height * nx;
      images.data.set(lines.data.subarray(from, from + 2 * height * nx), 2 * (c * ny + rows[0]) * nx);
    }
  });
  k.fftPhase(images, images, 'image');
  return images;
}

/** images (coil, ny, nx) divided in place by a complex image (1, ny, nx), 0 where that is 0. */
export function divideByImage(images: ComplexArray, body: ComplexArray): void {
  const pixels = body.data.length / 2;
  for (let from = 0; from < images.data.length; from += 2 * pixels) {
    for (let p = 0; p < pixels; p++) {
      const a = body.data[2 * p]!;
      const b = body.data[2 * p + 1]!;
      const norm = a * a + b * b;
      const re = images.data[from + 2 * p]!;
      const im = images.data[from + 2 * p + 1]!;
      images.data[from + 2 * p] = norm > 0 ? (re * a + im * b) / norm : 0;
      images.data[from + 2 * p + 1] = norm > 0 ? (im * a - re * b) / norm : 0;
    }
  }
}

/**
 * External maps (coil, my, mx) on the image grid (coil, ny, nx): as they are where the grids agree,
 * else by cubic (Catmull–Rom) interpolation over the same field of view.
 */
export function onGrid(maps: ComplexArray, coils: number, ny: number, nx: number): ComplexArray {
  const [mapCoils, my, mx] = maps.shape as [number, number, number];
  if (mapCoils !== coils) {
    throw new SnrError(
      'MRO_SNR_SHAPE',
      `The external maps have ${mapCoils} coils, the data ${coils}.`,
      'Give maps of the same coils in the same order.',
    );
  }
  if (my === ny && mx === nx) return maps;
  const alongX = resampleAxis(maps.data, coils * my, mx, 1, nx);
  return { data: resampleAxis(alongX, coils, my, nx, ny), shape: [coils, ny, nx] };
}

/** (outer, from, inner) complex → (outer, to, inner), pixel ⌊n/2⌋ kept in the centre. */
function resampleAxis(
  data: Float32Array,
  outer: number,
  from: number,
  inner: number,
  to: number,
): Float32Array {
  if (from === to) return data;
  const out = new Float32Array(2 * outer * to * inner);
  for (let i = 0; i < to; i++) {
    const position = ((i - Math.floor(to / 2)) * from) / to + Math.floor(from / 2);
    const base = Math.floor(position);
    const t = position - base;
    const weights = [
      ((2 - t) * t - 1) * t * 0.5,
      ((3 * t - 5) * t * t + 2) * 0.5,
      ((4 - 3 * t) * t + 1) * t * 0.5,
      (t - 1) * t * t * 0.5,
    ];
    for (let tap = 0; tap < 4; tap++) {
      const source = Math.min(from - 1, Math.max(0, base - 1 + tap));
      const weight = weights[tap]!;
      for (let o = 0; o < outer; o++) {
        for (let p = 0; p < 2 * inner; p++) {
          out[2 * (o * to + i) * inner + p]! += weight * data[2 * (o * from + source) * inner + p]!;
        }
      }
    }
  }
  return out;
}

function applyHann(lines: ComplexArray, alongY: Float64Array, alongX: Float64Array, firstRow: number): void {
  const [coils, height, nx] = lines.shape as [number, number, number];
  for (let row = 0; row < coils * height; row++) {
    const weight = alongY[firstRow + (row % height)]!;
    for (let x = 0, p = 2 * row * nx; x < nx; x++, p += 2) {
      lines.data[p]! *= weight * alongX[x]!;
      lines.data[p + 1]! *= weight * alongX[x]!;
    }
  }
}

/** Hann weights about the centre of k-space, wide enough for the block's farther end. */
function hann(n: number, block: Range): Float64Array {
  const centre = Math.floor(n / 2);
  const half = Math.max(centre - block[0], block[1] - 1 - centre) + 0.5;
  return Float64Array.from({ length: n }, (_, i) => Math.cos((Math.PI * (i - centre)) / (2 * half + 1)) ** 2);
}
