import type { ComplexArray } from '../../arrays.ts';
import type { CalibrationKernels } from '../calibration.ts';
import type { Range } from '../interface.ts';
import { eigenmaps } from './eigenmaps.ts';
import { grappaReplicas, grappaUnmix } from './grappa.ts';

/** The calibration kernels in plain TypeScript and float64. */
export const oracleCalibration: CalibrationKernels = {
  correlate,
  grappaUnmix,
  grappaReplicas,
  multiply,
  gram,
  eigenmaps,
};

function correlate(
  a: ComplexArray,
  rows: Range,
  columns: Range,
  lag: readonly [number, number],
): Float64Array {
  const [, nx, coils] = a.shape as [number, number, number];
  const out = new Float64Array(2 * coils * coils);
  for (let y = rows[0]; y < rows[1]; y++) {
    for (let x = columns[0]; x < columns[1]; x++) {
      const first = 2 * (y * nx + x) * coils;
      addOuter(out, a.data, first, first + 2 * (lag[1] * nx + lag[0]) * coils, coils);
    }
  }
  return out;
}

function gram(a: ComplexArray): Float64Array {
  const [rows, columns] = a.shape as [number, number];
  const out = new Float64Array(2 * columns * columns);
  for (let row = 0; row < rows; row++) addOuter(out, a.data, 2 * row * columns, 2 * row * columns, columns);
  return out;
}

/** out[i][j] += conj(data_i) data'_j of two vectors within `data`. */
function addOuter(out: Float64Array, data: Float32Array, first: number, second: number, n: number): void {
  for (let i = 0; i < n; i++) {
    const re = data[first + 2 * i]!;
    const im = data[first + 2 * i + 1]!;
    for (let j = 0; j < n; j++) {
      const a = data[second + 2 * j]!;
      const b = data[second + 2 * j + 1]!;
      out[2 * (i * n + j)]! += re * a + im * b;
      out[2 * (i * n + j) + 1]! += re * b - im * a;
    }
  }
}

function multiply(out: ComplexArray, a: ComplexArray, b: ComplexArray, adjoint?: 'adjoint'): void {
  const [m, n] = out.shape as [number, number];
  const k = b.shape[0]!;
  const [rowStride, columnStride, sign] = adjoint ? [1, m, -1] : [k, 1, 1];
  const row = new Float64Array(2 * n);
  for (let i = 0; i < m; i++) {
    row.fill(0);
    for (let l = 0; l < k; l++) {
      const at = 2 * (i * rowStride + l * columnStride);
      const re = a.data[at]!;
      const im = sign * a.data[at + 1]!;
      for (let j = 0, from = 2 * l * n; j < 2 * n; j += 2, from += 2) {
        row[j]! += re * b.data[from]! - im * b.data[from + 1]!;
        row[j + 1]! += re * b.data[from + 1]! + im * b.data[from]!;
      }
    }
    out.data.set(row, 2 * i * n);
  }
}
