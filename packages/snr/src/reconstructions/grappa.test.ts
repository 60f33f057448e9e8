import { describe, expect, test } from 'vitest';
import { type ComplexArray, complexZeros, realZeros } from '../arrays.ts';
import { oracleKernels } from '../kernels/oracle/kernels.ts';
import { randomComplex } from '../kernels/testing.ts';
import { wasmKernels } from '../kernels/wasm/kernels.ts';
import { gatherLattice } from '../sampling.ts';
import { foldedImages } from '../transforms.ts';
import {
  calibrateGrappa,
  type GrappaKernels,
  grappaAnalytic,
  grappaReplicasRss,
  grappaWeights,
} from './grappa.ts';

const k = oracleKernels();

/** Random weights wherever a kernel may have them, and the identity. */
function randomKernels(
  acceleration: readonly [number, number],
  kernel: readonly [number, number],
  coils: number,
): GrappaKernels {
  const weights = randomComplex(coils, kernel[1], kernel[0], coils, coils);
  for (let dy = 0; dy < kernel[1]; dy++) {
    for (let dx = 0; dx < kernel[0]; dx++) {
      const x = dx - Math.floor(kernel[0] / 2);
      const y = dy - Math.floor(kernel[1] / 2);
      if (x % acceleration[0] || y % acceleration[1]) continue;
      const block = weights.data.subarray(2 * (dy * kernel[0] + dx) * coils ** 2).fill(0, 0, 2 * coils ** 2);
      if (x === 0 && y === 0) for (let c = 0; c < coils; c++) block[2 * (c * coils + c)] = 1;
    }
  }
  return { acceleration, kernel, weights };
}

/** K where it lies on offset + R·m, else 0. */
function zeroFilled(
  kspace: ComplexArray,
  [rx, ry]: readonly [number, number],
  [ox, oy]: readonly [number, number],
) {
  const [, ny, nx] = kspace.shape as [number, number, number];
  return {
    ...kspace,
    data: kspace.data.map((v, i) => {
      const p = Math.floor(i / 2);
      return (p % nx) % rx === ox && (Math.floor(p / nx) % ny) % ry === oy ? v : 0;
    }),
  };
}

/** K̂_i(k) = Σ_d Σ_j w[d][i][j] K_j(k + d), circular, written out. */
function interpolate(kspace: ComplexArray, { kernel: [kx, ky], weights }: GrappaKernels): ComplexArray {
  const [coils, ny, nx] = kspace.shape as [number, number, number];
  const out = complexZeros(coils, ny, nx);
  for (let i = 0; i < coils; i++) {
    for (let p = 0; p < ny * nx; p++) {
      for (let d = 0; d < kx * ky; d++) {
        const y = (Math.floor(p / nx) + Math.floor(d / kx) - Math.floor(ky / 2) + ny * ky) % ny;
        const x = ((p % nx) + (d % kx) - Math.floor(kx / 2) + nx * kx) % nx;
        for (let j = 0; j < coils; j++) {
          const w = 2 * ((d * coils + i) * coils + j);
          const s = 2 * ((j * ny + y) * nx + x);
          const to = 2 * (i * ny * nx + p);
          out.data[to]! += weights.data[w]! * kspace.data[s]! - weights.data[w + 1]! * kspace.data[s + 1]!;
          out.data[to + 1]! +=
            weights.data[w]! * kspace.data[s + 1]! + weights.data[w + 1]! * kspace.data[s]!;
        }
      }
    }
  }
  return out;
}

/** Coil images with sensitivities of three harmonics: GRAPPA can be exact on them. */
function harmonicScan(coils: number, ny: number, nx: number) {
  const object = randomComplex(7, 1, ny, nx);
  const coefficients = randomComplex(8, coils, 3, 3);
  const maps = complexZeros(coils, ny, nx);
  const images = complexZeros(coils, ny, nx);
  for (let c = 0; c < coils; c++) {
    for (let p = 0; p < ny * nx; p++) {
      let re = 0;
      let im = 0;
      for (let h = 0; h < 9; h++) {
        const angle =
          2 *
          Math.PI *
          ((((h % 3) - 1) * (p % nx)) / nx + ((Math.floor(h / 3) - 1) * Math.floor(p / nx)) / ny);
        const a = coefficients.data[2 * (c * 9 + h)]!;
        const b = coefficients.data[2 * (c * 9 + h) + 1]!;
        re += a * Math.cos(angle) - b * Math.sin(angle);
        im += a * Math.sin(angle) + b * Math.cos(angle);
      }
      const at = 2 * (c * ny * nx + p);
      maps.data.set([re, im], at);
      const [s, t] = [object.data[2 * p]! + 2, object.data[2 * p + 1]!];
      images.data.set([re * s - im * t, re * t + im * s], at);
    }
  }
  const kspace = complexZeros(coils, ny, nx);
  k.fft2(kspace, images, 'kspace');
  return { maps, images, kspace };
}

function block(kspace: ComplexArray, cy: number, cx: number): ComplexArray {
  const [coils, ny, nx] = kspace.shape as [number, number, number];
  const out = complexZeros(coils, cy, cx);
  const top = Math.floor(ny / 2) - Math.floor(cy / 2);
  const left = Math.floor(nx / 2) - Math.floor(cx / 2);
  for (let row = 0; row < coils * cy; row++) {
    const from = 2 * ((Math.floor(row / cy) * ny + top + (row % cy)) * nx + left);
    out.data.set(kspace.data.subarray(from, from + 2 * cx), 2 * row * cx);
  }
  return out;
}

function fold(
  kspace: ComplexArray,
  acceleration: readonly [number, number],
  offset: readonly [number, number],
) {
  const [coils, ny, nx] = kspace.shape as [number, number, number];
  const folded = complexZeros(coils, ny / acceleration[1], nx / acceleration[0]);
  const sampled = complexZeros(...folded.shape);
  gatherLattice(sampled, kspace, acceleration, offset);
  foldedImages(k, folded, sampled, acceleration, offset);
  return folded;
}

function analytic(
  kernels: GrappaKernels,
  folded: ComplexArray,
  offset: readonly [number, number],
  sensitivities?: ComplexArray,
) {
  const coils = folded.shape[0]!;
  const shape = [
    folded.shape[1]! * kernels.acceleration[1],
    folded.shape[2]! * kernels.acceleration[0],
  ] as const;
  const out = {
    unmix: complexZeros(coils, ...shape),
    image: complexZeros(...shape),
    gFactor: realZeros(...shape),
  };
  grappaAnalytic(k, kernels, folded, offset, { ...out, sensitivities });
  return out;
}

const rss = (images: ComplexArray): Float32Array => {
  const out = realZeros(...images.shape.slice(1));
  k.rss(out, images);
  return out.data;
};

const largest = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((m, v) => Math.max(m, Math.abs(v)), 0);

const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  largest(Array.from(a, (v, i) => v - b[i]!)) / largest(b);

describe('image-space kernels do what interpolation of k-space does', () => {
  test.each([
    { r: [1, 2], size: [12, 14], kernel: [5, 5], offset: [0, 1] },
    { r: [2, 1], size: [11, 10], kernel: [5, 3], offset: [1, 0] },
    { r: [2, 2], size: [10, 14], kernel: [5, 5], offset: [1, 1] },
    { r: [1, 3], size: [15, 13], kernel: [4, 6], offset: [0, 2] },
    { r: [1, 4], size: [12, 11], kernel: [3, 8], offset: [0, 3] },
    { r: [3, 1], size: [7, 9], kernel: [7, 2], offset: [0, 0] },
  ] as const)('R $r, matrix $size, kernel $kernel', ({ r, size, kernel, offset }) => {
    const kernels = randomKernels(r, kernel, 3);
    const kspace = zeroFilled(randomComplex(5, 3, ...size), r, offset);
    const truth = interpolate(kspace, kernels);
    k.fft2(truth, truth, 'image');
    const aliased = complexZeros(3, ...size);
    k.fft2(aliased, kspace, 'image');
    const w = grappaWeights(kernels, { shape: size, rows: [0, size[0]] });
    const pixels = size[0] * size[1];
    const images = complexZeros(3, ...size);
    for (let i = 0; i < 3; i++) {
      const row = { data: w.data.subarray(i * 6 * pixels, (i + 1) * 6 * pixels), shape: [3, ...size] };
      const image = { data: images.data.subarray(2 * i * pixels, 2 * (i + 1) * pixels), shape: size };
      k.unfold(image, row, aliased);
    }
    expect(difference(images.data, truth.data)).toBeLessThan(1e-5);

    const folded = fold(kspace, r, offset);
    const { image, unmix } = analytic(kernels, folded, offset);
    expect(
      difference(
        image.data.filter((_, i) => i % 2 === 0),
        rss(truth),
      ),
    ).toBeLessThan(1e-5);
    const unfolded = complexZeros(...size);
    k.unfold(unfolded, unmix, folded);
    expect(difference(unfolded.data, image.data)).toBeLessThan(1e-5);
  });
});

describe('calibrateGrappa', () => {
  test.each([
    { r: [1, 1], kernel: [5, 5] },
    { r: [1, 2], kernel: [5, 5] },
    { r: [2, 1], kernel: [4, 4] },
    { r: [2, 2], kernel: [5, 5] },
    { r: [1, 3], kernel: [3, 6] },
  ] as const)('reconstructs harmonic sensitivities exactly, R $r, kernel $kernel', ({ r, kernel }) => {
    const scan = harmonicScan(12, 36, 42);
    const kernels = calibrateGrappa(k, block(scan.kspace, 32, 32), {
      acceleration: r,
      kernel,
      tikhonov: 1e-12,
    });
    const folded = fold(scan.kspace, r, [0, 0]);
    const { image } = analytic(kernels, folded, [0, 0], scan.maps);
    const truth = complexZeros(36, 42);
    const unmix = complexZeros(12, 36, 42);
    k.senseUnmix(unmix, undefined, scan.maps, [1, 1]);
    k.unfold(truth, unmix, scan.images);
    expect(difference(image.data, truth.data)).toBeLessThan(2e-3);
  });

  test.each([
    { r: [1, 2], kernel: [5, 5] },
    { r: [3, 2], kernel: [7, 6] },
  ] as const)('gives the same kernels in WebAssembly, R $r, kernel $kernel', ({ r, kernel }) => {
    const acs = block(harmonicScan(7, 36, 42).kspace, 34, 30);
    const options = { acceleration: r, kernel, tikhonov: 0.01 };
    const truth = calibrateGrappa(k, acs, options).weights.data;
    const wasm = wasmKernels();
    const found = wasm.scope(() => calibrateGrappa(wasm, wasm.load(acs), options).weights.data);
    expect(difference(found, truth)).toBeLessThan(1e-3);
  });

  test('solves (SᴴS + λI) w = SᴴT: the gradient of the regularised residual vanishes', () => {
    const [coils, cy, cx, tikhonov] = [3, 13, 14, 0.05];
    const acs = randomComplex(3, coils, cy, cx);
    const kernels = calibrateGrappa(k, acs, { acceleration: [1, 2], kernel: [3, 4], tikhonov });
    const sources: [number, number][] = [-2, -1, 0, 1]
      .flatMap((dy) => [-1, 0, 1].map((dx): [number, number] => [dx, dy]))
      .filter(([, dy]) => dy % 2 !== 0);
    const sample = (c: number, y: number, x: number) => {
      const at = 2 * ((c * cy + y) * cx + x);
      return [acs.data[at]!, acs.data[at + 1]!] as const;
    };
    const weight = (d: readonly [number, number], i: number, j: number) => {
      const at = 2 * ((((d[1] + 2) * 3 + d[0] + 1) * coils + i) * coils + j);
      return [kernels.weights.data[at]!, kernels.weights.data[at + 1]!] as const;
    };
    const centres = Array.from({ length: cy - 3 }, (_, y) =>
      Array.from({ length: cx - 2 }, (_, x) => [y + 2, x + 1] as const),
    ).flat();
    const entries = sources.flatMap((d) => [0, 1, 2].map((j) => ({ d, j })));
    const inner = (a: (typeof entries)[0], b: (typeof entries)[0]) =>
      centres.reduce(
        ([re, im], [y, x]) => {
          const [p, q] = sample(a.j, y + a.d[1], x + a.d[0]);
          const [s, t] = sample(b.j, y + b.d[1], x + b.d[0]);
          return [re + p * s + q * t, im + p * t - q * s];
        },
        [0, 0],
      );
    const normal = entries.map((a) => entries.map((b) => inner(a, b)));
    const frobenius = Math.hypot(...normal.flat(2));
    for (let i = 0; i < coils; i++) {
      entries.forEach((a, row) => {
        const right = inner(a, { d: [0, 0], j: i });
        const lambda = (tikhonov * frobenius) / entries.length;
        const own = weight(a.d, i, a.j);
        const left = entries.reduce(
          ([re, im], b, column) => {
            const [w, v] = weight(b.d, i, b.j);
            const [g, h] = normal[row]![column]! as [number, number];
            return [re + g * w - h * v, im + g * v + h * w];
          },
          [lambda * own[0], lambda * own[1]],
        );
        expect(Math.hypot(left[0]! - right[0]!, left[1]! - right[1]!)).toBeLessThan(1e-6 * frobenius);
      });
    }
  });

  test.each([
    { what: 'a patch without sources', r: [1, 4], kernel: [3, 3], code: 'MRO_SNR_KERNEL' },
    { what: 'a block smaller than the kernel', r: [1, 2], kernel: [5, 25], code: 'MRO_SNR_REFERENCE' },
    { what: 'fewer equations than unknowns', r: [1, 2], kernel: [19, 3], code: 'MRO_SNR_REFERENCE' },
    { what: 'a fractional kernel', r: [1, 2], kernel: [2.5, 3], code: 'MRO_SNR_KERNEL' },
  ] as const)('refuses $what', ({ r, kernel, code }) => {
    const acs = randomComplex(2, 4, 20, 24);
    expect(() => calibrateGrappa(k, acs, { acceleration: r, kernel, tikhonov: 0.01 })).toThrow(
      expect.objectContaining({ code }),
    );
  });

  test('refuses empty calibration data and samples that are not numbers', () => {
    const options = { acceleration: [1, 2], kernel: [3, 3], tikhonov: 0.01 } as const;
    expect(() => calibrateGrappa(k, complexZeros(2, 16, 16), options)).toThrow(
      expect.objectContaining({ code: 'MRO_SNR_REFERENCE' }),
    );
    const acs = randomComplex(1, 2, 16, 16);
    acs.data[200] = Number.NaN;
    expect(() => calibrateGrappa(k, acs, options)).toThrow(
      expect.objectContaining({ code: 'MRO_SNR_NOT_FINITE' }),
    );
  });
});

describe('g-factor and noise', () => {
  test('fully sampled data: W = I, g = 1, the image is the root-sum-of-squares', () => {
    const scan = harmonicScan(4, 9, 10);
    const kernels = calibrateGrappa(k, scan.kspace, { acceleration: [1, 1], kernel: [5, 5], tikhonov: 0.01 });
    const { image, gFactor, unmix } = analytic(kernels, scan.images, [0, 0]);
    expect(
      difference(
        image.data.filter((_, i) => i % 2 === 0),
        rss(scan.images),
      ),
    ).toBeLessThan(1e-6);
    expect(largest(gFactor.data.map((g) => g - 1))).toBeLessThan(1e-6);
    expect(largest(rss(unmix).map((s) => s - 1))).toBeLessThan(1e-6);
  });

  test('SNR = SNR of full sampling / (g √R)', () => {
    const scan = harmonicScan(6, 24, 20);
    const kernels = calibrateGrappa(k, scan.kspace, {
      acceleration: [1, 2],
      kernel: [5, 4],
      tikhonov: 1e-10,
    });
    const { image, gFactor, unmix } = analytic(kernels, fold(scan.kspace, [1, 2], [0, 1]), [0, 1]);
    const noise = rss(unmix);
    const full = rss(scan.images);
    const ratio = full.map((s, p) => ((image.data[2 * p]! / noise[p]!) * gFactor.data[p]! * Math.SQRT2) / s);
    expect(largest(ratio.map((v) => v - 1))).toBeLessThan(5e-3);
  });

  test('replicas scatter by ‖unmix‖/√2 at high SNR and do not depend on how rows are divided', () => {
    const scan = harmonicScan(4, 8, 6);
    const kernels = calibrateGrappa(k, scan.kspace, { acceleration: [1, 2], kernel: [3, 3], tikhonov: 1e-3 });
    const folded = fold(scan.kspace, [1, 2], [0, 0]);
    for (let p = 0; p < folded.data.length; p++) folded.data[p]! *= 1000;
    const { unmix } = analytic(kernels, folded, [0, 0]);
    const replicas = 600;
    const whole = { sum: realZeros(8, 6), squares: realZeros(8, 6) };
    const parts = { sum: realZeros(8, 6), squares: realZeros(8, 6) };
    const key = { seed: 3, slice: 1 };
    grappaReplicasRss(k, kernels, folded, [0, 0], whole.sum, whole.squares, key, [0, replicas], [0, 4]);
    for (const rows of [
      [0, 1],
      [1, 4],
    ] as const) {
      grappaReplicasRss(k, kernels, folded, [0, 0], parts.sum, parts.squares, key, [0, replicas], rows);
    }
    expect(parts.sum.data).toEqual(whole.sum.data);
    expect(parts.squares.data).toEqual(whole.squares.data);
    const predicted = rss(unmix);
    let mean = 0;
    whole.squares.data.forEach((square, p) => {
      const variance = (square - whole.sum.data[p]! ** 2 / replicas) / (replicas - 1);
      const ratio = variance / (predicted[p]! ** 2 / 2);
      // χ² with 599 degrees of freedom: standard deviation 5.8 % of the variance.
      expect(Math.abs(ratio - 1)).toBeLessThan(0.3);
      mean += ratio / 48;
    });
    expect(Math.abs(mean - 1)).toBeLessThan(0.04);
  });
});
