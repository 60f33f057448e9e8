import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Job, LogEntry, ObjectPlace } from '@mroptimum/contract';
import type { JobIo } from '../io.ts';
import { mergedMaps, type PartStore, partNames, runPart } from '../parts.ts';
import type { Plan } from '../platform.ts';
import { runJob } from '../run.ts';
import { bundleToLink, bundleUpload, failureUpload } from './deliver.ts';
import { allowsInsecureLinks, logLine } from './environment.ts';
import { cloudInputs } from './inputs.ts';
import { getBytes, putBytes, requestAt } from './objects.ts';
import { type Delivery, deliveryOf, type Order, partsFolder, planPlace } from './order.ts';

/** The machine that an order runs on. */
export interface Machine {
  readonly s3: S3Client;
  readonly threads: number;
  /** Bytes that the calculation may use. */
  readonly memoryLimit: number;
  readonly platform: 'lambda' | 'fargate';
  /** A name that no other invocation has. */
  readonly own: string;
  readonly signal?: AbortSignal;
}

/** What an invocation answers: where the result lies, or how many slices of it there are. */
export type Outcome =
  | { readonly status: 'completed'; readonly result: unknown }
  | { readonly status: 'part'; readonly slices: number };

/**
 * Does what was ordered: computes a job, or some slices of it, or merges them; the bundle goes where the job says.
 * @param underWay the job that the order points to, where its reading has begun
 * @throws MroError; a failure bundle was written before
 */
export async function runOrder(
  order: Order | { readonly request: unknown },
  machine: Machine,
  underWay?: Promise<unknown>,
): Promise<Outcome> {
  const spool = await mkdtemp(join(tmpdir(), 'mroptimum-'));
  try {
    if ('request' in order) return await compute(order.request, undefined, machine, spool);
    const { s3 } = machine;
    const request = underWay ?? requestAt(s3, order.job);
    // A job that cannot be read fails as any other, with a bundle that says so.
    const [plan, known] = await Promise.all([planOf(s3, order.job), request.catch(() => undefined)]);
    return await compute(known ?? request, { ...order, plan }, machine, spool);
  } finally {
    await rm(spool, { recursive: true, force: true });
  }
}

const completed = ({ location }: { readonly location: unknown }): Outcome => ({
  status: 'completed',
  result: location,
});

async function compute(
  request: unknown,
  order: (Order & { readonly plan: Plan | undefined }) | undefined,
  machine: Machine,
  spool: string,
): Promise<Outcome> {
  const { s3, own, signal } = machine;
  const io = cloudIo(deliveryOf(request, order?.job, own), machine, spool, {
    plan: order?.plan,
    link: linkOf(request),
    // Of several parts that fail, the first says why.
    onlyFirst: order?.slices !== undefined || order?.merge === true,
  });
  if (order?.slices) {
    const { slices } = await runPart(request, io, order.slices, partStore(s3, order.job), signal);
    return { status: 'part', slices };
  }
  if (!order?.merge) return completed(await runJob(request, io, undefined, signal));
  const store = partStore(s3, order.job);
  const ranges = order.plan?.ranges ?? [];
  const result = await runJob(request, io, undefined, signal, mergedMaps(ranges, store));
  await removeParts(s3, order.job, ranges);
  return completed(result);
}

/** The io of a job in the cloud. */
function cloudIo(
  { results, failed }: Delivery,
  { s3, threads, memoryLimit, platform }: Machine,
  spool: string,
  { plan, link, onlyFirst }: { plan: Plan | undefined; link: string | undefined; onlyFirst: boolean },
): JobIo {
  return {
    open: cloudInputs({ s3, spool, insecure: allowsInsecureLinks() }),
    result: async () => (link ? bundleToLink(link, spool) : bundleUpload(s3, results, spool)),
    failure: async () => failureUpload(s3, failed, { onlyFirst }),
    now: () => new Date(),
    threads,
    memoryLimit,
    execution: { platform, architecture: process.arch, threads, ...(plan && planned(plan)) },
    onLog: ({ type, what }: LogEntry) => logLine(type === 'ERROR' ? 'error' : 'info', what),
  };
}

/** What of the plan is kept in the result. */
const planned = ({ estimate, ranges, concurrency }: Plan) => ({
  machines: Math.max(1, ranges.length),
  concurrency,
  estimate,
});

/** A job without places of its own may bring a link that takes the result. */
function linkOf(request: unknown): string | undefined {
  const { deliver, presigned_upload_url } = (request ?? {}) as Partial<Job> & { deliver?: unknown };
  return deliver ? undefined : (presigned_upload_url ?? undefined);
}

/** The plan beside a staged job; jobs that were not planned have none. */
async function planOf(s3: S3Client, job: ObjectPlace): Promise<Plan | undefined> {
  try {
    return (await requestAt(s3, planPlace(job))) as Plan;
  } catch {
    return undefined;
  }
}

function partStore(s3: S3Client, job: ObjectPlace): PartStore {
  const place = (name: string): ObjectPlace => ({ bucket: job.bucket, key: partsFolder(job) + name });
  return {
    put: (name, bytes) => putBytes(s3, place(name), bytes),
    get: (name) => getBytes(s3, place(name)),
  };
}

/** What cannot be removed expires by itself. */
async function removeParts(s3: S3Client, job: ObjectPlace, ranges: Plan['ranges']): Promise<void> {
  const names = partNames(ranges);
  try {
    for (let from = 0; from < names.length; from += 1000) {
      const Objects = names.slice(from, from + 1000).map((name) => ({ Key: partsFolder(job) + name }));
      await s3.send(new DeleteObjectsCommand({ Bucket: job.bucket, Delete: { Objects, Quiet: true } }));
    }
  } catch (error) {
    logLine('warn', 'The parts of the job could not be removed.', { error: (error as Error).name });
  }
}
