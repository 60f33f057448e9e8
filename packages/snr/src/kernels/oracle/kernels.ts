import type { ComplexArray, RealArray } from '../../arrays.ts';
import { complexZeros, elements, realZeros } from '../../arrays.ts';
import type { Kernels, Range } from '../interface.ts';
import {
  coilPlanes,
  planes,
  requireFolding,
  requireNoise,
  requireRange,
  requireShape,
  requireSums,
} from '../shapes.ts';
import { oracleCalibration } from './calibration.ts';
import { centredFft } from './centredFft.ts';
import { noiseSample } from './gaussian.ts';
import { senseUnmix } from './senseUnmix.ts';

/**
 * The kernels in plain TypeScript: float64 arithmetic, arrays on the JavaScript heap, written to be read.
 * The tests hold the WebAssembly kernels against it.
 */
export function oracleKernels(): Kernels {
  return {
    name: 'float64',
    calibration: oracleCalibration,
    complex: complexZeros,
    real: realZeros,
    complexUnset: complexZeros,
    realUnset: realZeros,
    load: <A extends ComplexArray | RealArray>(array: A): A => ({ ...array, data: array.data.slice() }),
    scope: (body) => body(),
    scopeAsync: (body) => body(),

    fft2(out, input, direction) {
      this.fftReadout(out, input, direction);
      this.fftPhase(out, out, direction);
    },

    fftReadout(out, input, direction) {
      const { batch, ny, nx } = planes('The input', input, 1);
      requireShape('The output', out, input.shape, 2);
      centredFft(out, input, direction, {
        length: nx,
        stride: 1,
        lines: batch * ny,
        start: (line) => line * nx,
      });
    },

    fftPhase(out, input, direction) {
      const { batch, ny, nx } = planes('The input', input, 2);
      requireShape('The output', out, input.shape, 2);
      const start = (line: number) => Math.floor(line / nx) * ny * nx + (line % nx);
      centredFft(out, input, direction, { length: ny, stride: nx, lines: batch * nx, start });
    },

    whiten(out, input, matrix) {
      const coils = input.shape[0]!;
      const pixels = elements(input.shape.slice(1));
      requireShape('The whitening matrix', matrix, [coils, coils], 2);
      requireShape('The output', out, input.shape, 2);
      for (let p = 0; p < pixels; p++) {
        // From the last coil down, so that the input is still there when out is the same array.
        for (let i = coils - 1; i >= 0; i--) {
          let re = 0;
          let im = 0;
          for (let j = 0; j <= i; j++) {
            const a = matrix.data[2 * (i * coils + j)]!;
            const b = matrix.data[2 * (i * coils + j) + 1]!;
            const c = input.data[2 * (j * pixels + p)]!;
            const d = input.data[2 * (j * pixels + p) + 1]!;
            re += a * c - b * d;
            im += a * d + b * c;
          }
          out.data[2 * (i * pixels + p)] = re;
          out.data[2 * (i * pixels + p) + 1] = im;
        }
      }
    },

    rss(out, input) {
      requireShape('The output', out, input.shape.slice(1), 1);
      for (let p = 0; p < out.data.length; p++) out.data[p] = norm(input, p, undefined);
    },

    normalise(images) {
      const pixels = elements(images.shape.slice(1));
      for (let p = 0; p < pixels; p++) {
        const length = norm(images, p, undefined);
        for (let at = 2 * p; at < images.data.length; at += 2 * pixels) {
          images.data[at] = length > 0 ? images.data[at]! / length : 0;
          images.data[at + 1] = length > 0 ? images.data[at + 1]! / length : 0;
        }
      }
    },

    inner(out, a, b) {
      requireShape('The second input', b, a.shape, 2);
      requireShape('The output', out, a.shape.slice(1), 2);
      const pixels = elements(out.shape);
      for (let p = 0; p < pixels; p++) {
        let re = 0;
        let im = 0;
        for (let at = 2 * p; at < a.data.length; at += 2 * pixels) {
          re += a.data[at]! * b.data[at]! + a.data[at + 1]! * b.data[at + 1]!;
          im += a.data[at]! * b.data[at + 1]! - a.data[at + 1]! * b.data[at]!;
        }
        out.data[2 * p] = re;
        out.data[2 * p + 1] = im;
      }
    },

    senseUnmix(unmix, gFactor, sensitivities, acceleration) {
      const [, ny, nx] = coilPlanes('The sensitivities', sensitivities);
      requireShape('The unmixing', unmix, sensitivities.shape, 2);
      if (gFactor) requireShape('The g-factor', gFactor, [ny, nx], 1);
      requireFolding([ny, nx], [ny / acceleration[1], nx / acceleration[0]]);
      senseUnmix(unmix, gFactor, sensitivities, acceleration);
    },

    unfold(out, unmix, folded) {
      const [coils, ny, nx] = coilPlanes('The unmixing', unmix);
      const [, my, mx] = coilPlanes('The folded images', folded);
      requireFolding([ny, nx], [my, mx]);
      requireShape('The folded images', folded, [coils, my, mx], 2);
      requireShape('The output', out, [ny, nx], 2);
      for (let y = 0; y < ny; y++) {
        for (let x = 0; x < nx; x++) {
          const value = unmixed(unmix, y * nx + x, (coil) =>
            sampleAt(folded, (coil * my + (y % my)) * mx + (x % mx)),
          );
          out.data.set(value, 2 * (y * nx + x));
        }
      }
    },

    noise(out, key, replica, rows) {
      const [coils, my, mx] = coilPlanes('The noise', out);
      requireNoise(key, coils, [replica, replica + 1]);
      requireRange('Range of rows', rows, my);
      for (let coil = 0; coil < coils; coil++) {
        for (let pixel = rows[0] * mx; pixel < rows[1] * mx; pixel++) {
          out.data.set(noiseSample(key, replica, coil, pixel), 2 * (coil * my * mx + pixel));
        }
      }
    },

    replicasLinear(sum, sumOfSquares, unmix, [my, mx], key, replicas, rows) {
      const [coils, ny, nx] = coilPlanes('The unmixing', unmix);
      requireFolding([ny, nx], [my, mx]);
      requireSums(sum, sumOfSquares, [ny, nx]);
      requireNoise(key, coils, replicas);
      requireRange('Range of rows', rows, my);
      forReplicas(replicas, rows, mx, (replica, y0, x0) => {
        const noise = Array.from({ length: coils }, (_, coil) =>
          noiseSample(key, replica, coil, y0 * mx + x0),
        );
        for (let y = y0; y < ny; y += my) {
          for (let x = x0; x < nx; x += mx) {
            add(sum, sumOfSquares, y * nx + x, unmixed(unmix, y * nx + x, (coil) => noise[coil]!)[0]);
          }
        }
      });
    },

    replicasRss(sum, sumOfSquares, images, key, replicas, rows) {
      const [coils, ny, nx] = coilPlanes('The images', images);
      requireSums(sum, sumOfSquares, [ny, nx]);
      requireNoise(key, coils, replicas);
      requireRange('Range of rows', rows, ny);
      forReplicas(replicas, rows, nx, (replica, y, x) => {
        const pixel = y * nx + x;
        const noisy = norm(images, pixel, (coil) => noiseSample(key, replica, coil, pixel));
        add(sum, sumOfSquares, pixel, noisy - norm(images, pixel, undefined));
      });
    },
  };
}

type Sample = readonly [re: number, im: number];

const sampleAt = (array: ComplexArray, index: number): Sample => [
  array.data[2 * index]!,
  array.data[2 * index + 1]!,
];

/** √Σ_c |input[c][pixel] + noise(c)|² */
function norm(input: ComplexArray, pixel: number, noise: ((coil: number) => Sample) | undefined): number {
  const coils = input.shape[0]!;
  const pixels = input.data.length / 2 / coils;
  let sum = 0;
  for (let coil = 0; coil < coils; coil++) {
    const [re, im] = sampleAt(input, coil * pixels + pixel);
    const [nRe, nIm] = noise?.(coil) ?? [0, 0];
    sum += (re + nRe) ** 2 + (im + nIm) ** 2;
  }
  return Math.sqrt(sum);
}

/** Σ_c unmix[c][pixel] · value(c) */
function unmixed(unmix: ComplexArray, pixel: number, value: (coil: number) => Sample): Sample {
  const coils = unmix.shape[0]!;
  const pixels = unmix.data.length / 2 / coils;
  let re = 0;
  let im = 0;
  for (let coil = 0; coil < coils; coil++) {
    const [a, b] = sampleAt(unmix, coil * pixels + pixel);
    const [c, d] = value(coil);
    re += a * c - b * d;
    im += a * d + b * c;
  }
  return [re, im];
}

function forReplicas(
  replicas: Range,
  rows: Range,
  nx: number,
  visit: (replica: number, y: number, x: number) => void,
): void {
  for (let replica = replicas[0]; replica < replicas[1]; replica++) {
    for (let y = rows[0]; y < rows[1]; y++) {
      for (let x = 0; x < nx; x++) visit(replica, y, x);
    }
  }
}

function add(sum: RealArray, sumOfSquares: RealArray, pixel: number, value: number): void {
  sum.data[pixel] = sum.data[pixel]! + value;
  sumOfSquares.data[pixel] = sumOfSquares.data[pixel]! + value * value;
}
