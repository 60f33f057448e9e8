import { z } from 'zod';
import { taskSchema } from './task.ts';

const flag = z.preprocess((value) => value ?? false, z.boolean());

/** What the bundle holds beside the maps that are always there. */
export const outputSchema = z.looseObject({ coilsensitivity: flag, gfactor: flag, matlab: flag });
export type Output = z.infer<typeof outputSchema>;

export const applicationName = 'MR Optimum';

/** A task with what the surrounding system needs to deliver its result. */
export const jobSchema = z.looseObject({
  task: taskSchema,
  output: outputSchema,
  alias: z.string().default(''),
  application: z.string().default(applicationName),
  pipeline: z.union([z.string(), z.number(), z.null()]).optional(),
  user_id: z.union([z.string(), z.number(), z.null()]).optional(),
  presigned_upload_url: z.string().nullish(),
});
export type Job = z.infer<typeof jobSchema>;
