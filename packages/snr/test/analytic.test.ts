import { describe, expect, it } from 'vitest';
import { expectedRss, simulate, trueSense } from '../src/simulate/index.ts';
import { mapsOf, noiseOf, percentile, testKernels, trueNoise } from './support.ts';

const k = testKernels();

/** Relative errors of a map where the truth exceeds a limit. */
function errors(map: ArrayLike<number>, truth: ArrayLike<number>, above: number): number[] {
  const out: number[] = [];
  for (let p = 0; p < truth.length; p++) if (truth[p]! > above) out.push(Math.abs(map[p]! / truth[p]! - 1));
  return out;
}

const sizes = [
  [64, 64],
  [80, 84],
  [96, 75],
  [61, 67],
] as const;
const accelerations = [
  [1, 1],
  [1, 2],
  [1, 3],
  [2, 2],
  [1, 4],
] as const;

describe.each(sizes)('analytic SNR with true sensitivities on %i×%i', (nx, ny) => {
  it.each(accelerations)('agrees with the truth at R = %i×%i, white and correlated noise', async (rx, ry) => {
    for (const correlation of [0, 0.4]) {
      const simulation = simulate(k, {
        matrix: [nx, ny],
        coils: 12,
        snr: 120,
        correlation,
        noiseReadouts: 2000,
      });
      const shape = [Math.ceil(ny / ry) * ry, Math.ceil(nx / rx) * rx] as const;
      const maps = simulation.sensitivities(0, shape);
      const read = () => ({ ...simulation.slice(0, { noiseless: true }), maps });
      const [result] = await mapsOf(1, read, noiseOf(k, simulation), {
        reconstruction: rx * ry === 1 ? 'b1' : 'sense',
        decimate: true,
        accelerations: [rx, ry],
        gFactor: true,
        sensitivities: { method: 'external' },
      });
      expect(result!.shape).toEqual(shape);
      const padded = shape[0] !== ny || shape[1] !== nx;
      // On a padded grid the object is its own sinc interpolation: same integral of |ρ|², finer pixels.
      const grain = Math.sqrt((ny * nx) / (shape[0] * shape[1]));
      const truth = trueSense(maps, simulation.object(0, shape), simulation.covariance, [rx, ry]);
      const off = errors(
        result!.snr.map((v) => v / grain),
        truth.snr,
        20,
      );
      expect(off.length).toBeGreaterThan(300);
      expect(percentile(off, 0.5)).toBeLessThan(0.01);
      expect(percentile(off, 0.95)).toBeLessThan(0.03);
      const g = errors(result!.gFactor!, truth.gFactor, 0.5);
      expect(percentile(g, 0.95)).toBeLessThan(padded ? 0.02 : 0.01);
    }
  });
});

describe('pixels that cannot be told apart', () => {
  it.each([
    { coils: 8, accelerations: [1, 2], told: false },
    { coils: 3, accelerations: [2, 2], told: true },
    { coils: 3, accelerations: [1, 3], told: false },
  ] as const)('$coils coils at R = $accelerations: said: $told', async ({ coils, accelerations, told }) => {
    const simulation = simulate(k, { matrix: [48, 48], coils, snr: 100, correlation: 0.2 });
    const maps = simulation.sensitivities(0);
    const read = () => ({ ...simulation.slice(0), maps });
    const [result] = await mapsOf(1, read, trueNoise(simulation), {
      reconstruction: 'sense',
      decimate: true,
      accelerations,
      gFactor: true,
      sensitivities: { method: 'external' },
    });
    expect(result!.notes.some((note) => note.includes('cannot tell'))).toBe(told);
    expect(result!.gFactor!.some((g, p) => g === 0 && maps.data[2 * p] !== 0)).toBe(told);
  });
});

describe('noise in SNR units', () => {
  it.each([
    { reconstruction: 'b1', accelerations: [1, 1], snr: 5 },
    { reconstruction: 'b1', accelerations: [1, 1], snr: 200 },
    { reconstruction: 'sense', accelerations: [1, 2], snr: 30 },
    { reconstruction: 'sense', accelerations: [2, 2], snr: 60 },
  ] as const)(
    'of $reconstruction R = $accelerations at SNR $snr has a standard deviation of 1',
    async (kind) => {
      const simulation = simulate(k, { matrix: [64, 64], coils: 8, snr: kind.snr, correlation: 0.3 });
      const maps = simulation.sensitivities(0);
      const settings = {
        reconstruction: kind.reconstruction,
        decimate: true,
        accelerations: kind.accelerations,
        sensitivities: { method: 'external' },
      } as const;
      const [noisy] = await mapsOf(
        1,
        () => ({ ...simulation.slice(0), maps }),
        trueNoise(simulation),
        settings,
      );
      const truth = trueSense(maps, simulation.object(0), simulation.covariance, kind.accelerations);
      const deviations = Array.from(noisy!.snr, (v, p) => [v - truth.snr[p]!, truth.snr[p]!] as const)
        .filter(([, t]) => t > 4)
        .map(([d]) => d);
      const mean = deviations.reduce((s, d) => s + d, 0) / deviations.length;
      const sd = Math.sqrt(deviations.reduce((s, d) => s + (d - mean) ** 2, 0) / (deviations.length - 1));
      expect(deviations.length).toBeGreaterThan(200);
      expect(Math.abs(mean)).toBeLessThan(0.15);
      expect(sd).toBeGreaterThan(0.93);
      expect(sd).toBeLessThan(1.07);
    },
  );
});

describe('root-sum-of-squares', () => {
  it.each([5, 20, 100])('has the mean of the non-central χ magnitude at SNR %i', async (snr) => {
    const simulation = simulate(k, { matrix: [64, 64], coils: 8, snr, correlation: 0.3, repetitions: 1 });
    const noise = trueNoise(simulation);
    const [clean] = await mapsOf(1, () => simulation.slice(0, { noiseless: true }), noise, {
      reconstruction: 'rss',
    });
    let difference = 0;
    let count = 0;
    for (let seed = 1; seed <= 6; seed++) {
      const other = simulate(k, { ...simulation.settings, seed });
      const [noisy] = await mapsOf(1, () => other.slice(0), noise, { reconstruction: 'rss' });
      clean!.snr.forEach((truth, p) => {
        difference += noisy!.snr[p]! - expectedRss(truth, 8);
        count++;
      });
    }
    // Standard error of the mean of `count` deviates of standard deviation ≤ 1.
    expect(Math.abs(difference / count)).toBeLessThan(4 / Math.sqrt(count));
  });
});
