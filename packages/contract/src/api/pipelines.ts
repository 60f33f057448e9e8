import { z } from 'zod';

export const pipelineStatuses = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
export const pipelineStatusSchema = z.enum(pipelineStatuses);

const name = z.string().trim().max(200);
const identifier = z.union([z.string().max(200), z.number()]).transform(String);

/** A job to be queued, as clients old and new send it. The task is read by `parseJob`. */
export const queueRequestSchema = z.looseObject({
  alias: name.default(''),
  /** "local", "mode1", "mode2", also "mode_1" and the like. */
  mode: z.string().max(40).nullish(),
  computing_unit_mode: z.string().max(40).nullish(),
  computing_unit_id: z.string().max(200).nullish(),
  cloudapp_name: z.string().max(200).nullish(),
  cloudapp_id: identifier.nullish(),
  /** From POST /pipeline/request; queueing the same one twice gives the first job again. */
  pipeline: identifier.nullish(),
  task: z.unknown(),
  output: z.unknown().optional(),
  version: z.unknown().optional(),
});
export type QueueRequest = z.infer<typeof queueRequestSchema>;

/** Where a job stands, without its task. */
export const pipelineSummarySchema = z.object({
  id: z.string(),
  pipeline_id: z.string(),
  alias: z.string(),
  status: pipelineStatusSchema,
  /** 0 … 1 */
  progress: z.number(),
  attempts: z.int(),
  mode: z.string(),
  computingUnitId: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  startedAt: z.string().optional(),
  finishedAt: z.string().optional(),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string() }).optional(),
  result: z.record(z.string(), z.unknown()).optional(),
});

/** A file of a finished job; `link` works without a token until it expires. */
export const pipelineFileSchema = z.object({
  id: z.string(),
  fileName: z.string(),
  link: z.string(),
  status: z.string(),
  database: z.string(),
  location: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
});

export const pipelineSchema = pipelineSummarySchema.extend({
  /** The job as it was queued. */
  setup: z.record(z.string(), z.unknown()),
  files: z.array(pipelineFileSchema),
});
export type PipelineView = z.infer<typeof pipelineSchema>;

export const pipelineListSchema = z.object({
  jobs: z.array(pipelineSchema),
  nextCursor: z.string().optional(),
});

export const queueAnswerSchema = z.object({
  pipeline: z.string(),
  pipelineId: z.string(),
  id: z.string(),
  executionArn: z.string(),
  computingUnit: z.object({ computingUnitId: z.string(), mode: z.string(), alias: z.string() }),
  message: z.string(),
  job: pipelineSchema,
});

/** What a job would take, before it is queued. */
export const estimateAnswerSchema = z.object({
  /** Wall time, good to a factor of about two once the job has started. */
  seconds: z.number(),
  /** Memory, bytes: an upper bound. */
  bytes: z.number(),
  /** US dollars, at most about; 0 where computing costs nothing. */
  cost: z.number(),
  /** Whether the memory of the unit suffices, as far as that is known. */
  fits: z.boolean(),
  computingUnit: z.object({ computingUnitId: z.string(), mode: z.string(), alias: z.string() }),
});
export type EstimateAnswer = z.infer<typeof estimateAnswerSchema>;

export const pipelineRequestSchema = z.looseObject({
  alias: name.optional(),
  name: name.optional(),
});
export const pipelineReservationSchema = z.object({
  pipeline: z.string(),
  pipelineId: z.string(),
  id: z.string(),
});

/** Rename; the job is named by `id`, or as older clients do by `pipeline` or `pipeline_id`. */
export const pipelineUpdateSchema = z.looseObject({
  id: identifier.optional(),
  pipeline: identifier.optional(),
  pipeline_id: identifier.optional(),
  alias: name.min(1),
});

export const statusAnswerSchema = z.object({
  status: pipelineStatusSchema,
  progress: z.number(),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string() }).optional(),
});

export const countAnswerSchema = z.object({
  count: z.int(),
  /** Undefined: no limit. */
  limit: z.int().optional(),
  mode: z.string(),
});

/** One server-sent event of a job. */
export const pipelineEventSchema = z.object({
  sequence: z.int(),
  at: z.string(),
  type: z.enum(['state', 'progress', 'log']),
  data: z.record(z.string(), z.unknown()),
});
