import { MroError } from '@mroptimum/contract';
import type { NoiseSamples } from '../acquisition.ts';
import type { Hdf5File } from '../hdf5/file.ts';
import type { Acquisition } from './acquisitions.ts';
import { forEachAcquisition } from './acquisitions.ts';
import type { Plan } from './plan.ts';

/** Noise lines of equal length and number of channels, and what they are. */
interface NoiseLines {
  readonly lines: readonly Acquisition[];
  readonly source: string;
}

/** More does not make the covariance better: 64 million samples of all coils, 512 MB. */
const largest = 1 << 26;

/** The noise lines of a file; without any, its imaging lines (a file that holds noise alone). */
export function noiseLines(plan: Plan): NoiseLines {
  const marked = plan.noise.length > 0;
  const candidates = marked ? plan.noise : plan.image;
  const first = candidates.find(({ channels }) => channels === plan.coils) ?? candidates[0];
  const alike = candidates.filter(
    ({ samples, channels }) => samples === first?.samples && channels === first.channels,
  );
  const perLine = first ? first.samples * first.channels : 1;
  const lines = alike.slice(0, Math.max(1, Math.floor(largest / perLine)));
  return { lines, source: marked ? 'noise lines' : 'noise file' };
}

/**
 * Reads noise as (coil, line, sample).
 * @throws MRO_RAW_NO_NOISE
 */
export async function readNoiseLines(
  file: Hdf5File,
  { lines, source }: NoiseLines,
  signal?: AbortSignal,
): Promise<NoiseSamples> {
  const first = lines[0];
  if (first === undefined) {
    throw new MroError('MRO_RAW_NO_NOISE', `${file.name} holds no lines at all.`, {
      details: { file: file.name },
    });
  }
  const { samples: n, channels } = first;
  const data = new Float32Array(2 * channels * lines.length * n);
  let line = 0;
  await forEachAcquisition(file, lines, signal, (_, samples) => {
    for (let c = 0; c < channels; c++) {
      data.set(samples.subarray(2 * c * n, 2 * (c + 1) * n), 2 * (c * lines.length + line) * n);
    }
    line++;
  });
  const dwellTime = first.sampleTime > 0 ? first.sampleTime * 1e-6 : undefined;
  return { samples: { data, shape: [channels, lines.length, n] }, source, ...(dwellTime && { dwellTime }) };
}
