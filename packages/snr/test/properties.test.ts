import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ComplexArray } from '../src/arrays.ts';
import type { NoiseModel, SliceInput, SliceMaps } from '../src/settings.ts';
import { simulate } from '../src/simulate/index.ts';
import { mapsOf, type PartialSettings, testKernels, trueNoise } from './support.ts';

const k = testKernels();
const runs = { numRuns: 12 };

interface Case {
  readonly input: SliceInput;
  readonly noise: NoiseModel;
  readonly settings: PartialSettings;
}

const cases = fc
  .record({
    // As many coils as aliases leave pixels at the edge of being singular, where rounding decides.
    coils: fc.integer({ min: 7, max: 11 }),
    nx: fc.integer({ min: 24, max: 40 }),
    ny: fc.integer({ min: 24, max: 40 }),
    correlation: fc.double({ min: 0, max: 0.6, noNaN: true }),
    seed: fc.integer({ min: 1, max: 10_000 }),
    kind: fc.constantFrom(
      { reconstruction: 'rss' },
      { reconstruction: 'b1', sensitivities: { window: 'none' } },
      { reconstruction: 'b1', sensitivities: { method: 'external' } },
      {
        reconstruction: 'sense',
        decimate: true,
        accelerations: [1, 2],
        acl: [null, 16],
        sensitivities: { method: 'external' },
      },
      {
        reconstruction: 'sense',
        decimate: true,
        accelerations: [2, 2],
        acl: [16, 16],
        sensitivities: { method: 'external' },
      },
      {
        reconstruction: 'grappa',
        decimate: true,
        accelerations: [1, 2],
        acl: [null, 16],
        kernel: [3, 4],
        tikhonov: 1e-4,
      },
    ),
  })
  .map((drawn): Case => {
    const { coils, nx, ny, correlation, seed, kind } = drawn;
    const simulation = simulate(k, { coils, matrix: [nx, ny], correlation, seed, snr: 80 });
    return {
      input: { ...simulation.slice(0), maps: simulation.sensitivities(0) },
      noise: trueNoise(simulation),
      settings: { ...kind, gFactor: true } as PartialSettings,
      // What fast-check prints of a counterexample: how it was drawn, not its arrays.
      [fc.toStringMethod]: () => JSON.stringify(drawn),
    } as Case;
  });

const compute = async ({ input, noise, settings }: Case): Promise<SliceMaps> =>
  (await mapsOf(1, () => input, noise, settings))[0]!;

/** Every coil vector d → M d of k-space (…, coil, y, x) and maps, Ψ → M Ψ Mᴴ. */
function mixed(value: Case, matrix: ComplexArray): Case {
  const coils = matrix.shape[0]!;
  const apply = (array: ComplexArray): ComplexArray => {
    const out = new Float32Array(array.data.length);
    const block = array.data.length / coils;
    for (let i = 0; i < coils; i++) {
      for (let j = 0; j < coils; j++) {
        const a = matrix.data[2 * (i * coils + j)]!;
        const b = matrix.data[2 * (i * coils + j) + 1]!;
        if (a === 0 && b === 0) continue;
        for (let p = 0; p < block; p += 2) {
          const re = array.data[j * block + p]!;
          const im = array.data[j * block + p + 1]!;
          out[i * block + p]! += a * re - b * im;
          out[i * block + p + 1]! += a * im + b * re;
        }
      }
    }
    return { data: out, shape: array.shape };
  };
  const transposed = (m: ComplexArray): ComplexArray => {
    const data = new Float32Array(m.data.length);
    for (let i = 0; i < coils; i++) {
      for (let j = 0; j < coils; j++) {
        data[2 * (i * coils + j)] = m.data[2 * (j * coils + i)]!;
        data[2 * (i * coils + j) + 1] = -m.data[2 * (j * coils + i) + 1]!;
      }
    }
    return { data, shape: m.shape };
  };
  // M Ψ Mᴴ = M (M Ψᴴ)ᴴ with Ψ Hermitian.
  const covariance = apply(transposed(apply(value.noise.covariance)));
  return {
    ...value,
    input: {
      ...value.input,
      kspace: apply(value.input.kspace),
      maps: value.input.maps && apply(value.input.maps),
    },
    noise: { ...value.noise, covariance: transposed(covariance) },
  };
}

/** Largest difference relative to the largest SNR. */
function difference(a: Float32Array, b: Float32Array): number {
  let scale = 0;
  let most = 0;
  a.forEach((v, p) => {
    scale = Math.max(scale, Math.abs(v));
    most = Math.max(most, Math.abs(v - b[p]!));
  });
  return most / scale;
}

describe('invariance', () => {
  const same = async (value: Case, changed: Case, tolerance = 2e-3): Promise<void> => {
    const [a, b] = [await compute(value), await compute(changed)];
    expect(difference(a.snr, b.snr)).toBeLessThan(tolerance);
  };

  it('scaling Ψ by c and the data by √c changes nothing', () =>
    fc.assert(
      fc.asyncProperty(cases, fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (value, c) => {
        const kspace = { ...value.input.kspace, data: value.input.kspace.data.map((v) => v * Math.sqrt(c)) };
        const covariance = { ...value.noise.covariance, data: value.noise.covariance.data.map((v) => v * c) };
        return same(value, {
          ...value,
          input: { ...value.input, kspace },
          noise: { ...value.noise, covariance },
        });
      }),
      runs,
    ));

  it('a permutation of the coils changes nothing', () =>
    fc.assert(
      fc.asyncProperty(cases, (value) => {
        const coils = value.noise.covariance.shape[0]!;
        const data = new Float32Array(2 * coils * coils);
        for (let i = 0; i < coils; i++) data[2 * (i * coils + ((i + 2) % coils))] = 1;
        return same(value, mixed(value, { data, shape: [coils, coils] }));
      }),
      runs,
    ));

  it('a unitary mixing of the coils changes nothing', () =>
    fc.assert(
      fc.asyncProperty(cases, (value) => {
        const coils = value.noise.covariance.shape[0]!;
        const data = new Float32Array(2 * coils * coils);
        for (let i = 0; i < coils; i++) {
          for (let j = 0; j < coils; j++) {
            const angle = (-2 * Math.PI * i * j) / coils;
            data[2 * (i * coils + j)] = Math.cos(angle) / Math.sqrt(coils);
            data[2 * (i * coils + j) + 1] = Math.sin(angle) / Math.sqrt(coils);
          }
        }
        return same(value, mixed(value, { data, shape: [coils, coils] }));
      }),
      runs,
    ));

  it('a global phase changes nothing', () =>
    fc.assert(
      fc.asyncProperty(cases, fc.double({ min: 0, max: 6.28, noNaN: true }), (value, angle) => {
        const { data, shape } = value.input.kspace;
        const turned = data.map((_, p) => {
          const even = p - (p % 2);
          return p % 2 === 0
            ? data[even]! * Math.cos(angle) - data[even + 1]! * Math.sin(angle)
            : data[even]! * Math.sin(angle) + data[even + 1]! * Math.cos(angle);
        });
        return same(value, { ...value, input: { ...value.input, kspace: { data: turned, shape } } });
      }),
      runs,
    ));
});

describe('g-factor', () => {
  it('is at least 1 with SENSE, and 1 at R = 1', () =>
    fc.assert(
      fc.asyncProperty(
        cases,
        fc.constantFrom([1, 1], [1, 2], [1, 3], [2, 2]),
        async (value, accelerations) => {
          const settings = {
            reconstruction: 'sense',
            decimate: true,
            accelerations,
            acl: [null, null],
            gFactor: true,
            sensitivities: { window: 'none' },
          } as PartialSettings;
          const { gFactor } = await compute({ ...value, settings });
          const inside = gFactor!.filter((g) => g > 0);
          expect(inside.length).toBe(gFactor!.length);
          for (const g of inside) expect(g).toBeGreaterThan(1 - 1e-4);
          if (accelerations[1] === 1) for (const g of inside) expect(g).toBeLessThan(1 + 1e-4);
        },
      ),
      runs,
    ));

  it('is 1 with GRAPPA at R = 1', async () => {
    const simulation = simulate(k, { coils: 6, matrix: [32, 30] });
    const settings = { reconstruction: 'grappa', gFactor: true } as const;
    const [maps] = await mapsOf(1, () => simulation.slice(0), trueNoise(simulation), settings);
    for (const g of maps!.gFactor!) expect(Math.abs(g - 1)).toBeLessThan(1e-4);
  });
});
