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
  })
  .describe('Why a request was refused, and what to do');
export type Problem = z.infer<typeof problemSchema>;

/** Answers that only say that it was done. */
export const messageSchema = z.object({ message: z.string() });

/** Which part of a list, newest first. */
export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** As the page before gave it; absent: from the newest on. */
  cursor: z.string().max(512).optional(),
});

/** Name of a record in a path. */
export const idSchema = z.string().min(1).max(128);
export const idParamsSchema = z.object({ id: idSchema });
