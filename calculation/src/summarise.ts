import type { Volume } from '@mroptimum/bundle';
import type { BundleSummary } from '@mroptimum/contract';
import type { SnrSettings } from '@mroptimum/snr';
import { createKernels } from '@mroptimum/snr/kernels';
import type { ComputedJob } from './compute.ts';
import { type JobSummary, regionOf, relativeHalfWidth, statistics } from './summary.ts';
import { engineVersion } from './version.ts';

/** SNR measured from repetitions needs no noise scan; all else is relative without one. */
const unitsOf = ({ noise }: ComputedJob, { method }: SnrSettings): 'absolute' | 'relative' =>
  noise || method === 'mr' || method === 'di' ? 'absolute' : 'relative';

/** What a user wants to know at a glance, before anything is written. */
export function summarise(
  computed: ComputedJob,
  settings: SnrSettings,
  corrected: Volume | undefined,
): Omit<JobSummary, 'maps' | 'timings' | 'warnings'> {
  const { maps, header, estimate } = computed;
  const { kind, inside, pixels } = regionOf(maps);
  const [slices, ny, nx] = maps.shape;
  return {
    method: settings.method,
    reconstruction: settings.reconstruction,
    snrUnits: unitsOf(computed, settings),
    snr: statistics(maps.snr, inside),
    ...(maps.gFactor && { gFactor: statistics(maps.gFactor, inside) }),
    ...(corrected && { snrFlipAngleCorrected: statistics(corrected, inside) }),
    ...(maps.confidence && {
      confidence: { level: 0.95, medianRelativeHalfWidth: relativeHalfWidth(maps, inside) },
    }),
    ...(maps.differenceValues.length > 0 && { differenceValues: maps.differenceValues }),
    region: { kind, pixels },
    matrix: { readout: nx, phase: ny, slices, coils: header.coils },
    acceleration: settings.decimate ? (settings.accelerations ?? [1, 1]) : header.acceleration,
    estimate,
  };
}

/** The `info` part of info.json: how the numbers came about. */
export function infoSummary(computed: ComputedJob, settings: SnrSettings): BundleSummary {
  const { noise, maps } = computed;
  const synthetic = settings.method === 'pmr' || settings.method === 'cr';
  const repetitions = settings.method === 'mr' ? computed.header.repetitions : undefined;
  return {
    slices: maps.shape[0],
    method: settings.method,
    reconstruction: settings.reconstruction,
    snrUnits: unitsOf(computed, settings),
    ...(noise && {
      noise: {
        source: noise.source,
        samples: noise.model.samples,
        bandwidth: noise.model.bandwidth,
        covarianceScale: noise.model.scale,
      },
    }),
    ...(synthetic && { replicas: settings.replicas, seed: settings.seed }),
    ...(repetitions && { replicas: repetitions }),
    engine: { version: engineVersion, kernel: createKernels().name },
  };
}
