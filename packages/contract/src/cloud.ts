import { z } from 'zod';
import { jobSchema } from './job.ts';

/** One object of S3. */
export const objectPlaceSchema = z.object({ bucket: z.string().min(1), key: z.string().min(1) });
export type ObjectPlace = z.infer<typeof objectPlaceSchema>;

/** The other file of a format of two (.hdr of .cfl): named in `options.companions` of the file that a task reads. */
export const companionSchema = objectPlaceSchema.extend({ filename: z.string().min(1) });
export type Companion = z.infer<typeof companionSchema>;

const estimateSchema = z.object({ seconds: z.number().min(0), bytes: z.number().min(0) });

/** What a computing unit of the cloud reads of one attempt at a job: the job, and where its bundles go. */
export const stagedJobSchema = jobSchema.extend({
  lease: z.string().max(80),
  deliver: z.object({ results: objectPlaceSchema, failed: objectPlaceSchema }),
  estimate: estimateSchema.optional(),
});
export type StagedJob = z.infer<typeof stagedJobSchema>;

/** Input of an execution: a pointer to the staged job, since inputs are limited to 256 KiB. Its name is the lease. */
export const executionInputSchema = z.looseObject({
  job: objectPlaceSchema,
  pipeline: z.string(),
  lease: z.string().max(80),
  estimate: estimateSchema.optional(),
});
export type ExecutionInput = z.infer<typeof executionInputSchema>;

export type BundleKind = 'result' | 'failure';
const folders: Readonly<Record<BundleKind, string>> = { result: 'results', failure: 'failed' };

/** Where the bundle of a lease `<pipeline>.<uuid>` lies: a place of its own for each attempt. */
export const bundleKeyOfLease = (kind: BundleKind, lease: string): string =>
  `${folders[kind]}/${lease.replace('.', '/')}.zip`;

/** The lease, and what is told of it, by the key of a bundle; undefined for other keys. */
export function leaseOfBundleKey(
  key: string,
): { kind: BundleKind; pipeline: string; lease: string } | undefined {
  const [, folder, pipeline, attempt] = /^(results|failed)\/([^/.]+)\/([^/]+)\.zip$/.exec(key) ?? [];
  if (pipeline === undefined || attempt === undefined) return undefined;
  return { kind: folder === 'results' ? 'result' : 'failure', pipeline, lease: `${pipeline}.${attempt}` };
}

/** Where the staged job of a lease lies, in the data bucket. */
export const stagedJobKey = (lease: string): string => `jobs/${lease.replace('.', '/')}.json`;
