import { z } from 'zod';
import { filenameSchema } from './data.ts';

const identifier = z.union([z.string().min(1).max(200), z.number()]).transform(String);

/** A stored region of interest, as the viewer draws it. */
export const roiSchema = z.object({
  id: z.string(),
  filename: z.string(),
  link: z.string(),
  location: z.string(),
  size: z.number(),
  md5: z.string(),
  status: z.literal('available'),
  database: z.literal('s3'),
  type: z.string(),
  data: z.record(z.string(), z.unknown()).optional(),
  created_at: z.string(),
  updated_at: z.string(),
  pivot: z.object({ pipeline_id: z.string(), roi_id: z.string() }),
});
export type RoiView = z.infer<typeof roiSchema>;

export const roiQuerySchema = z.object({ pipeline_id: z.string().min(1).max(200) });

export const roiUploadSchema = z.looseObject({
  filename: filenameSchema,
  pipeline_id: identifier,
  type: z.string().max(100).default('image'),
  contentType: z.string().max(200).default('application/octet-stream'),
  /** Exact bytes that will be put; older clients do not say. */
  size: z.number().int().min(1).optional(),
  data: z.record(z.string(), z.unknown()).nullish(),
});
export type RoiUpload = z.infer<typeof roiUploadSchema>;

/** PUT the file to `upload_url`; it shows in the list from then on, under `access_url`. */
export const roiStartedSchema = z.object({ id: z.string(), upload_url: z.string(), access_url: z.string() });

export const roiDeleteSchema = z.looseObject({ roi_id: identifier });
