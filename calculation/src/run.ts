import { preview, type Volume, writeBundle, writeFailure } from '@mroptimum/bundle';
import {
  type BundleInfo,
  type BundleSummary,
  fileLabel,
  type Job,
  MroError,
  parseJob,
} from '@mroptimum/contract';
import type { SnrSettings } from '@mroptimum/snr';
import { createKernels } from '@mroptimum/snr/kernels';
import { bundleMaps } from './collect.ts';
import { type ComputedJob, computeJob } from './compute.ts';
import { asMroError, throwIfAborted, wasAborted } from './errors.ts';
import { correctFlipAngle } from './flipAngle.ts';
import { JobInputs } from './inputs/open.ts';
import type { JobIo } from './io.ts';
import { JobLog } from './log.ts';
import { published } from './published.ts';
import { taskToSettings } from './settings.ts';
import { type JobSummary, mapList, regionOf, relativeHalfWidth, statistics } from './summary.ts';
import { engineVersion } from './version.ts';

export interface JobResult {
  readonly info: BundleInfo;
  readonly summary: JobSummary;
  /** What the result's sink says when it is complete (a path, a key). */
  readonly location: unknown;
}

/**
 * The one path from a job to its result, the same everywhere: fetch → read → noise → maps → bundle.
 *
 * @param request a job or a bare task, as JSON value, text or parsed (`parseJob`)
 * @param onProgress told the finished part, 0 … 1, never falling
 * @returns what was written, and a summary
 * @throws MroError; before it is thrown, a failure bundle with log, code, message and hint is written, also
 *   when the inputs never arrived. A cancelled job leaves nothing behind.
 */
export async function runJob(
  request: unknown,
  io: JobIo,
  onProgress: (fraction: number) => void = () => {},
  signal?: AbortSignal,
): Promise<JobResult> {
  const log = new JobLog(io.now, io.onLog);
  const inputs = new JobInputs(io, log, signal);
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  let job: Job | undefined;
  try {
    log.start(`MR Optimum ${engineVersion} starts.`);
    job = parseJob(request);
    const result = await runParsedJob(job, io, {
      inputs,
      log,
      seconds,
      onProgress: rising(onProgress),
      signal,
    });
    onProgress(1);
    return result;
  } catch (thrown) {
    const error = asMroError(thrown);
    if (wasAborted(error)) throw error;
    log.error(`${error.message} ${error.hint}`.trim(), { code: error.code, ...error.details });
    await deliverFailure(error, request, job, io, log, seconds());
    throw error;
  } finally {
    await inputs.close();
  }
}

interface RunContext {
  readonly inputs: JobInputs;
  readonly log: JobLog;
  readonly seconds: () => number;
  readonly onProgress: (fraction: number) => void;
  readonly signal: AbortSignal | undefined;
}

async function runParsedJob(job: Job, io: JobIo, context: RunContext): Promise<JobResult> {
  const { inputs, log, seconds, onProgress, signal } = context;
  const settings = taskToSettings(job.task, job.output);
  log.say(describe(settings), settings);
  const { threads = 1, memoryLimit } = io;
  const computed = await computeJob(job, settings, { inputs, log, threads, memoryLimit, onProgress, signal });
  const flipAngle = await flipAngleOf(job, computed, inputs, log);

  throwIfAborted(signal);
  const writing = performance.now();
  const summarised = summarise(computed, settings, flipAngle?.corrected);
  log.end(`Done: median SNR ${summarised.snr.median.toPrecision(4)} (${summarised.snrUnits}).`);
  const sink = await io.result();
  try {
    await sink.file('preview.png', preview(computed.maps.snr, { title: 'SNR', colourMap: 'viridis' }));
  } catch (error) {
    await sink.abort();
    throw error;
  }
  const { info, result } = await writeBundle(sink, {
    maps: bundleMaps(computed.maps, computed.noise, settings, flipAngle),
    info: {
      options: published(job.task),
      log: log.entries,
      calculationTime: seconds(),
      summary: infoSummary(computed, settings),
      userId: job.user_id ?? null,
    },
    matlab: job.output.matlab,
  });
  const timings = { ...computed.timings, write: (performance.now() - writing) / 1000, total: seconds() };
  return {
    info,
    location: result,
    summary: { ...summarised, maps: mapList(info), timings, warnings: log.warnings },
  };
}

function describe({ method, reconstruction, replicas, box, decimate, accelerations }: SnrSettings): string {
  const how = {
    ac: 'analytically',
    mr: 'from the repetitions',
    pmr: `from ${replicas} synthetic replicas`,
    cr: `from ${replicas} synthetic replicas and a neighbourhood of ${2 * box + 1} × ${2 * box + 1} pixels`,
    di: 'from the difference of two repetitions',
  }[method];
  const under = decimate ? `, undersampled to ${(accelerations ?? [1, 1]).join(' × ')} afterwards` : '';
  return `SNR (${method}) ${how} of a ${reconstruction} reconstruction${under}.`;
}

async function flipAngleOf(
  job: Job,
  { maps }: ComputedJob,
  inputs: JobInputs,
  log: JobLog,
): Promise<{ corrected: Volume; flipAngle: Volume } | undefined> {
  const correction = job.task.options.reconstructor.options.correction;
  if (!correction?.useCorrection) return undefined;
  if (!correction.faCorrection) {
    throw new MroError(
      'MRO_TASK_COMBINATION',
      'A flip-angle correction was asked for without a flip-angle map.',
      {
        hint: 'Name the map in correction.faCorrection, or set useCorrection to false.',
      },
    );
  }
  const result = await correctFlipAngle(
    maps.snr,
    await inputs.open(correction.faCorrection),
    correction.faCorrection,
  );
  log.say(`SNR divided by the sine of the flip angle of ${fileLabel(correction.faCorrection)}.`);
  return result;
}

const unitsOf = ({ noise }: ComputedJob, { method }: SnrSettings): 'absolute' | 'relative' =>
  noise || method === 'mr' || method === 'di' ? 'absolute' : 'relative';

function summarise(
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

function infoSummary(computed: ComputedJob, settings: SnrSettings): BundleSummary {
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

async function deliverFailure(
  error: MroError,
  request: unknown,
  job: Job | undefined,
  io: JobIo,
  log: JobLog,
  calculationTime: number,
): Promise<void> {
  const event = published(asValue(request));
  try {
    const sink = await io.failure();
    if (!sink) return;
    await writeFailure(sink, {
      error: { code: error.code, message: error.message, hint: error.hint },
      event,
      options: job ? published(job) : event,
      info: {
        options: job ? published(job.task) : {},
        log: log.entries,
        calculationTime,
        summary: {},
        userId: job?.user_id ?? null,
      },
    });
  } catch (failure) {
    // The calculation's own error matters more than that its report could not be kept.
    log.warn(`The failure report could not be written: ${asMroError(failure).message}`);
  }
}

/** The request as a JSON value: only of values the secret fields can be told from the others. */
function asValue(request: unknown): unknown {
  if (typeof request !== 'string') return request;
  try {
    return JSON.parse(request) as unknown;
  } catch {
    return `${request.length} characters that are not JSON`;
  }
}

/** Progress that never falls and tells only what is new. */
function rising(onProgress: (fraction: number) => void): (fraction: number) => void {
  let latest = 0;
  return (fraction) => {
    const bounded = Math.min(1, fraction);
    if (!(bounded > latest)) return;
    latest = bounded;
    onProgress(bounded);
  };
}
