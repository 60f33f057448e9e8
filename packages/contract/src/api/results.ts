import { z } from 'zod';
import { bundleEntrySchema, bundleFailureSchema, bundleInfoSchema } from '../bundle.ts';

/** `info.json` of a job's bundle, with a link that downloads each map by itself. */
export const pipelineResultSchema = bundleInfoSchema.extend({
  data: z.array(bundleEntrySchema.extend({ link: z.string() })),
  /** Downloads the whole bundle. */
  link: z.string(),
  /** What went wrong, of a failed job. */
  error: bundleFailureSchema.optional(),
});
export type PipelineResult = z.infer<typeof pipelineResultSchema>;

/** Place of a bundle, as older clients copy it from `location`. */
export const unzipSchema = z.looseObject({
  Bucket: z.string().max(200).optional(),
  Key: z.string().min(1).max(1000),
});
