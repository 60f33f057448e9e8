import { z } from 'zod';

/** What every refused request is answered with. */
export const problemSchema = z
  .object({
    error: z.object({
      /** Stable: one of the error catalogue. */
      code: z.string(),
      message: z.string(),
      hint: z.string(),
      /** Names the request in the log of the server. */
      requestId: z.string(),
    }),
    /** Where a monthly quota is used up, as clients have always been told: the limit, what was used, the mode. */
    limit: z.number().optional(),
    current_count: z.number().optional(),
    mode: z.string().optional(),
  })
  .describe('Why a request was refused, and what to do');
export type Problem = z.infer<typeof problemSchema>;

/** Name of a record in a path. */
export const idSchema = z.string().min(1).max(128);
export const idParamsSchema = z.object({ id: idSchema });
