import type { ComplexArray } from '../../arrays.ts';
import type { CalibrationKernels } from '../calibration.ts';
import { requireShape } from '../shapes.ts';
import { productScratch, tileBytes } from './calibrationExports.ts';
import { wasmEigenmaps } from './eigenmaps.ts';
import { wasmGrappa } from './grappa.ts';
import type { WasmKernels } from './kernels.ts';

/** What the calibration kernels need of the kernels that they belong to. */
export type WasmBase = Pick<WasmKernels, 'memory' | 'exports' | 'arena' | 'address'>;

/** Rows that `gram` takes at once: bounds its scratch. */
const gramRows = 512;

/** The calibration kernels in WebAssembly SIMD, on the memory of `base`. */
export function wasmCalibration(base: WasmBase): CalibrationKernels {
  const { memory, exports, arena, address } = base;
  return {
    ...wasmGrappa(base),
    eigenmaps: wasmEigenmaps(base),

    multiply(out, a, b, adjoint) {
      const [m, n] = out.shape as [number, number];
      const k = b.shape[0]!;
      requireShape('The output', out, [m, n], 2);
      requireShape('The left factor', a, adjoint ? [k, m] : [m, k], 2);
      requireShape('The right factor', b, [k, n], 2);
      const [row, step, conjugate] = adjoint ? [8, 8 * m, 1] : [8 * k, 8, 0];
      arena.scope(() => {
        const scratch = arena.allocate(productScratch(k));
        exports.multiply(address(out), 8 * n, address(a), row, step, conjugate, address(b), m, k, n, scratch);
      });
    },

    correlate(a, rows, columns, lag) {
      const [, nx, coils] = a.shape as [number, number, number];
      const wide = Math.ceil(coils / 4);
      const first = address(a) + 8 * coils * (rows[0] * nx + columns[0]);
      const shift = 8 * coils * (lag[1] * nx + lag[0]);
      const [height, width] = [rows[1] - rows[0], columns[1] - columns[0]];
      return arena.scope(() => {
        const bytes = Math.ceil(coils / 2) * wide * tileBytes;
        const tiles = arena.allocate(bytes);
        exports.correlate(tiles, arena.allocate(64), first, shift, coils, height, width, 8 * coils * nx);
        return fromTiles(new Float64Array(memory.buffer, tiles, bytes / 8), coils);
      });
    },

    gram(a: ComplexArray) {
      const [rows, columns] = a.shape as [number, number];
      requireShape('The matrix', a, [rows, columns], 2);
      const even = 2 * Math.ceil(columns / 2);
      return arena.scope(() => {
        const sums = new Float64Array(memory.buffer, arena.allocate(16 * even * even), 2 * even * even).fill(
          0,
        );
        const scratch = arena.allocate(16 * Math.min(rows, gramRows) * even);
        for (let row = 0; row < rows; row += gramRows) {
          const count = Math.min(gramRows, rows - row);
          exports.gram(sums.byteOffset, address(a) + 8 * row * columns, count, columns, scratch);
        }
        return fromLowerBlocks(sums, columns, even);
      });
    },
  };
}

/** Tiles [⌈n/2⌉][⌈n/4⌉] of 2 × 4 to a matrix (n, n). */
function fromTiles(tiles: Float64Array, n: number): Float64Array {
  const out = new Float64Array(2 * n * n);
  const wide = Math.ceil(n / 4);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j += 4) {
      const from = 16 * ((i >> 1) * wide + (j >> 2)) + 8 * (i & 1);
      out.set(tiles.subarray(from, from + 2 * Math.min(4, n - j)), 2 * (i * n + j));
    }
  }
  return out;
}

function fromLowerBlocks(sums: Float64Array, n: number, pitch: number): Float64Array {
  const out = new Float64Array(2 * n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const re = sums[2 * (i * pitch + j)]!;
      const im = i === j ? 0 : sums[2 * (i * pitch + j) + 1]!;
      out[2 * (i * n + j)] = re;
      out[2 * (i * n + j) + 1] = im;
      out[2 * (j * n + i)] = re;
      out[2 * (j * n + i) + 1] = i === j ? 0 : -im;
    }
  }
  return out;
}
