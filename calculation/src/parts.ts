import { deserialize, serialize } from 'node:v8';
import { type Job, type LogEntry, MroError } from '@mroptimum/contract';
import type { AcquisitionHeader } from '@mroptimum/rawdata';
import type { SliceMaps } from '@mroptimum/snr';
import { type Compute, collectMaps, sliceMaps } from './compute.ts';
import type { JobEstimate } from './estimate.ts';
import type { JobIo } from './io.ts';
import type { JobNoise } from './noise.ts';
import { prepareJob } from './prepareJob.ts';
import { reporting } from './run.ts';
import { taskToSettings } from './settings.ts';
import { engineVersion } from './version.ts';

/** Slices `from` … `to` − 1. */
export interface SliceRange {
  readonly from: number;
  readonly to: number;
}

/** Where the parts of one job lie until they are merged. */
export interface PartStore {
  put(name: string, bytes: Uint8Array): Promise<void>;
  get(name: string): Promise<Uint8Array>;
}

/** What a range says beside its slices. */
interface RangeRecord {
  readonly engine: string;
  readonly header: AcquisitionHeader;
  readonly noise: JobNoise | undefined;
  readonly estimate: JobEstimate;
  readonly log: readonly LogEntry[];
  /** Seconds. */
  readonly timings: { readonly read: number; readonly compute: number };
}

const sliceName = (slice: number): string => `slice-${String(slice).padStart(5, '0')}`;
const rangeName = ({ from }: SliceRange): string => `range-${String(from).padStart(5, '0')}`;

/** Names of everything that the parts of a job are stored as. */
export const partNames = (ranges: readonly SliceRange[]): string[] =>
  ranges.flatMap((range) => [
    rangeName(range),
    ...Array.from({ length: range.to - range.from }, (_, i) => sliceName(range.from + i)),
  ]);

// The structured-clone format of the runtime keeps every bit of a number, negative zeros too, and typed arrays as
// they are. Parts live for minutes, and the same image writes and reads them.

/**
 * Computes some slices of a job and stores their maps, one object a slice. Repeated, it writes the same again.
 * @throws as runJob; a failure bundle is written before
 */
export function runPart(
  request: unknown,
  io: JobIo,
  range: SliceRange,
  store: PartStore,
  signal?: AbortSignal,
): Promise<{ readonly slices: number }> {
  return reporting(request, io, signal, async (job, { inputs, log }) => {
    const settings = taskToSettings(job.task, job.output);
    const { threads = 1, memoryLimit } = io;
    const context = { inputs, log, threads, memoryLimit, onProgress: () => {}, signal };
    const prepared = await prepareJob(job, settings, context);
    const { header, noise, estimate, read } = prepared;
    if (!(range.from >= 0 && range.to > range.from && range.to <= prepared.slices.count)) {
      throw new MroError(
        'MRO_JOB_PARTS',
        `Slices ${range.from} to ${range.to - 1} were asked for, and the image has ${prepared.slices.count}.`,
      );
    }
    const started = performance.now();
    const before = [...log.entries];
    for await (const maps of sliceMaps(prepared, settings, context, range)) {
      await store.put(sliceName(maps.slice), serialize(maps));
      log.say(`Slice ${maps.slice + 1} of ${prepared.slices.count} computed.`);
    }
    const record: RangeRecord = {
      engine: engineVersion,
      header,
      noise,
      estimate,
      // Its start is said by the merge.
      log: before.slice(1),
      timings: { read, compute: (performance.now() - started) / 1000 },
    };
    await store.put(rangeName(range), serialize(record));
    return { slices: range.to - range.from };
  });
}

/**
 * Maps that were computed in parts, for `runJob`: bit for bit those that one machine would have computed.
 * @throws MRO_JOB_PARTS where the ranges saw different data, or leave slices out
 */
export function mergedMaps(ranges: readonly SliceRange[], store: PartStore): Compute {
  return async (job: Job, _settings, { log, signal }) => {
    const records: RangeRecord[] = [];
    for (const range of ranges) records.push(deserialize(await store.get(rangeName(range))) as RangeRecord);
    const [first] = records;
    if (!first || !records.every((record) => saysTheSame(record, first)))
      throw new MroError('MRO_JOB_PARTS', 'The parts of the job were computed from different data.');
    const { header, noise, estimate } = first;
    checkComplete(ranges, header.slices * header.partitions);
    log.include(first.log);
    log.say(`Computed on ${ranges.length} machines at the same time.`, { ranges });
    const maps = await collectMaps(slicesOf(ranges, store), job, header, { log, signal });
    return {
      header,
      noise,
      maps,
      estimate,
      timings: {
        read: Math.max(...records.map(({ timings }) => timings.read)),
        compute: Math.max(...records.map(({ timings }) => timings.compute)),
      },
      elsewhere: Math.max(...records.map(({ timings }) => timings.read + timings.compute)),
    };
  };
}

const saysTheSame = (one: RangeRecord, other: RangeRecord): boolean => {
  const said = ({ engine, header, noise }: RangeRecord): Buffer => serialize({ engine, header, noise });
  return said(one).equals(said(other));
};

function checkComplete(ranges: readonly SliceRange[], count: number): void {
  let next = 0;
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    if (from !== next) break;
    next = to;
  }
  if (next !== count) throw new MroError('MRO_JOB_PARTS', `The parts hold not all of the ${count} slices.`);
}

/** In order, a few ahead of who takes them. */
async function* slicesOf(ranges: readonly SliceRange[], store: PartStore): AsyncGenerator<SliceMaps> {
  const slices = ranges
    .flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i))
    .sort((a, b) => a - b);
  const under: Promise<Uint8Array>[] = [];
  let next = 0;
  for (const _ of slices) {
    while (next < slices.length && under.length < readAhead) {
      const bytes = store.get(sliceName(slices[next++]!));
      // A rejection is seen when its turn comes.
      bytes.catch(() => {});
      under.push(bytes);
    }
    yield deserialize(await under.shift()!) as SliceMaps;
  }
}

const readAhead = 4;
