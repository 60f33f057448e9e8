import type { Job } from '@mroptimum/contract';
import type { AcquisitionHeader } from '@mroptimum/rawdata';
import { type SliceMaps, type SnrSettings, snrMaps } from '@mroptimum/snr';
import { type CollectedMaps, mapCollector } from './collect.ts';
import { throwIfAborted } from './errors.ts';
import type { JobEstimate } from './estimate.ts';
import type { JobLog } from './log.ts';
import type { JobNoise } from './noise.ts';
import { type ComputeContext, type PreparedJob, prepareJob } from './prepareJob.ts';

export interface ComputedJob {
  readonly header: AcquisitionHeader;
  readonly noise: JobNoise | undefined;
  readonly maps: CollectedMaps;
  readonly estimate: JobEstimate;
  /** Seconds. */
  readonly timings: { readonly read: number; readonly compute: number };
  /** Seconds that other machines took before, where the job ran on several. */
  readonly elsewhere?: number;
}

/** How the maps of a job come about: computed here, or collected from where they were computed. */
export type Compute = (job: Job, settings: SnrSettings, context: ComputeContext) => Promise<ComputedJob>;

/** From open files to maps: every slice through the science. */
export const computeJob: Compute = async (job, settings, context) => {
  const prepared = await prepareJob(job, settings, context);
  context.onProgress(0.05);
  const computing = performance.now();
  const maps = await collectMaps(sliceMaps(prepared, settings, context), job, prepared.header, context);
  const compute = (performance.now() - computing) / 1000;
  const { header, noise, estimate, read } = prepared;
  return { header, noise, maps, estimate, timings: { read, compute } };
};

/** The maps of all slices, or of a range of them, in order. */
export function sliceMaps(
  { slices, noise }: PreparedJob,
  settings: SnrSettings,
  { threads, onProgress, signal }: ComputeContext,
  range?: { readonly from: number; readonly to: number },
): AsyncGenerator<SliceMaps> {
  return snrMaps(slices.count, slices.read, noise?.model, settings, {
    threads,
    onProgress: (done: number) => onProgress(0.05 + 0.9 * done),
    ...(range && { range }),
    ...(signal && { signal }),
  });
}

/** All slices of an acquisition, stacked. */
export async function collectMaps(
  maps: AsyncIterable<SliceMaps>,
  job: Job,
  header: AcquisitionHeader,
  { log, signal }: { readonly log: JobLog; readonly signal: AbortSignal | undefined },
): Promise<CollectedMaps> {
  const matrix = [Math.round(header.readout / header.readoutOversampling), header.phase] as const;
  const count = header.slices * header.partitions;
  const collector = mapCollector(count, header.geometry, matrix, job.output.matlab);
  for await (const slice of maps) {
    throwIfAborted(signal);
    collector.add(slice);
    for (const note of slice.notes) log.warn(note);
    log.say(`Slice ${slice.slice + 1} of ${count} computed.`);
  }
  return collector.finish();
}
