import { lambdaThreads } from './aws/lambdaThreads.ts';
import { type Architecture, fargateCost, lambdaCost, prices } from './aws/prices.ts';
import type { SliceRange } from './parts.ts';

/** What a job needs, of its header (`estimateJob`) and of its files. */
export interface Need {
  /** On one thread, of a machine like that of the benchmarks. */
  readonly seconds: number;
  readonly bytes: (threads: number) => number;
  readonly inputBytes: number;
  readonly slices: number;
  /** Bytes of all maps together, which a merge holds. */
  readonly mapBytes: number;
}

/** What there is to run on. */
export interface Machines {
  readonly architecture: Architecture;
  readonly lambda: { readonly memoryBytes: number; readonly diskBytes: number };
  /** Jobs that one machine would be longer at are computed by several. */
  readonly fanOutSeconds: number;
  /** How long a part of a divided job should take. */
  readonly partSeconds: number;
  /** Machines at the same time, at most. */
  readonly concurrency: number;
}

export interface Plan {
  readonly platform: 'lambda' | 'fargate';
  readonly fanOut: boolean;
  readonly ranges: readonly SliceRange[];
  readonly concurrency: number;
  /** Size of a Fargate task: CPU units and MiB, as its API wants them, and GiB of disk. */
  readonly task: { readonly cpu: string; readonly memory: string; readonly diskGiB: number };
  readonly timeoutSeconds: number;
  readonly estimate: {
    /** Wall time. */
    readonly seconds: number;
    readonly bytes: number;
    readonly usd: number;
    readonly pricesAsOf: string;
  };
}

/** Lambda ends after this, and has no more memory than that. */
const lambdaLimits = { seconds: 900, bytes: 10_240 * 2 ** 20 };
/** Estimates are good to a factor of about two. */
const certainty = 2;
/** A virtual processor is a hyperthread: slower than a core of the benchmarks by about this. */
const slowness = 1.5;
/** What one machine reads of S3, bytes per second. */
const readRate = 80e6;
/** Part of a machine's memory that the calculation may use. */
const usable = 0.85;
/** Parts of a divided job, at most. */
const mostParts = 100;
const gib = 2 ** 30;

/** vCPUs of Fargate with the memory that each may have, GiB. */
const fargateSizes = [
  { vcpus: 2, least: 4, most: 16, step: 1 },
  { vcpus: 4, least: 8, most: 30, step: 1 },
  { vcpus: 8, least: 16, most: 60, step: 4 },
  { vcpus: 16, least: 32, most: 120, step: 8 },
] as const;
const fargateDisk = { least: 21, most: 200 };

/**
 * Where a job runs, of what it needs: on a Lambda function where it fits with a margin (always on Fargate beyond 15 min
 * or 10 GB), on several machines where one would take too long; with what it will cost.
 */
export function choosePlan(need: Need, machines: Machines): Plan {
  const whole = choosePlatform(need, machines);
  const parts = partsOf(need, whole, machines);
  if (parts < 2) {
    return { ...whole.plan, fanOut: false, ranges: [], concurrency: 1, estimate: estimateOf(whole, need, 1) };
  }
  const share = { ...need, seconds: need.seconds / parts, slices: Math.ceil(need.slices / parts) };
  const each = choosePlatform(share, machines);
  const concurrency = Math.min(parts, machines.concurrency);
  return {
    ...each.plan,
    fanOut: true,
    ranges: rangesOf(need.slices, parts),
    concurrency,
    estimate: estimateOf(each, need, parts, concurrency),
  };
}

interface Chosen {
  readonly plan: Pick<Plan, 'platform' | 'task' | 'timeoutSeconds'>;
  readonly seconds: number;
  readonly bytes: number;
  readonly usd: number;
}

function choosePlatform(need: Need, { architecture, lambda }: Machines): Chosen {
  const task = fargateTask(need);
  const memoryBytes = Math.min(lambda.memoryBytes, lambdaLimits.bytes);
  const threads = lambdaThreads(memoryBytes);
  const bytes = need.bytes(threads);
  const seconds = secondsWith(need, threads);
  const fits =
    bytes <= usable * memoryBytes &&
    seconds * certainty <= lambdaLimits.seconds &&
    need.inputBytes <= usable * lambda.diskBytes;
  if (fits) {
    const usd = lambdaCost(seconds, memoryBytes, lambda.diskBytes, architecture);
    const plan = { platform: 'lambda', task: task.size, timeoutSeconds: lambdaLimits.seconds + 60 } as const;
    return { plan, seconds, bytes, usd };
  }
  const timeoutSeconds = Math.round(Math.min(24 * 3600, Math.max(1800, 600 + 6 * task.seconds)));
  const usd = fargateCost(task.seconds, task.vcpus, task.memoryGiB, task.size.diskGiB, architecture);
  return {
    plan: { platform: 'fargate', task: task.size, timeoutSeconds },
    seconds: task.seconds,
    bytes: need.bytes(task.vcpus),
    usd,
  };
}

/** The smallest task that holds the job and ends within half an hour; else the largest that holds it. */
function fargateTask(need: Need) {
  const diskGiB = Math.min(
    fargateDisk.most,
    Math.max(fargateDisk.least, Math.ceil((need.inputBytes / gib) * 1.3 + 10)),
  );
  const options = fargateSizes.flatMap(({ vcpus, least, most, step }) => {
    const wanted = need.bytes(vcpus) / usable / gib;
    const memoryGiB = Math.max(least, Math.ceil(wanted / step) * step);
    if (memoryGiB > most && vcpus < 16) return [];
    const size = { cpu: String(vcpus * 1024), memory: String(Math.min(memoryGiB, most) * 1024), diskGiB };
    return [{ vcpus, memoryGiB: Math.min(memoryGiB, most), seconds: secondsWith(need, vcpus), size }];
  });
  return options.find(({ seconds }) => seconds <= 1800) ?? options.at(-1)!;
}

const secondsWith = ({ seconds, inputBytes, slices }: Need, threads: number): number =>
  inputBytes / readRate + (seconds * slowness) / Math.min(threads, Math.max(1, slices));

function partsOf({ seconds, slices, mapBytes }: Need, whole: Chosen, machines: Machines): number {
  const { lambda, fanOutSeconds, partSeconds } = machines;
  // The merge runs on a Lambda function.
  if (whole.seconds <= fanOutSeconds || 3 * mapBytes > usable * lambda.memoryBytes) return 1;
  const wanted = Math.ceil((seconds * slowness) / lambdaThreads(lambda.memoryBytes) / partSeconds);
  return Math.min(slices, mostParts, Math.max(2, wanted));
}

/** As even as whole slices allow. */
export const rangesOf = (slices: number, parts: number): SliceRange[] =>
  Array.from({ length: parts }, (_, part) => ({
    from: Math.floor((part * slices) / parts),
    to: Math.floor(((part + 1) * slices) / parts),
  }));

function estimateOf(each: Chosen, need: Need, parts: number, concurrency = 1): Plan['estimate'] {
  const { transition, s3 } = prices;
  const reads = (need.inputBytes / 2 ** 22 + 10) * s3.get;
  // Parts are written once and read once; the merge takes about as long as reading them.
  const merging = parts > 1 ? need.slices * (s3.put + s3.get) + each.usd / 4 : 0;
  const usd = parts * (each.usd + reads + 4 * transition) + merging + 6 * transition + 3 * s3.put;
  const seconds =
    each.seconds * Math.ceil(parts / concurrency) + (parts > 1 ? need.mapBytes / readRate + 5 : 0);
  return {
    seconds: Math.round(10 * seconds) / 10,
    bytes: Math.round(each.bytes),
    usd: Number(usd.toPrecision(3)),
    pricesAsOf: prices.asOf,
  };
}
