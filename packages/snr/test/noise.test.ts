import { describe, expect, it } from 'vitest';
import { complexZeros } from '../src/arrays.ts';
import { SnrError } from '../src/errors.ts';
import { estimateNoise, noiseBandwidth, noiseCoefficients, scaleNoise } from '../src/noise.ts';
import { whitening } from '../src/prewhitening.ts';
import { simulate } from '../src/simulate/index.ts';
import { normalStream } from '../src/simulate/random.ts';
import { testKernels } from './support.ts';

const k = testKernels();

const codeOf = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    if (error instanceof SnrError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'no error';
};

describe('noise covariance', () => {
  it('is the total complex covariance E[n nᴴ]', () => {
    const simulation = simulate(k, { coils: 6, correlation: 0.5, noiseVariance: 4, noiseReadouts: 3000 });
    const { covariance, samples } = estimateNoise(k, simulation.noise());
    expect(samples).toBe(3000 * 96);
    covariance.data.forEach((v, p) => {
      // Standard error of an element: √(Ψii Ψjj / N).
      expect(Math.abs(v - simulation.covariance.data[p]!)).toBeLessThan((5 * 16) / Math.sqrt(samples));
    });
  });

  it('keeps a constant offset unless told to remove it', () => {
    const noise = complexZeros(1, 1, 1000);
    noise.data.fill(3);
    expect(estimateNoise(k, noise).covariance.data[0]).toBeCloseTo(18, 5);
    expect(estimateNoise(k, noise, { removeMean: true }).covariance.data[0]).toBeCloseTo(0, 5);
  });

  it('gives coefficients of modulus at most 1 with a diagonal of 1', () => {
    const { covariance } = simulate(k, { coils: 5, correlation: 0.7 });
    const rho = noiseCoefficients(covariance).data;
    for (let i = 0; i < 5; i++) expect(rho[2 * (i * 5 + i)]).toBeCloseTo(1, 6);
    expect(Math.hypot(rho[2]!, rho[3]!)).toBeCloseTo(0.7, 5);
  });

  it('refuses too few samples and numbers that are none', () => {
    expect(codeOf(() => estimateNoise(k, complexZeros(8, 1, 15)))).toContain('MRO_SNR_NOISE_TOO_FEW');
    const bad = complexZeros(2, 1, 100);
    bad.data[250] = Number.NaN;
    expect(codeOf(() => estimateNoise(k, bad))).toContain('Coil 2');
  });
});

describe('noise-equivalent bandwidth', () => {
  it('is the mean of a filtered spectrum relative to its flat centre', () => {
    const n = 128;
    const stream = normalStream(3);
    const noise = complexZeros(2, 800, n);
    for (let p = 0; p < noise.data.length; p++) noise.data[p] = stream.next();
    const white = noiseBandwidth(k, noise);
    // A receiver that is flat in the middle and falls off linearly in power to a quarter at the edges.
    const response = Float64Array.from({ length: n }, (_, i) => {
      const f = Math.abs(i - n / 2) / (n / 2);
      return f < 0.5 ? 1 : 1 - 1.5 * (f - 0.5);
    });
    k.scope(() => {
      const lines = k.load({ data: noise.data, shape: [1600, n] });
      k.fftReadout(lines, lines, 'kspace');
      for (let p = 0; p < lines.data.length; p++) lines.data[p]! *= Math.sqrt(response[(p >> 1) % n]!);
      k.fftReadout(lines, lines, 'image');
      noise.data.set(lines.data);
    });
    expect(white).toBeGreaterThan(0.99);
    expect(noiseBandwidth(k, noise)).toBeCloseTo(response.reduce((s, v) => s + v, 0) / n, 2);
  });

  it('is not measured from few samples', () => {
    const simulation = simulate(k, { coils: 2, noiseReadouts: 8 });
    expect(estimateNoise(k, simulation.noise()).bandwidth).toBe(1);
  });
});

describe('scaling to the image', () => {
  it('multiplies Ψ̂ by noiseScale/β·dwellNoise/dwellImage', () => {
    const estimate = {
      covariance: { data: new Float32Array([2, 0]), shape: [1, 1] },
      bandwidth: 0.8,
      samples: 100,
    };
    const model = scaleNoise(estimate, { noiseScale: 0.5, dwellNoise: 6e-6, dwellImage: 3e-6 });
    expect(model.scale).toBeCloseTo(1.25, 10);
    expect(model.covariance.data[0]).toBeCloseTo(2.5, 6);
  });
});

describe('prewhitening', () => {
  it('turns Ψ into the identity', () => {
    const { covariance } = simulate(k, { coils: 7, correlation: 0.6, noiseVariance: 1e-8 });
    const { inverse, factor } = whitening(covariance);
    // L⁻¹ Ψ L⁻ᴴ = I means |row of L⁻¹ L| is the identity's.
    for (let i = 0; i < 7; i++) {
      for (let j = 0; j < 7; j++) {
        let re = 0;
        for (let m = 0; m < 7; m++) {
          const a = 2 * (i * 7 + m);
          const b = 2 * (m * 7 + j);
          re += inverse.data[a]! * factor.data[b]! - inverse.data[a + 1]! * factor.data[b + 1]!;
        }
        expect(re).toBeCloseTo(i === j ? 1 : 0, 4);
      }
    }
  });

  it('names dead and duplicated coils', () => {
    const { covariance } = simulate(k, { coils: 4, correlation: 0.2 });
    const dead = { ...covariance, data: covariance.data.slice() };
    for (let j = 0; j < 4; j++) {
      for (const p of [2 * (2 * 4 + j), 2 * (j * 4 + 2)]) {
        dead.data[p] = 0;
        dead.data[p + 1] = 0;
      }
    }
    expect(codeOf(() => whitening(dead))).toMatch(/MRO_SNR_NOISE_SINGULAR Coil 3 of 4/);
    const twin = { data: new Float32Array([1, 0, 1, 0, 1, 0, 1, 0]), shape: [2, 2] };
    expect(codeOf(() => whitening(twin))).toMatch(/coil 2 repeats the noise of coil 1/);
  });
});
