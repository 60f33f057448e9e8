import { describe, expect, it } from 'vitest';
import { complexZeros, realZeros } from '../../../arrays.ts';
import type { GrappaKernels } from '../../calibration.ts';
import { oracleKernels } from '../../oracle/kernels.ts';
import { randomComplex, relativeError } from '../../testing.ts';
import { wasmKernels } from '../kernels.ts';

const k = wasmKernels();
const wasm = k.calibration;
const oracle = oracleKernels().calibration;

describe('matrix products in WebAssembly', () => {
  it.each([
    [1, 1, 1],
    [2, 3, 4],
    [5, 7, 9],
    [16, 48, 17],
    [33, 100, 2],
    [3, 361, 30],
  ])('A B and Aᴴ B, %i × %i × %i, agree with float64', (m, inner, n) => {
    k.scope(() => {
      const b = randomComplex(3, inner, n);
      for (const adjoint of [undefined, 'adjoint'] as const) {
        const a = adjoint ? randomComplex(2, inner, m) : randomComplex(2, m, inner);
        const truth = complexZeros(m, n);
        oracle.multiply(truth, a, b, adjoint);
        const surrounded = k.complex(3, m, n);
        surrounded.data.fill(7);
        const out = { data: surrounded.data.subarray(2 * m * n, 4 * m * n), shape: [m, n] };
        wasm.multiply(out, k.load(a), k.load(b), adjoint);
        expect(relativeError(out.data, truth.data)).toBeLessThan(3e-7);
        expect(surrounded.data.filter((v) => v === 7)).toHaveLength(4 * m * n);
      }
    });
  });

  it.each([
    [1, 1],
    [7, 3],
    [700, 5],
    [361, 18],
  ])('AᴴA of %i × %i keeps double precision', (rows, columns) => {
    k.scope(() => {
      const a = randomComplex(5, rows, columns);
      const found = wasm.gram(k.load(a));
      expect(relativeError(found, oracle.gram(a))).toBeLessThan(1e-14);
    });
  });

  it.each([1, 2, 3, 4, 6, 16, 21])('correlations of %i coils agree with float64', (coils) => {
    k.scope(() => {
      const a = randomComplex(coils, 13, 61, coils);
      for (const lag of [
        [0, 0],
        [2, 3],
        [-4, 1],
      ] as const) {
        const truth = oracle.correlate(a, [1, 9], [4, 57], lag);
        const found = wasm.correlate(k.load(a), [1, 9], [4, 57], lag);
        expect(relativeError(found, truth)).toBeLessThan(2e-7);
      }
      expect(wasm.correlate(k.load(a), [3, 3], [0, 5], [0, 0]).every((v) => v === 0)).toBe(true);
    });
  });
});

const cases = [
  { r: [1, 2], size: [12, 14], kernel: [5, 5], offset: [0, 1], coils: 4 },
  { r: [2, 1], size: [11, 10], kernel: [5, 3], offset: [1, 0], coils: 3 },
  { r: [2, 2], size: [10, 14], kernel: [5, 5], offset: [1, 1], coils: 5 },
  { r: [1, 3], size: [15, 13], kernel: [4, 6], offset: [0, 2], coils: 1 },
  { r: [1, 4], size: [12, 7], kernel: [3, 8], offset: [0, 3], coils: 17 },
  { r: [1, 1], size: [9, 5], kernel: [1, 1], offset: [0, 0], coils: 2 },
] as const;

/** Random weights, the outermost rows of the patch zero: such rows take no part. */
function randomKernels({ r, kernel: [kx, ky], coils }: (typeof cases)[number]): GrappaKernels {
  const weights = randomComplex(9, ky, kx, coils, coils);
  if (ky > 3) weights.data.fill(0, 0, 2 * kx * coils * coils);
  return { acceleration: r, kernel: [kx, ky], weights };
}

describe('GRAPPA in WebAssembly', () => {
  it.each(cases)('unmixing, images and g agree with float64: R $r, matrix $size, $coils coils', (test) => {
    const { r, size, offset, coils } = test;
    const kernels = randomKernels(test);
    const folded = randomComplex(3, coils, size[0] / r[1], size[1] / r[0]);
    for (const sensitivities of [undefined, randomComplex(4, coils, ...size)]) {
      sensitivities?.data.fill(0, 0, 2);
      const shapes = { unmix: [coils, ...size], image: size, gFactor: size };
      const truth = {
        unmix: complexZeros(...shapes.unmix),
        image: complexZeros(...size),
        gFactor: realZeros(...size),
      };
      oracle.grappaUnmix(truth, kernels, folded, offset, sensitivities);
      k.scope(() => {
        const out = {
          unmix: k.complex(...shapes.unmix),
          image: k.complex(...size),
          gFactor: k.real(...size),
        };
        const maps = sensitivities && k.load(sensitivities);
        wasm.grappaUnmix(out, kernels, k.load(folded), offset, maps);
        expect(relativeError(out.unmix.data, truth.unmix.data)).toBeLessThan(2e-6);
        expect(relativeError(out.image.data, truth.image.data)).toBeLessThan(2e-6);
        expect(relativeError(out.gFactor.data, truth.gFactor.data)).toBeLessThan(2e-6);
      });
    }
  });

  it.each(cases)('replicas agree with float64 for any division: R $r, matrix $size, $coils coils', (test) => {
    const { r, size, offset, coils } = test;
    const kernels = randomKernels(test);
    const folded = randomComplex(6, coils, size[0] / r[1], size[1] / r[0]);
    const rows = folded.shape[1]!;
    const key = { seed: 11, slice: 2 };
    const truth = { sum: realZeros(...size), squares: realZeros(...size) };
    oracle.grappaReplicas(truth.sum, truth.squares, kernels, folded, offset, key, [3, 22], [0, rows]);
    k.scope(() => {
      const loaded = k.load(folded);
      const whole = { sum: k.real(...size), squares: k.real(...size) };
      wasm.grappaReplicas(whole.sum, whole.squares, kernels, loaded, offset, key, [3, 22], [0, rows]);
      expect(relativeError(whole.sum.data, truth.sum.data)).toBeLessThan(1e-5);
      expect(relativeError(whole.squares.data, truth.squares.data)).toBeLessThan(1e-5);
      const parts = { sum: k.real(...size), squares: k.real(...size) };
      for (const band of [
        [0, 1],
        [1, rows - 1],
        [rows - 1, rows],
      ] as const) {
        wasm.grappaReplicas(parts.sum, parts.squares, kernels, loaded, offset, key, [3, 22], band);
      }
      expect(parts.sum.data).toEqual(whole.sum.data);
      expect(parts.squares.data).toEqual(whole.squares.data);
    });
  });
});

describe('eigenmaps in WebAssembly', () => {
  it.each([
    { coils: 1, size: [3, 5], reach: 0 },
    { coils: 4, size: [7, 9], reach: 1 },
    { coils: 11, size: [18, 13], reach: 3 },
  ] as const)(
    'agree with a full decomposition: $coils coils, $size, reach $reach',
    ({ coils, size, reach }) => {
      const extent = 2 * reach + 1;
      // Autocorrelation of random vectors: G(r) is positive semi-definite, as the mean of projectors is.
      const factors = randomComplex(8, 2, reach + 1, reach + 1, coils);
      const lags = complexZeros(extent, extent, coils, coils);
      const at = (l: number, y: number, x: number, c: number) =>
        2 * (((l * (reach + 1) + y) * (reach + 1) + x) * coils + c);
      for (let l = 0; l < 2; l++) {
        for (let d = 0; d < (reach + 1) ** 4; d++) {
          const [ay, ax, by, bx] = [0, 1, 2, 3].map(
            (i) => Math.floor(d / (reach + 1) ** i) % (reach + 1),
          ) as [number, number, number, number];
          for (let pair = 0; pair < coils * coils; pair++) {
            const a = at(l, ay, ax, Math.floor(pair / coils));
            const b = at(l, by, bx, pair % coils);
            const [s, t, u, v] = [
              factors.data[a]!,
              factors.data[a + 1]!,
              factors.data[b]!,
              factors.data[b + 1]!,
            ];
            const to = 2 * (((by - ay + reach) * extent + bx - ax + reach) * coils * coils + pair);
            const weight = (l === 0 ? 1 : 0.3) / (coils * (reach + 1) ** 2);
            lags.data[to]! += weight * (s * u + t * v);
            lags.data[to + 1]! += weight * (t * u - s * v);
          }
        }
      }
      const reference = randomComplex(1, coils);
      const truth = { maps: complexZeros(coils, ...size), value: realZeros(...size) };
      oracle.eigenmaps(truth.maps, truth.value, lags, reference, 0);
      const crop =
        Float32Array.from(truth.value.data).sort()[Math.floor(truth.value.data.length / 3)]! * 1.0001;
      oracle.eigenmaps(truth.maps, truth.value, lags, reference, crop);
      k.scope(() => {
        const found = { maps: k.complex(coils, ...size), value: k.real(...size) };
        wasm.eigenmaps(found.maps, found.value, k.load(lags), k.load(reference), crop);
        // Eigenvalues below the crop are found to about the square of a residual of 0.003.
        expect(relativeError(found.value.data, truth.value.data)).toBeLessThan(1e-4);
        expect(relativeError(found.maps.data, truth.maps.data)).toBeLessThan(2e-3);
      });
    },
  );
});
