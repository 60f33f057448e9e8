import { z } from 'zod';
import { logEntrySchema } from '../bundle.ts';

const capacity = {
  /** Bytes that are free for another job now. */
  memoryBytes: z.number().min(0),
  threads: z.int().min(1),
};

/** A computing unit asks for work. The answer comes at once where there is some, else after `waitSeconds`. */
export const leaseRequestSchema = z.object({
  /** Undefined: the unit of the token's owner. */
  computingUnitId: z.string().max(200).optional(),
  /** Name of this worker for logs: no identity. */
  worker: z.string().trim().min(1).max(100),
  ...capacity,
  /** Whether no other job runs on this worker. */
  idle: z.boolean().default(true),
  waitSeconds: z.number().min(0).max(20).default(20),
});
export type LeaseRequest = z.infer<typeof leaseRequestSchema>;

/** An input of a leased job: the file reference of the task with this key is read through `url`. */
export const leasedInputSchema = z.object({
  key: z.string(),
  filename: z.string(),
  size: z.int().min(0),
  sha256: z.string().optional(),
  url: z.string(),
  /** Files that belong to it and must lie beside it (.hdr of .cfl). */
  companions: z.array(z.object({ filename: z.string(), size: z.int().min(0), url: z.string() })),
});
export type LeasedInput = z.infer<typeof leasedInputSchema>;

/** A job in the hands of a worker, until the lease ends. The secret signs what the worker reports of this lease. */
export const leaseSchema = z.object({
  leaseId: z.string(),
  secret: z.string(),
  pipeline: z.string(),
  computingUnitId: z.string(),
  attempt: z.int(),
  /** What the job is expected to need. */
  memoryBytes: z.number(),
  /** Seconds without a heartbeat after which the job is given to somebody else. */
  leaseSeconds: z.number(),
  job: z.record(z.string(), z.unknown()),
  inputs: z.array(leasedInputSchema),
});
export type Lease = z.infer<typeof leaseSchema>;

export const leaseAnswerSchema = z.object({ lease: leaseSchema.nullable() });

export const heartbeatSchema = z.object({
  progress: z.number().min(0).max(1).optional(),
  log: z
    .array(logEntrySchema.pick({ when: true, what: true, type: true }))
    .max(500)
    .default([]),
});
export type Heartbeat = z.infer<typeof heartbeatSchema>;

/** continue: go on; cancel: the user stopped the job; lost: the lease ended and the job is somebody else's. */
export const heartbeatAnswerSchema = z.object({ verdict: z.enum(['continue', 'cancel', 'lost']) });
export type Verdict = z.infer<typeof heartbeatAnswerSchema>['verdict'];

export const outputKinds = ['result', 'failure'] as const;
/** Asks for a link to which a bundle of exactly this size may be put. */
export const outputRequestSchema = z.object({ kind: z.enum(outputKinds), size: z.int().min(1) });
export const outputAnswerSchema = z.object({ url: z.string() });

/** What a computing unit reports at the end of a job; signed, see `signCallback`. */
export const completedCallbackSchema = z.looseObject({
  pipeline: z.string(),
  lease: z.string(),
  /** Where the bundle lies, for units that choose the place themselves. */
  results: z.string().max(2000).optional(),
});
export const failedCallbackSchema = z.looseObject({
  pipeline: z.string(),
  lease: z.string(),
  error: z.object({
    code: z.string().max(100),
    message: z.string().max(4000),
    hint: z.string().max(4000),
  }),
  /** Whether a failure bundle was put. */
  bundle: z.boolean().default(false),
});

/** `applied` is false where the job had moved on before: nothing was changed. */
export const callbackAnswerSchema = z.object({ status: z.string(), applied: z.boolean() });
