import { z } from 'zod';
import { outputSchema } from '../job.ts';

const identifier = z.string().min(1).max(200);
const name = z.string().trim().min(1).max(100);
const flag = z.preprocess((value) => value ?? false, z.boolean());

/** Settings of a job without its files. */
const settings = z.object({ task: z.record(z.string(), z.unknown()), output: outputSchema });

/** Settings that are kept under a name. */
export const presetSchema = z.object({
  id: z.string(),
  name: z.string(),
  settings,
  /** Everybody on this server sees it. */
  isShared: z.boolean(),
  /** Whether it is the caller's, who alone may change it. */
  isOwn: z.boolean(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type PresetView = z.infer<typeof presetSchema>;

export const presetListSchema = z.object({ presets: z.array(presetSchema) });

/** `settings` is a job or a task; its files are left out. */
export const presetCreateSchema = z.looseObject({ name, settings: z.unknown(), isShared: flag });
export type PresetCreate = z.infer<typeof presetCreateSchema>;

export const presetUpdateSchema = z.looseObject({
  id: identifier,
  name: name.optional(),
  settings: z.unknown().optional(),
  isShared: z.boolean().optional(),
});
export type PresetUpdate = z.infer<typeof presetUpdateSchema>;

export const presetQuerySchema = z.object({ id: identifier });
