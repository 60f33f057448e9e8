import type { ComplexArray, RealArray } from '../../arrays.ts';
import { elements } from '../../arrays.ts';
import { SnrError } from '../../errors.ts';
import type { Kernels } from '../interface.ts';
import {
  coilPlanes,
  planes,
  requireFolding,
  requireNoise,
  requireRange,
  requireShape,
  requireSums,
} from '../shapes.ts';
import { Arena } from './arena.ts';
import { wasmCalibration } from './calibration.ts';
import { FftPlans } from './fftPlan.ts';
import { instantiate, type KernelExports, kernelMemory, kernelModule } from './module.ts';

export interface WasmOptions {
  /** Shared by threads that pass arrays to each other; each has its own window. Default: a new one. */
  readonly memory?: WebAssembly.Memory;
  /** First byte of this thread's window. */
  readonly base?: number;
  /** Bytes of the window; default: from base as far as the memory can grow. */
  readonly bytes?: number;
  /** The compiled kernels of another thread, to save compiling them again. */
  readonly module?: WebAssembly.Module;
}

/** Kernels in WebAssembly, and what extensions of them and other threads need. */
export interface WasmKernels extends Kernels {
  readonly memory: WebAssembly.Memory;
  readonly module: WebAssembly.Module;
  readonly exports: KernelExports;
  readonly arena: Arena;
  /** Address of an array in the memory. Throws MRO_SNR_SHAPE for one that lives elsewhere. */
  address(array: ComplexArray | RealArray): number;
}

/** Bytes of four planar complex samples, see `assembly/lanes.ts`. */
const planar = 32;
/** A tile of 512 pixels, see `assembly/combine.ts`. */
const tileBytes = (512 / 4) * planar;
/** A whitening tile of all coils fills half of a 32 kB first-level cache. */
const whiteningBytes = 16384;
/** Constants of the noise generator, and a tile of 64 pixels for `noise`: see `assembly/gaussian.ts`. */
const normalsBytes = 368;
const noiseTileBytes = (64 / 4) * planar;
/** Static data of the module, if any, lies below. */
const firstByte = 65536;

/**
 * The kernels in WebAssembly SIMD (four float32 lanes, no relaxed instructions: the same bits everywhere).
 * Throws MRO_SNR_MEMORY when the window is full.
 */
export function wasmKernels(options: WasmOptions = {}): WasmKernels {
  const module = options.module ?? kernelModule();
  const memory = options.memory ?? kernelMemory();
  const exports = instantiate(module, memory);
  const arena = new Arena(memory, { base: options.base ?? firstByte, bytes: options.bytes });
  const plans = new FftPlans(arena);

  const address = (array: ComplexArray | RealArray): number => {
    if (array.data.buffer instanceof ArrayBuffer) {
      throw new SnrError(
        'MRO_SNR_SHAPE',
        'An array outside kernel memory was given to a kernel: load() it first.',
      );
    }
    return array.data.byteOffset;
  };
  const allocate = (length: number): Float32Array => arena.floats(arena.allocate(4 * length), length);
  const withScratch = (bytes: number, body: (scratch: number) => void): void =>
    arena.scope(() => body(arena.allocate(bytes)));

  return {
    name: 'wasm-simd128 0.1.0',
    calibration: wasmCalibration({ memory, exports, arena, address }),
    memory,
    module,
    exports,
    arena,
    address,
    complex: (...shape) => ({ data: allocate(2 * elements(shape)).fill(0), shape }),
    real: (...shape) => ({ data: allocate(elements(shape)).fill(0), shape }),
    complexUnset: (...shape) => ({ data: allocate(2 * elements(shape)), shape }),
    realUnset: (...shape) => ({ data: allocate(elements(shape)), shape }),
    load: <A extends ComplexArray | RealArray>(array: A): A => {
      const data = allocate(array.data.length);
      data.set(array.data);
      return { ...array, data };
    },
    scope: (body) => arena.scope(body),
    scopeAsync: (body) => arena.scopeAsync(body),

    fft2(out, input, direction) {
      const { batch, ny, nx } = planes('The input', input, 2);
      requireShape('The output', out, input.shape, 2);
      const [rows, columns] = plans.pair(nx, ny);
      const samples = Math.max(nx + rows.work, 2 * ny + columns.work);
      const inverse = direction === 'image' ? 1 : 0;
      withScratch(planar * samples, (scratch) => {
        const tables = [rows.address, columns.address] as const;
        const scale = 1 / Math.sqrt(nx * ny);
        exports.fftImages(address(out), address(input), batch, ...tables, scratch, scale, inverse);
      });
    },

    fftReadout(out, input, direction) {
      const { batch, ny, nx } = planes('The input', input, 1);
      requireShape('The output', out, input.shape, 2);
      const plan = plans.get(nx);
      const inverse = direction === 'image' ? 1 : 0;
      withScratch(planar * (nx + plan.work), (scratch) => {
        const scale = 1 / Math.sqrt(nx);
        exports.fftRows(address(out), address(input), batch * ny, plan.address, scratch, scale, inverse);
      });
    },

    fftPhase(out, input, direction) {
      const { batch, ny, nx } = planes('The input', input, 2);
      requireShape('The output', out, input.shape, 2);
      const plan = plans.get(ny);
      const inverse = direction === 'image' ? 1 : 0;
      withScratch(planar * (2 * ny + plan.work), (scratch) => {
        const scale = 1 / Math.sqrt(ny);
        exports.fftColumns(address(out), address(input), batch, nx, plan.address, scratch, scale, inverse);
      });
    },

    whiten(out, input, matrix) {
      const coils = input.shape[0] ?? 1;
      const pixels = elements(input.shape.slice(1));
      requireShape('The input', input, [coils, ...input.shape.slice(1)], 2);
      requireShape('The whitening matrix', matrix, [coils, coils], 2);
      requireShape('The output', out, input.shape, 2);
      const tile = Math.max(4, 4 * Math.floor(whiteningBytes / (32 * coils)));
      withScratch(16 * coils * tile, (scratch) => {
        exports.whiten(address(out), address(input), address(matrix), coils, pixels, tile, scratch);
      });
    },

    rss(out, input) {
      const coils = input.shape[0] ?? 1;
      requireShape('The input', input, [coils, ...input.shape.slice(1)], 2);
      requireShape('The output', out, input.shape.slice(1), 1);
      withScratch(tileBytes, (scratch) => {
        exports.rss(address(out), address(input), coils, out.data.length, scratch);
      });
    },

    normalise(images) {
      const pixels = elements(images.shape.slice(1));
      withScratch(tileBytes, (scratch) => {
        exports.normalise(address(images), images.shape[0]!, pixels, scratch);
      });
    },

    inner(out, a, b) {
      const coils = a.shape[0] ?? 1;
      requireShape('The first input', a, [coils, ...a.shape.slice(1)], 2);
      requireShape('The second input', b, a.shape, 2);
      requireShape('The output', out, a.shape.slice(1), 2);
      withScratch(tileBytes, (scratch) => {
        exports.inner(address(out), address(a), address(b), coils, out.data.length / 2, scratch);
      });
    },

    senseUnmix(unmix, gFactor, sensitivities, [rx, ry]) {
      const [coils, ny, nx] = coilPlanes('The sensitivities', sensitivities);
      requireShape('The unmixing', unmix, sensitivities.shape, 2);
      if (gFactor) requireShape('The g-factor', gFactor, [ny, nx], 1);
      requireFolding([ny, nx], [ny / ry, nx / rx]);
      const pixels = rx * ry;
      // Four groups of sensitivities, of unmixing and of g; the normal matrix; double precision matrices.
      const samples = pixels * (8 * coils + 2 + pixels + 1);
      const doubles = 8 * pixels * pixels + 2 * pixels;
      withScratch(planar * samples + 8 * doubles, (scratch) => {
        const g = gFactor ? address(gFactor) : 0;
        exports.senseUnmix(address(unmix), g, address(sensitivities), coils, ny, nx, rx, ry, scratch);
      });
    },

    unfold(out, unmix, folded) {
      const [coils, ny, nx] = coilPlanes('The unmixing', unmix);
      const [, my, mx] = coilPlanes('The folded images', folded);
      requireFolding([ny, nx], [my, mx]);
      requireShape('The folded images', folded, [coils, my, mx], 2);
      requireShape('The output', out, [ny, nx], 2);
      withScratch(tileBytes, (scratch) => {
        exports.unfold(address(out), address(unmix), address(folded), coils, ny, nx, my, mx, scratch);
      });
    },

    noise(out, key, replica, rows) {
      const [coils, my, mx] = coilPlanes('The noise', out);
      requireNoise(key, coils, [replica, replica + 1]);
      requireRange('Range of rows', rows, my);
      withScratch(normalsBytes + noiseTileBytes, (scratch) => {
        exports.noise(address(out), coils, my, mx, ...rows, key.seed, key.slice, replica, scratch);
      });
    },

    replicasLinear(sum, sumOfSquares, unmix, [my, mx], key, replicas, rows) {
      const [coils, ny, nx] = coilPlanes('The unmixing', unmix);
      requireFolding([ny, nx], [my, mx]);
      requireSums(sum, sumOfSquares, [ny, nx]);
      requireNoise(key, coils, replicas);
      requireRange('Range of rows', rows, my);
      const folds = (ny / my) * (nx / mx);
      const sums = [address(sum), address(sumOfSquares)] as const;
      withScratch(normalsBytes + planar * (coils * (1 + folds) + folds + 1), (scratch) => {
        const sizes = [coils, ny, nx, my, mx] as const;
        exports.replicasLinear(
          ...sums,
          address(unmix),
          ...sizes,
          key.seed,
          key.slice,
          ...replicas,
          ...rows,
          scratch,
        );
      });
    },

    replicasRss(sum, sumOfSquares, images, key, replicas, rows) {
      const [coils, ny, nx] = coilPlanes('The images', images);
      requireSums(sum, sumOfSquares, [ny, nx]);
      requireNoise(key, coils, replicas);
      requireRange('Range of rows', rows, ny);
      const sums = [address(sum), address(sumOfSquares)] as const;
      withScratch(normalsBytes + planar * (2 * coils + 2), (scratch) => {
        const sizes = [coils, ny, nx] as const;
        exports.replicasRss(
          ...sums,
          address(images),
          ...sizes,
          key.seed,
          key.slice,
          ...replicas,
          ...rows,
          scratch,
        );
      });
    },
  };
}
