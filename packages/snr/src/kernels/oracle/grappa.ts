import type { ComplexArray, RealArray } from '../../arrays.ts';
import { complexZeros } from '../../arrays.ts';
import type { GrappaImages, GrappaKernels } from '../calibration.ts';
import type { NoiseKey, Range } from '../interface.ts';
import { noiseSample } from './gaussian.ts';

/**
 * Image-space kernels W (C, C, rows, nx): x̂_i(r) = Σ_j W_ij(r) x_zf,j(r),
 * W_ij(r) = Σ_d weights[d][i][j] e^{−2πi d·(r − ⌊N/2⌋)/N} (Breuer 2009, eq. 5). A shift of k-space by d is a
 * phase ramp of the image, whatever the position of the lattice. Summed along x for each d_y, then along y.
 */
export function imageSpaceKernels(
  { kernel: [kx, ky], weights }: GrappaKernels,
  [ny, nx]: readonly [number, number],
  rows: Range,
): ComplexArray {
  const coils = weights.shape[3]!;
  const pairs = coils * coils;
  const height = rows[1] - rows[0];
  const out = complexZeros(coils, coils, height, nx);
  const alongX = new Float64Array(2 * ky * pairs);
  for (let x = 0; x < nx; x++) {
    alongX.fill(0);
    for (let dy = 0; dy < ky; dy++) {
      for (let dx = 0; dx < kx; dx++) {
        const turn = rotation(dx - Math.floor(kx / 2), x, nx);
        addTurned(alongX, dy * pairs, weights.data, (dy * kx + dx) * pairs, pairs, turn);
      }
    }
    for (let y = rows[0]; y < rows[1]; y++) {
      const sum = new Float64Array(2 * pairs);
      for (let dy = 0; dy < ky; dy++) {
        addTurned(sum, 0, alongX, dy * pairs, pairs, rotation(dy - Math.floor(ky / 2), y, ny));
      }
      for (let pair = 0; pair < pairs; pair++) {
        const at = 2 * ((pair * height + y - rows[0]) * nx + x);
        out.data[at] = sum[2 * pair]!;
        out.data[at + 1] = sum[2 * pair + 1]!;
      }
    }
  }
  return out;
}

/** See `CalibrationKernels.grappaUnmix`. */
export function grappaUnmix(
  out: GrappaImages,
  kernels: GrappaKernels,
  folded: ComplexArray,
  offset: readonly [number, number],
  sensitivities?: ComplexArray,
): void {
  const [coils, ny, nx] = out.unmix.shape as [number, number, number];
  const [rx, ry] = kernels.acceleration;
  for (let y = 0; y < ny; y++) {
    const w = imageSpaceKernels(kernels, [ny, nx], [y, y + 1]).data;
    for (let x = 0; x < nx; x++) {
      const pixel = y * nx + x;
      const images = interpolated(w, nx, x, zeroFilled(kernels, folded, offset, [ny, nx], y, x));
      const p = sensitivities
        ? combination(
            coils,
            (c) => sampleOf(sensitivities, c * ny * nx + pixel),
            (square) => square,
          )
        : combination(coils, (c) => [images[2 * c]!, images[2 * c + 1]!], Math.sqrt);
      const phase = aliasPhase(kernels, offset, [ny, nx], y, x);
      let re = 0;
      let im = 0;
      let size = 0;
      let noise = 0;
      for (let j = 0; j < coils; j++) {
        let uRe = 0;
        let uIm = 0;
        for (let i = 0; i < coils; i++) {
          const at = 2 * ((i * coils + j) * nx + x);
          uRe += p[2 * i]! * w[at]! - p[2 * i + 1]! * w[at + 1]!;
          uIm += p[2 * i]! * w[at + 1]! + p[2 * i + 1]! * w[at]!;
        }
        re += p[2 * j]! * images[2 * j]! - p[2 * j + 1]! * images[2 * j + 1]!;
        im += p[2 * j]! * images[2 * j + 1]! + p[2 * j + 1]! * images[2 * j]!;
        size += p[2 * j]! ** 2 + p[2 * j + 1]! ** 2;
        noise += uRe * uRe + uIm * uIm;
        const to = 2 * (j * ny * nx + pixel);
        out.unmix.data[to] = uRe * phase[0] - uIm * phase[1];
        out.unmix.data[to + 1] = uRe * phase[1] + uIm * phase[0];
      }
      out.image.data[2 * pixel] = re;
      out.image.data[2 * pixel + 1] = im;
      out.gFactor.data[pixel] = size > 0 ? Math.sqrt(noise / size) / (rx * ry) : 0;
    }
  }
}

/** See `CalibrationKernels.grappaReplicas`. */
export function grappaReplicas(
  sum: RealArray,
  sumOfSquares: RealArray,
  kernels: GrappaKernels,
  folded: ComplexArray,
  offset: readonly [number, number],
  key: NoiseKey,
  replicas: Range,
  rows: Range,
): void {
  const [ny, nx] = sum.shape as [number, number];
  const [coils, my, mx] = folded.shape as [number, number, number];
  for (let y = 0; y < ny; y++) {
    const row = y % my;
    if (row < rows[0] || row >= rows[1]) continue;
    const w = imageSpaceKernels(kernels, [ny, nx], [y, y + 1]).data;
    for (let x = 0; x < nx; x++) {
      const source = row * mx + (x % mx);
      const phase = aliasPhase(kernels, offset, [ny, nx], y, x);
      const clean = Array.from({ length: coils }, (_, c) =>
        turned(sampleOf(folded, c * my * mx + source), phase),
      );
      const quiet = length(interpolated(w, nx, x, clean));
      for (let replica = replicas[0]; replica < replicas[1]; replica++) {
        const noisy = clean.map(([re, im], c): Sample => {
          const [nRe, nIm] = turned(noiseSample(key, replica, c, source), phase);
          return [re + nRe, im + nIm];
        });
        const v = length(interpolated(w, nx, x, noisy)) - quiet;
        sum.data[y * nx + x]! += v;
        sumOfSquares.data[y * nx + x]! += v * v;
      }
    }
  }
}

type Sample = readonly [re: number, im: number];

const sampleOf = (array: ComplexArray, at: number): Sample => [array.data[2 * at]!, array.data[2 * at + 1]!];

const turned = ([a, b]: Sample, [c, d]: Sample): Sample => [a * c - b * d, a * d + b * c];

/** e^{−2πi d (r − ⌊n/2⌋)/n} */
function rotation(d: number, r: number, n: number): Sample {
  const angle = (-2 * Math.PI * ((d * (r - Math.floor(n / 2))) % n)) / n;
  return [Math.cos(angle), Math.sin(angle)];
}

/** e^{iφ}/√R of the alias that pixel (y, x) is. */
function aliasPhase(
  { acceleration: [rx, ry] }: GrappaKernels,
  offset: readonly [number, number],
  [ny, nx]: readonly [number, number],
  y: number,
  x: number,
): Sample {
  const j = Math.floor((y * ry) / ny);
  const i = Math.floor((x * rx) / nx);
  const turns = ((offset[1] - Math.floor(ny / 2)) * j) / ry + ((offset[0] - Math.floor(nx / 2)) * i) / rx;
  const scale = 1 / Math.sqrt(rx * ry);
  return [Math.cos(2 * Math.PI * turns) * scale, Math.sin(2 * Math.PI * turns) * scale];
}

function zeroFilled(
  kernels: GrappaKernels,
  folded: ComplexArray,
  offset: readonly [number, number],
  shape: readonly [number, number],
  y: number,
  x: number,
): Sample[] {
  const [coils, my, mx] = folded.shape as [number, number, number];
  const phase = aliasPhase(kernels, offset, shape, y, x);
  return Array.from({ length: coils }, (_, c) =>
    turned(sampleOf(folded, (c * my + (y % my)) * mx + (x % mx)), phase),
  );
}

/** x̂_i = Σ_j W_ij(x) x_zf,j of a row of W. */
function interpolated(w: Float32Array, nx: number, x: number, samples: readonly Sample[]): Float64Array {
  const coils = samples.length;
  const out = new Float64Array(2 * coils);
  for (let i = 0; i < coils; i++) {
    for (let j = 0; j < coils; j++) {
      const at = 2 * ((i * coils + j) * nx + x);
      const [re, im] = samples[j]!;
      out[2 * i]! += w[at]! * re - w[at + 1]! * im;
      out[2 * i + 1]! += w[at]! * im + w[at + 1]! * re;
    }
  }
  return out;
}

/** p = conj(s)/scale(‖s‖²); zero where s is. */
function combination(
  coils: number,
  of: (coil: number) => Sample,
  scale: (square: number) => number,
): Float64Array {
  const p = new Float64Array(2 * coils);
  let square = 0;
  for (let c = 0; c < coils; c++) {
    const [re, im] = of(c);
    p[2 * c] = re;
    p[2 * c + 1] = -im;
    square += re * re + im * im;
  }
  const factor = square > 0 ? 1 / scale(square) : 0;
  return p.map((v) => v * factor);
}

function length(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
}

function addTurned(
  out: Float64Array,
  to: number,
  from: Float64Array | Float32Array,
  at: number,
  count: number,
  [c, s]: Sample,
): void {
  for (let n = 0; n < count; n++) {
    const re = from[2 * (at + n)]!;
    const im = from[2 * (at + n) + 1]!;
    out[2 * (to + n)]! += re * c - im * s;
    out[2 * (to + n) + 1]! += re * s + im * c;
  }
}
