import { z } from 'zod';

export const appSchema = z.object({
  appId: z.string(),
  name: z.string(),
  description: z.string(),
  launchUrl: z.string(),
  createdAt: z.string(),
});
export type AppView = z.infer<typeof appSchema>;

export const appListSchema = z.object({ apps: z.array(appSchema), count: z.number() });

export const appCreateSchema = z.looseObject({
  name: z.string().trim().min(1).max(100),
  description: z.string().max(2000).default(''),
  launchUrl: z.string().max(2000).default(''),
});
export type AppCreate = z.infer<typeof appCreateSchema>;

export const appCreatedSchema = z.object({ appId: z.string(), data: z.object({ app: appSchema }) });
