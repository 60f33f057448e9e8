import { createKernels, type Kernels } from '../src/kernels/index.ts';
import { estimateNoise, scaleNoise } from '../src/noise.ts';
import { inlineComputer } from '../src/parallel/inline.ts';
import { snrMaps } from '../src/run.ts';
import {
  defaultSettings,
  type NoiseModel,
  type SliceInput,
  type SliceMaps,
  type SnrSettings,
} from '../src/settings.ts';
import type { Simulation } from '../src/simulate/index.ts';

/** Kernels for simulating and judging in tests. */
export const testKernels = (): Kernels => createKernels({ bytes: 2 ** 28 });

export type PartialSettings = Partial<Omit<SnrSettings, 'sensitivities'>> & {
  sensitivities?: Partial<SnrSettings['sensitivities']>;
};

export const settingsOf = (partial: PartialSettings): SnrSettings => ({
  ...defaultSettings,
  ...partial,
  sensitivities: { ...defaultSettings.sensitivities, ...partial.sensitivities },
});

/** Maps of every slice on one thread. */
export async function mapsOf(
  slices: number,
  read: (slice: number) => SliceInput,
  noise: NoiseModel | undefined,
  partial: PartialSettings,
): Promise<SliceMaps[]> {
  const computer = inlineComputer((bytes) => createKernels({ bytes }));
  const out: SliceMaps[] = [];
  const run = snrMaps(slices, async (slice) => read(slice), noise, settingsOf(partial), { computer });
  for await (const maps of run) out.push(maps);
  return out;
}

/** Noise model from a simulation's noise scan. */
export const noiseOf = (k: Kernels, simulation: Simulation): NoiseModel =>
  scaleNoise(estimateNoise(k, simulation.noise()), { bandwidth: 1 });

/** The true noise model of a simulation. */
export const trueNoise = (simulation: Simulation): NoiseModel => ({
  covariance: simulation.covariance,
  bandwidth: 1,
  samples: Number.POSITIVE_INFINITY,
  scale: 1,
});

/** Value at `fraction` of the sorted list. */
export function percentile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))]!;
}
