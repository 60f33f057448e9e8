import { describe, expect, it } from 'vitest';
import { readoutOperator } from '../epi/operator.ts';
import { type RampSampling, rampTrajectory, uniformTrajectory } from '../epi/trajectory.ts';
import { openTwix } from '../index.ts';
import { type LineRequest, type TwixAcquisition, writeTwix } from '../writing/write.ts';
import { sourceOf } from './testing.ts';

const ramp: RampSampling = {
  shape: 'trapezoid',
  rampUp: 160,
  flatTop: 240,
  rampDown: 160,
  delay: 32,
  duration: 496,
};

/** Fourier transform of a few blobs in the central half of the oversampled field of view, by readout k and line. */
function blobs(k: number, line: number, n: number, lines: number): [number, number] {
  let [re, im] = [0, 0];
  for (const [x, y, width, height] of [
    [-11, 3, 3, 1],
    [4, -6, 5, 0.7],
    [9, 8, 2, 1.5],
  ] as const) {
    const envelope = height * Math.exp(-2 * (Math.PI * width) ** 2 * ((k / n) ** 2 + (line / lines) ** 2));
    const angle = -2 * Math.PI * ((k * x) / n + (line * y) / lines);
    re += envelope * Math.cos(angle);
    im += envelope * Math.sin(angle);
  }
  return [re, im];
}

async function reconstruct(epi: TwixAcquisition['epi'], shift: number, phase: number) {
  const [n, lines] = [64, 32];
  const chunks: Uint8Array[] = [];
  await writeTwix(
    async (bytes) => void chunks.push(bytes),
    { coils: 1, readout: n / 2, phase: lines, epi: epi! },
    {
      line: ({ k, line, reversed, navigator }: LineRequest) => {
        const samples = new Float32Array(2 * n);
        for (let i = 0; i < n; i++) {
          const [re, im] = blobs(k![i]! - (reversed ? shift : 0), navigator ? 0 : line - lines / 2, n, lines);
          const [c, s] = reversed ? [Math.cos(phase), Math.sin(phase)] : [1, 0];
          samples[2 * i] = re * c - im * s;
          samples[2 * i + 1] = re * s + im * c;
        }
        return samples;
      },
    },
  );
  const raw = await openTwix(sourceOf(Buffer.concat(chunks)));
  const { kspace } = await raw.readSlice(0);
  const error = { sum: 0, norm: 0 };
  let scale = 0;
  const truth = new Float64Array(kspace.data.length);
  for (let line = 0; line < lines; line++)
    for (let i = 0; i < n; i++) truth.set(blobs(i - n / 2, line - lines / 2, n, lines), 2 * (line * n + i));
  for (const [at, t] of truth.entries()) {
    scale += t * kspace.data[at]!;
    error.norm += t * t;
  }
  scale /= error.norm;
  for (const [at, t] of truth.entries()) error.sum += (kspace.data[at]! - scale * t) ** 2;
  return { scale, error: Math.sqrt(error.sum / error.norm) / scale, notes: raw.notes };
}

describe('echo-planar readouts', () => {
  it('ramp samples come onto the grid, reversed lines back to the forward ones', async () => {
    const { error, scale } = await reconstruct({ ramp }, 0.8, 0.6);
    expect(error).toBeLessThan(0.01);
    const { density } = rampTrajectory(ramp, 64);
    expect(scale * Math.sqrt(density.reduce((sum, d) => sum + d * d, 0) / 64)).toBeCloseTo(1, 2);
  });

  it('sinusoidal ramps too', async () => {
    expect((await reconstruct({ ramp: { ...ramp, shape: 'sinusoid' } }, -0.5, -2)).error).toBeLessThan(0.01);
  });

  it('uniform samples of both polarities are only shifted and turned', async () => {
    const { error, scale } = await reconstruct({}, 0.7, 1);
    expect(error).toBeLessThan(0.005);
    expect(scale).toBeCloseTo(1, 3);
  });

  it('noise keeps its variance in every pixel of the image', () => {
    const { matrix, samples: n } = readoutOperator(rampTrajectory(ramp, 40), {
      shift: 0.3,
      phase: 1,
      offcentre: 0.1,
    });
    // Var of pixel x = Σ_i |1/√n Σ_j e^{2πi(j−n/2)x/n} G_ji|² for samples of variance 1.
    for (const x of [-20, -7, 0, 3, 19]) {
      let variance = 0;
      for (let i = 0; i < n; i++) {
        let [re, im] = [0, 0];
        for (let j = 0; j < n; j++) {
          const angle = (2 * Math.PI * (j - n / 2) * x) / n;
          const [a, b] = [matrix[2 * (j * n + i)]!, matrix[2 * (j * n + i) + 1]!];
          re += a * Math.cos(angle) - b * Math.sin(angle);
          im += a * Math.sin(angle) + b * Math.cos(angle);
        }
        variance += (re * re + im * im) / n;
      }
      // The Nyquist frequency of an even grid is split between both ends and loses half of its power at most.
      if (x !== -20) expect(variance).toBeCloseTo(1, 9);
    }
  });

  it('without ramps and corrections the operator is the identity', () => {
    for (const n of [8, 9]) {
      const { matrix } = readoutOperator(uniformTrajectory(n, Math.floor(n / 2)));
      for (let j = 0; j < n; j++)
        for (let i = 0; i < n; i++) expect(matrix[2 * (j * n + i)]).toBeCloseTo(i === j ? 1 : 0, 12);
    }
  });
});
