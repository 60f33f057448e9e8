import type { CalibrationKernels } from '../calibration.ts';
import { coilPlanes, requireShape } from '../shapes.ts';
import type { WasmBase } from './calibration.ts';
import { productScratch } from './calibrationExports.ts';

/** Rows whose lags are transformed along y at once: bounds the memory. */
const bandRows = 16;

/** `CalibrationKernels.eigenmaps`: lags are transformed along y by a matrix product, along x within the kernel. */
export function wasmEigenmaps({ exports, arena, address }: WasmBase): CalibrationKernels['eigenmaps'] {
  return (maps, eigenvalue, lags, reference, crop) => {
    const [coils, ny, nx] = coilPlanes('The maps', maps);
    const extent = lags.shape[0]!;
    const reach = (extent - 1) / 2;
    requireShape('The eigenvalues', eigenvalue, [ny, nx], 1);
    requireShape('The lags', lags, [extent, extent, coils, coils], 2);
    requireShape('The reference coil', reference, [coils], 2);
    const perRow = extent * coils * coils;
    arena.scope(() => {
      const alongY = waves(ny, reach);
      const phases = arena.floats(arena.allocate(4 * alongY.length), alongY.length);
      phases.set(alongY);
      const groups = lanes(waves(nx, reach), nx, extent);
      const alongX = arena.floats(arena.allocate(4 * groups.length), groups.length);
      alongX.set(groups);
      const band = arena.allocate(8 * perRow * Math.min(bandRows, ny));
      const product = arena.allocate(productScratch(extent));
      const scratchBytes = 32 * (coils * coils + 3 * coils);
      const scratch = arena.allocate(scratchBytes);
      arena.floats(scratch, scratchBytes / 4).fill(0);
      const step = 8 * extent;
      for (let y = 0; y < ny; y++) {
        const inBand = y % bandRows;
        if (inBand === 0) {
          const rows = Math.min(bandRows, ny - y);
          const from = phases.byteOffset + y * step;
          exports.multiply(band, 8 * perRow, from, step, 8, 0, address(lags), rows, extent, perRow, product);
        }
        exports.eigenRow(
          address(maps) + 8 * y * nx,
          8 * ny * nx,
          address(eigenvalue) + 4 * y * nx,
          band + 8 * perRow * inBand,
          alongX.byteOffset,
          address(reference),
          coils,
          nx,
          reach,
          crop,
          scratch,
        );
      }
    });
  };
}

/** e^{−2πi δ(r − ⌊n/2⌋)/n}, (n, 2·reach + 1) interleaved. */
function waves(n: number, reach: number): Float32Array {
  const extent = 2 * reach + 1;
  const out = new Float32Array(2 * n * extent);
  for (let r = 0; r < n; r++) {
    for (let t = 0; t < extent; t++) {
      const angle = (-2 * Math.PI * (((t - reach) * (r - Math.floor(n / 2))) % n)) / n;
      out[2 * (r * extent + t)] = Math.cos(angle);
      out[2 * (r * extent + t) + 1] = Math.sin(angle);
    }
  }
  return out;
}

/** The same as planar groups of four pixels, the last one repeated to fill its group. */
function lanes(interleaved: Float32Array, n: number, extent: number): Float32Array {
  const groups = Math.ceil(n / 4);
  const out = new Float32Array(8 * groups * extent);
  for (let pixel = 0; pixel < 4 * groups; pixel++) {
    for (let t = 0; t < extent; t++) {
      const from = 2 * (Math.min(pixel, n - 1) * extent + t);
      const to = 8 * ((pixel >> 2) * extent + t) + (pixel & 3);
      out[to] = interleaved[from]!;
      out[to + 4] = interleaved[from + 1]!;
    }
  }
  return out;
}
