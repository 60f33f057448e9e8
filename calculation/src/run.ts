import { preview, writeBundle } from '@mroptimum/bundle';
import { type BundleInfo, type Job, parseJob } from '@mroptimum/contract';
import type { SnrSettings } from '@mroptimum/snr';
import { bundleMaps } from './collect.ts';
import { type Compute, computeJob } from './compute.ts';
import { asMroError, throwIfAborted, wasAborted } from './errors.ts';
import { deliverFailure } from './failure.ts';
import { jobFlipAngle } from './flipAngle.ts';
import { JobInputs } from './inputs/open.ts';
import type { JobIo } from './io.ts';
import { JobLog } from './log.ts';
import { published } from './published.ts';
import { taskToSettings } from './settings.ts';
import { infoSummary, summarise } from './summarise.ts';
import { type JobSummary, mapList } from './summary.ts';
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
 * @param request a job or a bare task, as JSON value, text or parsed (`parseJob`), or a promise of it
 * @param onProgress told the finished part, 0 … 1, never falling
 * @param compute where the maps come from; computed here unless given
 * @returns what was written, and a summary
 * @throws MroError; before it is thrown, a failure bundle with log, code, message and hint is written, also
 *   when the inputs never arrived. A cancelled job leaves nothing behind.
 */
export async function runJob(
  request: unknown,
  io: JobIo,
  onProgress: (fraction: number) => void = () => {},
  signal?: AbortSignal,
  compute: Compute = computeJob,
): Promise<JobResult> {
  const result = await reporting(request, io, signal, (job, running) =>
    runParsedJob(job, io, compute, { ...running, onProgress: rising(onProgress) }),
  );
  onProgress(1);
  return result;
}

/** What the steps of a job share. */
export interface Running {
  readonly inputs: JobInputs;
  readonly log: JobLog;
  /** Since the job began. */
  readonly seconds: () => number;
  readonly signal: AbortSignal | undefined;
}

/** Does something for a job, and writes the failure bundle where it goes wrong. Closes all inputs. */
export async function reporting<T>(
  request: unknown,
  io: JobIo,
  signal: AbortSignal | undefined,
  body: (job: Job, running: Running) => Promise<T>,
): Promise<T> {
  const log = new JobLog(io.now, io.onLog);
  const inputs = new JobInputs(io, log, signal);
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  let given: unknown;
  let job: Job | undefined;
  try {
    log.start(`MR Optimum ${engineVersion} starts.`);
    given = await request;
    job = parseJob(given);
    return await body(job, { inputs, log, seconds, signal });
  } catch (thrown) {
    const error = asMroError(thrown, signal);
    if (wasAborted(error)) throw error;
    log.error(`${error.message} ${error.hint}`.trim(), { code: error.code, ...error.details });
    await deliverFailure({ error, request: given, job, log, calculationTime: seconds() }, io);
    throw error;
  } finally {
    await inputs.close();
  }
}

interface RunContext extends Running {
  readonly onProgress: (fraction: number) => void;
}

async function runParsedJob(job: Job, io: JobIo, compute: Compute, context: RunContext): Promise<JobResult> {
  const { inputs, log, seconds, onProgress, signal } = context;
  const settings = taskToSettings(job.task, job.output);
  log.say(describe(settings), settings);
  if (job.output.gfactor && !settings.gFactor)
    log.warn('Only sense and grappa have a g-factor: none is written.');
  const { threads = 1, memoryLimit } = io;
  const computed = await compute(job, settings, { inputs, log, threads, memoryLimit, onProgress, signal });
  const { elsewhere = 0 } = computed;
  if (job.output.coilsensitivity && !computed.maps.sensitivities)
    log.warn('Coils combined by root-sum-of-squares use no sensitivities: none are written.');
  const flipAngle = await jobFlipAngle(job, computed.maps.snr, inputs, log);

  throwIfAborted(signal);
  const writing = performance.now();
  const summarised = summarise(computed, settings, flipAngle?.corrected);
  log.end(`Done: median SNR ${summarised.snr.median.toPrecision(4)} (${summarised.snrUnits}).`);
  const sink = await io.result();
  try {
    await sink.file('preview.png', preview(computed.maps.snr, { title: 'SNR', colourMap: 'viridis' }));
  } catch (error) {
    await sink.abort().catch(() => {});
    throw error;
  }
  const { info, result } = await writeBundle(sink, {
    maps: bundleMaps(computed.maps, computed.noise, settings, flipAngle),
    info: {
      options: published(job.task),
      log: log.entries,
      calculationTime: elsewhere + seconds(),
      summary: { ...infoSummary(computed, settings), ...(io.execution && { execution: io.execution }) },
      userId: job.user_id ?? null,
    },
    matlab: job.output.matlab,
  });
  const timings = {
    ...computed.timings,
    write: (performance.now() - writing) / 1000,
    total: elsewhere + seconds(),
  };
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
