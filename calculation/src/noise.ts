import { type FileRef, fileLabel, MroError } from '@mroptimum/contract';
import type { NoiseSamples, RawData } from '@mroptimum/rawdata';
import { estimateNoise, type NoiseModel, scaleNoise } from '@mroptimum/snr';
import { createKernels } from '@mroptimum/snr/kernels';
import { inImageOrder } from './coilOrder.ts';
import type { JobLog } from './log.ts';

/** The noise of the image data, with where it comes from in words. */
export interface JobNoise {
  readonly model: NoiseModel;
  readonly source: string;
}

interface NoiseRequest {
  readonly signalFile: FileRef;
  readonly noiseFile: FileRef | undefined;
  readonly raw: RawData;
  /** Opens the separate noise file, where there is one. */
  readonly openNoise: (file: FileRef) => Promise<RawData>;
  readonly log: JobLog;
  readonly signal: AbortSignal | undefined;
}

/**
 * Noise covariance of the image samples, Ψ = noiseScale · Ψ̂/β · dwell_noise/dwell_image (science.md).
 *
 * The noise comes from, in this order: the noise file; the signal file itself where the task says so
 * (multi-RAID, or the same file given twice) or where it carries a noise scan; nowhere – then the result is
 * undefined.
 *
 * @throws MroError MRO_JOB_NOISE_MISSING, MRO_JOB_NOISE_COILS; SnrError of `estimateNoise`
 */
export async function jobNoise(request: NoiseRequest): Promise<JobNoise | undefined> {
  const { raw, log, signalFile, noiseFile } = request;
  const found = await findNoise(request);
  if (!found) return undefined;
  const { samples, origin } = found;
  const coils = samples.samples.shape[0]!;
  if (coils !== raw.header.coils) {
    throw new MroError(
      'MRO_JOB_NOISE_COILS',
      `The noise has ${coils} coils, the image ${raw.header.coils}.`,
      { details: { noiseCoils: coils, imageCoils: raw.header.coils } },
    );
  }
  const estimate = estimateNoise(createKernels(), samples.samples);
  const given = { ...signalFile.options.options, ...noiseFile?.options.options };
  const dwell = dwellTimes(samples, raw, log);
  const stated = estimate.bandwidthMeasured ? undefined : samples.statedBandwidth;
  const bandwidth = given.noiseBandwidth ?? stated;
  const model = scaleNoise(estimate, {
    ...(given.noiseScale !== undefined && { noiseScale: given.noiseScale }),
    ...(bandwidth !== undefined && { bandwidth }),
    ...dwell,
  });
  const source = `${samples.source} (${origin})`;
  log.say(`Noise covariance of ${coils} coils from ${estimate.samples} samples: ${source}.`, {
    samples: estimate.samples,
    bandwidth: model.bandwidth,
    bandwidthFrom: bandwidthSource(given.noiseBandwidth, stated, estimate.bandwidthMeasured),
    noiseScale: given.noiseScale ?? 1,
    dwellRatio: dwell.dwellNoise && dwell.dwellImage ? dwell.dwellNoise / dwell.dwellImage : 1,
    covarianceScale: model.scale,
  });
  return { model, source };
}

function bandwidthSource(given: number | undefined, stated: number | undefined, measured: boolean): string {
  if (given !== undefined) return 'the task';
  if (stated !== undefined) return 'the header of the file';
  return measured ? 'measured' : 'taken as 1: the scan is too short to measure it';
}

async function findNoise({
  raw,
  signalFile,
  noiseFile,
  openNoise,
  log,
  signal,
}: NoiseRequest): Promise<{ samples: NoiseSamples; origin: string } | undefined> {
  const options = signal ? { signal } : {};
  const label = fileLabel(signalFile);
  if (noiseFile && !isSameFile(noiseFile, signalFile)) {
    const noise = await openNoise(noiseFile);
    try {
      for (const note of noise.notes) log.say(`${fileLabel(noiseFile)}: ${note}`);
      const samples = inImageOrder(await noise.readNoise(options), noise.header, raw.header, log);
      return { samples, origin: fileLabel(noiseFile) };
    } finally {
      await noise.close();
    }
  }
  if (raw.header.noise) return { samples: await raw.readNoise(options), origin: label };
  if (noiseFile || signalFile.options.multiraid) {
    throw new MroError('MRO_JOB_NOISE_MISSING', `${label} holds no noise scan beside its image.`);
  }
  return undefined;
}

/** The same object in the same place, named twice. */
function isSameFile(a: FileRef, b: FileRef): boolean {
  const place = ({ options: { type, bucket, key, filename, presigned_url } }: FileRef): string =>
    JSON.stringify(type === 's3' && key ? [type, bucket, key] : [type, presigned_url ?? '', filename ?? key]);
  return place(a) === place(b);
}

function dwellTimes(
  samples: NoiseSamples,
  raw: RawData,
  log: JobLog,
): { dwellNoise?: number; dwellImage?: number } {
  const dwellNoise = samples.dwellTime;
  const dwellImage = raw.header.dwellTime;
  if (dwellNoise && dwellImage) return { dwellNoise, dwellImage };
  // Arrays never know dwell times; from a scanner's file a missing one deserves a word.
  if (dwellNoise || dwellImage) {
    log.warn(
      `The dwell time of the ${dwellNoise ? 'image' : 'noise'} is unknown: noise and image are taken as acquired with the same receiver bandwidth.`,
    );
  }
  return {};
}
