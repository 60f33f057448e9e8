import type { ComplexArray } from '../../arrays.ts';
import type { CalibrationKernels, GrappaKernels } from '../calibration.ts';
import {
  coilPlanes,
  requireFolding,
  requireNoise,
  requireRange,
  requireShape,
  requireSums,
} from '../shapes.ts';
import type { WasmBase } from './calibration.ts';
import { productScratch } from './calibrationExports.ts';

/** Bytes of noise images that are held at once; with more, fewer replicas share a column's kernels. */
const noiseBytes = 16 * 2 ** 20;
const mostReplicas = 16;

/** GRAPPA in image space in WebAssembly: a column of the image at a time, see `assembly/grappa.ts`. */
export function wasmGrappa(base: WasmBase): Pick<CalibrationKernels, 'grappaUnmix' | 'grappaReplicas'> {
  const { exports, arena, address } = base;

  return {
    grappaUnmix(out, kernels, folded, offset, sensitivities) {
      const [coils, ny, nx] = coilPlanes('The unmixing', out.unmix);
      const [my, mx] = foldedExtents(kernels, [ny, nx]);
      requireShape('The folded images', folded, [coils, my, mx], 2);
      const [unmix, image, gFactor] = [address(out.unmix), address(out.image), address(out.gFactor)];
      arena.scope(() => {
        const column = columnKernels(base, kernels, offset, [ny, nx]);
        const row = rowBytes(ny);
        const foldedRow = 8 * my;
        const input = arena.allocate(coils * foldedRow + 64);
        const combination = arena.allocate(coils * row + 64);
        const images = arena.allocate(coils * row + 64);
        const unmixing = arena.allocate(coils * row + 64);
        const norms = arena.allocate(4 * ny);
        const products = arena.allocate(column.terms * coils * row + 64);
        const plane = 8 * ny * nx;
        const scale = 1 / Math.sqrt(kernels.acceleration[0] * kernels.acceleration[1]);
        for (let x = 0; x < nx; x++) {
          column.prepare(x);
          const source = address(folded) + 8 * (x % mx);
          exports.gatherColumn(input, foldedRow, source, 8 * my * mx, 8 * mx, coils, my);
          column.interpolate(products, row, input, my);
          for (let y = 0; y < ny; y += my) column.sum(images + 8 * y, row, products, row, x, y, my);
          if (sensitivities) {
            const maps = address(sensitivities) + 8 * x;
            exports.gatherColumn(combination, row, maps, plane, 8 * nx, coils, ny);
          } else {
            arena.floats(combination, (coils * row) / 4).set(arena.floats(images, (coils * row) / 4));
          }
          const rss = sensitivities ? 0 : 1;
          exports.combineColumn(combination, images, row, coils, ny, rss, image + 8 * x, 8 * nx, norms);
          column.transpose(products, row, combination);
          column.sum(unmixing, row, products, row, x, 0, ny);
          exports.scatterColumn(unmix + 8 * x, plane, 8 * nx, unmixing, row, coils, ny);
          exports.noiseGain(gFactor + 4 * x, 4 * nx, unmixing, row, norms, coils, ny, scale);
        }
      });
    },

    grappaReplicas(sum, sumOfSquares, kernels, folded, offset, key, replicas, rows) {
      const [ny, nx] = sum.shape as [number, number];
      const [coils, my, mx] = coilPlanes('The folded images', folded);
      foldedExtents(kernels, [ny, nx]);
      requireSums(sum, sumOfSquares, [ny, nx]);
      requireNoise(key, coils, replicas);
      requireRange('Range of rows', rows, my);
      const height = rows[1] - rows[0];
      const plane = 8 * my * mx;
      const fitting = Math.max(1, Math.floor(noiseBytes / (coils * plane)));
      const batch = Math.max(1, Math.min(mostReplicas, fitting, replicas[1] - replicas[0]));
      arena.scope(() => {
        const column = columnKernels(base, kernels, offset, [ny, nx]);
        const noises = arena.allocate(batch * coils * plane);
        const block = rowBytes(height);
        const row = (1 + batch) * block;
        const input = arena.allocate(coils * row + 64);
        const products = arena.allocate(column.terms * coils * row + 64);
        const images = arena.allocate(coils * row + 64);
        const generator = arena.allocate(32);
        arena.floats(input, (coils * row) / 4).fill(0);
        for (let first = replicas[0]; first < replicas[1]; first += batch) {
          const count = Math.min(batch, replicas[1] - first);
          for (let r = 0; r < count; r++) {
            const to = noises + r * coils * plane;
            exports.noise(to, coils, my, mx, ...rows, key.seed, key.slice, first + r, generator);
          }
          for (let x = 0; x < nx; x++) {
            column.prepare(x);
            const from = 8 * (rows[0] * mx + (x % mx));
            exports.gatherColumn(input, row, address(folded) + from, plane, 8 * mx, coils, height);
            for (let r = 0; r < count; r++) {
              const noise = noises + r * coils * plane + from;
              exports.gatherColumn(input + (1 + r) * block, row, noise, plane, 8 * mx, coils, height);
            }
            column.interpolate(products, row, input, row / 8);
            for (let y = rows[0]; y < ny; y += my) {
              for (let b = 0; b <= count; b++) {
                column.sum(images + b * block, row, products + b * block, row, x, y, height);
              }
              const at = 4 * (y * nx + x);
              const sums = [address(sum) + at, address(sumOfSquares) + at] as const;
              for (let b = 1; b <= count; b++) {
                exports.addDeviation(...sums, 4 * nx, images, images + b * block, row, coils, height);
              }
            }
          }
        }
      });
    },
  };
}

/** Bytes of a column's samples, whole groups of four and one more than needed: kernels write past an odd end. */
const rowBytes = (count: number): number => 32 * Math.ceil((count + 1) / 4);

function foldedExtents(
  { acceleration: [rx, ry], weights }: GrappaKernels,
  [ny, nx]: readonly [number, number],
): [my: number, mx: number] {
  const [ky, kx, coils] = weights.shape as [number, number, number];
  requireShape('The GRAPPA weights', weights, [ky, kx, coils, coils], 2);
  requireFolding([ny, nx], [ny / ry, nx / rx]);
  return [ny / ry, nx / rx];
}

/** The kernels of one column, W(y) = Σ_t K_t e^{−2πi d_t (y − ⌊ny/2⌋)/ny}, and their application. */
interface ColumnKernels {
  /** Number of offsets d_y that occur. */
  readonly terms: number;
  /** Sums the weights along d_x for column x. */
  prepare(x: number): void;
  /** out[t][c] = Σ_j K_t[c][j] input[j] for `count` samples per coil; rows of out are `row` bytes apart. */
  interpolate(out: number, row: number, input: number, count: number): void;
  /** out[t][c] = Σ_i K_t[i][c] input[i]; rows of both are `row` bytes. */
  transpose(out: number, row: number, input: number): void;
  /** Σ_t of products times phase ramps and the alias phase e^{iφ}/√R of column x, from image row y on. */
  sum(out: number, outRow: number, products: number, row: number, x: number, y: number, count: number): void;
}

function columnKernels(
  { exports, arena }: WasmBase,
  kernels: GrappaKernels,
  offset: readonly [number, number],
  [ny, nx]: readonly [number, number],
): ColumnKernels {
  const [ky, kx, coils] = kernels.weights.shape as [number, number, number];
  const pairs = coils * coils;
  const lines = Array.from({ length: ky }, (_, dy) => dy).filter((dy) =>
    line(kernels.weights, dy).some((weight) => weight !== 0),
  );
  const terms = lines.length;
  const weights = arena.floats(arena.allocate(8 * terms * kx * pairs), 2 * terms * kx * pairs);
  lines.forEach((dy, t) => {
    weights.set(line(kernels.weights, dy), 2 * t * kx * pairs);
  });
  const factors = arena.floats(arena.allocate(8 * kx * nx), 2 * kx * nx);
  for (let x = 0; x < nx; x++) {
    for (let dx = 0; dx < kx; dx++) {
      const angle = shiftPhase(dx - Math.floor(kx / 2), x, nx);
      factors.set([Math.cos(angle), Math.sin(angle)], 2 * (x * kx + dx));
    }
  }
  const ofColumn = arena.allocate(8 * terms * pairs + 64);
  const phases = phaseTables(arena, kernels, offset, [ny, nx], lines);
  const scratch = arena.allocate(productScratch(coils));
  return {
    terms,
    prepare(x) {
      for (let t = 0; t < terms; t++) {
        const to = ofColumn + 8 * t * pairs;
        const from = weights.byteOffset + 8 * t * kx * pairs;
        exports.weightedSum(to, from, factors.byteOffset + 8 * x * kx, kx, pairs);
      }
    },
    interpolate(out, row, input, count) {
      exports.multiply(out, row, ofColumn, 8 * coils, 8, 0, input, terms * coils, coils, count, scratch);
    },
    transpose(out, row, input) {
      for (let t = 0; t < terms; t++) {
        const matrix = ofColumn + 8 * t * pairs;
        exports.multiply(
          out + t * coils * row,
          row,
          matrix,
          8,
          8 * coils,
          0,
          input,
          coils,
          coils,
          row / 8,
          scratch,
        );
      }
    },
    sum(out, outRow, products, row, x, y, count) {
      const table = phases.of(x) + 16 * y;
      exports.phaseSum(out, outRow, products, row, coils * row, table, phases.term, terms, coils, count);
    },
  };
}

/** All d_x of one d_y: (kx, C, C). */
function line(weights: ComplexArray, dy: number): Float32Array {
  const stride = weights.data.length / weights.shape[0]!;
  return weights.data.subarray(dy * stride, (dy + 1) * stride);
}

/** Angle by which an offset d of k-space turns pixel r. */
const shiftPhase = (d: number, r: number, n: number): number =>
  (-2 * Math.PI * ((d * (r - Math.floor(n / 2))) % n)) / n;

/** Phases per alias along x, term and image row, in the form of `phaseSum`. */
function phaseTables(
  arena: WasmBase['arena'],
  { acceleration: [rx, ry], kernel: [, ky] }: GrappaKernels,
  offset: readonly [number, number],
  [ny, nx]: readonly [number, number],
  lines: readonly number[],
): { term: number; of(x: number): number } {
  const term = 16 * (ny + 1);
  const table = arena.floats(arena.allocate(rx * lines.length * term + 64), (rx * lines.length * term) / 4);
  const scale = 1 / Math.sqrt(rx * ry);
  const first = [offset[0] - Math.floor(nx / 2), offset[1] - Math.floor(ny / 2)] as const;
  for (let i = 0; i < rx; i++) {
    lines.forEach((dy, t) => {
      for (let y = 0; y < ny; y++) {
        const j = Math.floor((y * ry) / ny);
        const alias = 2 * Math.PI * ((first[1] * j) / ry + (first[0] * i) / rx);
        const angle = shiftPhase(dy - Math.floor(ky / 2), y, ny) + alias;
        const [re, im] = [scale * Math.cos(angle), scale * Math.sin(angle)];
        table.set([re, re, -im, im], ((i * lines.length + t) * term) / 4 + 4 * y);
      }
    });
  }
  const mx = nx / rx;
  return { term, of: (x) => table.byteOffset + Math.floor(x / mx) * lines.length * term };
}
