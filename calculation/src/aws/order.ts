import {
  bundleKeyOfLease,
  leaseOfBundleKey,
  MroError,
  type ObjectPlace,
  objectPlaceSchema,
  stagedJobSchema,
} from '@mroptimum/contract';
import { z } from 'zod';
import { required } from './environment.ts';

const rangeSchema = z.object({ from: z.int().min(0), to: z.int().min(1) });

/** What a machine of the cloud is asked to do: a whole job, some slices of it, or to merge those of others. */
export const orderSchema = z.object({
  job: objectPlaceSchema,
  slices: rangeSchema.optional(),
  merge: z.boolean().optional(),
});
export type Order = z.infer<typeof orderSchema>;

const s3EventSchema = z.object({
  Records: z
    .array(
      z.object({
        s3: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string() }) }),
      }),
    )
    .min(1),
});

/** The same, as EventBridge tells it. */
const bridgedSchema = z.object({
  source: z.literal('aws.s3'),
  detail: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string() }) }),
});

/** Keys of S3's own events are encoded as forms are; those of EventBridge are plain. */
const decodedKey = (key: string): string => decodeURIComponent(key.replaceAll('+', ' '));

/** The objects that an S3 event tells of; undefined where it is none. */
export function placesOfS3Event(event: unknown): readonly ObjectPlace[] | undefined {
  const bridged = bridgedSchema.safeParse(event).data?.detail;
  if (bridged) return [{ bucket: bridged.bucket.name, key: bridged.object.key }];
  const parsed = s3EventSchema.safeParse(event);
  return parsed.data?.Records.map(({ s3 }) => ({ bucket: s3.bucket.name, key: decodedKey(s3.object.key) }));
}

/**
 * Understands what a Lambda function was called with: a pointer `{job: {bucket, key}}`, an S3 event of a job that was
 * put into a bucket, or the job itself.
 *
 * @throws MRO_JOB_SETUP for an event of several jobs
 */
export function orderOf(event: unknown): Order | { readonly request: unknown } {
  const pointer = orderSchema.safeParse(event);
  if (pointer.success) return pointer.data;
  const places = placesOfS3Event(event);
  if (!places) return { request: event };
  if (places.length > 1) {
    throw new MroError(
      'MRO_JOB_SETUP',
      `An event of ${places.length} jobs; each needs an invocation of its own.`,
    );
  }
  return { job: places[0]! };
}

/** Where the bundles of a job go. */
export interface Delivery {
  readonly results: ObjectPlace;
  readonly failed: ObjectPlace;
}

/**
 * Where the bundles of a job go: where the job says; else by the lease in its key; else to a place of their own,
 * which no job of the server has.
 *
 * @param own name of the place that is nobody else's
 */
export function deliveryOf(request: unknown, pointer: ObjectPlace | undefined, own: string): Delivery {
  const staged = stagedJobSchema.pick({ deliver: true }).safeParse(request);
  if (staged.success) return staged.data.deliver;
  const lease = pointer && leaseOfJobKey(pointer.key);
  const keys = lease
    ? { results: bundleKeyOfLease('result', lease), failed: bundleKeyOfLease('failure', lease) }
    : { results: `direct/${own}.zip`, failed: `direct/${own}.zip` };
  return {
    results: { bucket: required('ResultsBucketName'), key: keys.results },
    failed: { bucket: required('FailedBucketName'), key: keys.failed },
  };
}

/** The lease whose staged job lies at this key. */
export const leaseOfJobKey = (key: string): string | undefined =>
  leaseOfBundleKey(key.replace(/^jobs\//, 'results/').replace(/\.json$/, '.zip'))?.lease;

/** Where the plan of a staged job lies, and its parts. */
export const planPlace = ({ bucket, key }: ObjectPlace): ObjectPlace => ({
  bucket,
  key: `${key.replace(/\.json$/, '')}.plan.json`,
});
export const partsFolder = ({ key }: ObjectPlace): string =>
  `parts/${key.replace(/^jobs\//, '').replace(/\.json$/, '')}/`;
