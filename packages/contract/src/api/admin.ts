import { z } from 'zod';
import { accountSchema, quotaSchema } from './auth.ts';

export const userQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** As the page before gave it; absent: from the newest on. */
  cursor: z.string().max(1000).optional(),
  /** Only the account with this address. */
  email: z.string().max(254).optional(),
});

export const userPageSchema = z.object({
  items: z.array(accountSchema),
  nextCursor: z.string().optional(),
});

export const roleSchema = z.object({ role: z.enum(['user', 'developer', 'admin']) });
export const quotaChangeSchema = z.object({ quota: quotaSchema });
