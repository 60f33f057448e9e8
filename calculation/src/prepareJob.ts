import { fileLabel, type Job, type Mask, MroError } from '@mroptimum/contract';
import type { AcquisitionHeader, RawData } from '@mroptimum/rawdata';
import type { SnrSettings } from '@mroptimum/snr';
import { estimateJob, type JobEstimate } from './estimate.ts';
import { uploadedMask } from './inputs/mask.ts';
import type { JobInputs } from './inputs/open.ts';
import { gridOf } from './inputs/placing.ts';
import { bodyCoilImage, externalSensitivities } from './inputs/sensitivities.ts';
import type { JobLog } from './log.ts';
import { type JobNoise, jobNoise } from './noise.ts';
import { maskOf } from './settings.ts';
import { type SliceExtras, type SliceSource, sliceSource, usesRepetitions } from './slices.ts';

/** A job with its files open: everything that its slices are computed from. */
export interface PreparedJob {
  readonly header: AcquisitionHeader;
  readonly noise: JobNoise | undefined;
  readonly estimate: JobEstimate;
  readonly slices: SliceSource;
  /** Seconds that reading took. */
  readonly read: number;
}

export interface ComputeContext {
  readonly inputs: JobInputs;
  readonly log: JobLog;
  readonly threads: number;
  readonly memoryLimit: number | undefined;
  readonly onProgress: (fraction: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** Header, estimate, noise, and what came with the job. */
export async function prepareJob(
  job: Job,
  settings: SnrSettings,
  context: ComputeContext,
): Promise<PreparedJob> {
  const { inputs, log, threads, signal } = context;
  const options = job.task.options.reconstructor.options;
  const started = performance.now();
  const raw = await inputs.openRaw(options.signal);
  const { header } = raw;
  for (const note of raw.notes) log.say(`${fileLabel(options.signal)}: ${note}`);
  const estimate = estimateJob(header, settings, threads);
  logAcquisition(log, header, estimate);
  checkMemory(estimate, header, context.memoryLimit);

  const signalAxes = options.signal.options.options.axes;
  const noise = await jobNoise({
    signalFile: options.signal,
    noiseFile: options.noise,
    raw,
    openNoise: (file) => inputs.openRaw(file, signalAxes),
    log,
    signal,
  });
  if (!noise) log.warn(withoutNoise(settings));
  const slices = sliceSource(raw, settings, await sliceExtras(job, settings, raw, context));
  const fraction = await slices.noiseFraction(signal);
  const model = noise && {
    ...noise.model,
    covariance: {
      ...noise.model.covariance,
      data: noise.model.covariance.data.map((value) => value * fraction),
    },
    scale: noise.model.scale * fraction,
  };
  return {
    header,
    noise: noise && model && { source: noise.source, model },
    estimate,
    slices,
    read: (performance.now() - started) / 1000,
  };
}

/** Repetitions measure the noise of the image themselves; all else needs a noise scan. */
const withoutNoise = (settings: SnrSettings): string =>
  usesRepetitions(settings)
    ? 'No noise scan is known: coil images are combined without prewhitening. SNR is absolute, its noise being that of the repetitions.'
    : 'No noise is known: images are not prewhitened and SNR is relative, up to one unknown factor.';

function logAcquisition(log: JobLog, header: AcquisitionHeader, estimate: JobEstimate): void {
  const readout = Math.round(header.readout / header.readoutOversampling);
  const { coils, phase, partitions, slices, repetitions, averages, acceleration } = header;
  const inVolume = partitions > 1 ? ` of ${count(partitions, 'partition')}` : '';
  const repeated = `${count(repetitions, 'repetition')}, ${count(averages, 'average')}`;
  log.say(
    `Acquisition: ${readout} × ${phase} pixels, ${count(slices, 'slice')}${inVolume}, ${count(coils, 'coil')}, ${repeated}, acceleration ${acceleration.join(' × ')}.`,
    { readoutOversampling: header.readoutOversampling, referenceLines: header.referenceLines },
  );
  if (partitions > 1) {
    log.say(
      'A 3D acquisition: transformed along its partitions first, which takes the whole volume in memory.',
    );
  }
  const seconds = Math.max(1, Math.round(estimate.seconds));
  log.say(
    `Estimate: about ${seconds} s on one thread, at most ${megabytes(estimate.bytes)} MB of memory.`,
    estimate,
  );
}

function checkMemory(estimate: JobEstimate, header: AcquisitionHeader, limit: number | undefined): void {
  if (limit === undefined || estimate.bytes <= limit) return;
  throw new MroError(
    'MRO_JOB_MEMORY',
    `The job needs up to ${megabytes(estimate.bytes)} MB of memory, and ${megabytes(limit)} MB are allowed.`,
    {
      hint:
        header.partitions > 1
          ? 'A 3D acquisition is held in memory as a whole: run it on a machine with more memory.'
          : 'Run it on a machine with more memory, or with fewer threads.',
      details: { bytes: Math.round(estimate.bytes), limit },
    },
  );
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
const megabytes = (bytes: number): number => Math.ceil(bytes / 1e6);

/** Maps and masks that came with the job. */
async function sliceExtras(
  job: Job,
  settings: SnrSettings,
  { header }: RawData,
  { inputs, log }: ComputeContext,
): Promise<SliceExtras> {
  const reconstructor = job.task.options.reconstructor;
  const slices = header.slices * header.partitions;
  const extras: { -readonly [Name in keyof SliceExtras]: SliceExtras[Name] } = {};
  const { method } = settings.sensitivities;
  if (method === 'external' || method === 'bodycoil') {
    const file = reconstructor.options.sensitivityMap?.options.sensitivityMapSource;
    if (!file) {
      throw new MroError('MRO_TASK_COMBINATION', `Sensitivities "${method}" were chosen without a file.`, {
        hint: 'Name the file in sensitivityMap.options.sensitivityMapSource.',
      });
    }
    const source = { ...(await inputs.openMaybeScan(file)), file, header, slices, log };
    extras.maps = await (method === 'external' ? externalSensitivities(source) : bodyCoilImage(source));
    log.say(`Sensitivities from ${fileLabel(file)}${source.scan ? ', a reference scan' : ''}.`);
  }
  const mask: Mask = maskOf(reconstructor);
  if (mask.method === 'upload') {
    extras.mask = await uploadedMask(await inputs.open(mask.file), mask.file, gridOf(header), log);
    log.say(`Object mask from ${fileLabel(mask.file)}.`);
  }
  return extras;
}
