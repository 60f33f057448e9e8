import { z } from 'zod';
import { dataFileSchema, filenameSchema, hexSha256 } from './data.ts';
import { pipelineResultSchema } from './results.ts';

const bytes = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number),
  ])
  .pipe(z.number().int().min(1));

/** Begins an upload. Older clients send more than is needed; all of it is understood, little is used. */
export const uploadInitiateSchema = z
  .looseObject({
    filename: filenameSchema.optional(),
    filetype: z.string().nullish(),
    filesize: bytes.optional(),
    filemd5: z.string().nullish(),
    /** The unit in whose account the file is to lie, so that its jobs can read it there. */
    computing_unit_id: z.string().max(200).nullish(),
    /** Links are then given part by part, for a part's SHA-256, and the store verifies what it receives. */
    checksums: z.literal('sha256').nullish(),
    file: z
      .looseObject({
        name: filenameSchema.optional(),
        size: bytes.optional(),
        type: z.string().nullish(),
        lastModified: z.number().nullish(),
      })
      .nullish(),
  })
  .refine(({ filename, file }) => (filename ?? file?.name) !== undefined, {
    message: 'a file name',
    path: ['filename'],
  })
  .refine(({ filesize, file }) => (filesize ?? file?.size) !== undefined, {
    message: 'the size in bytes',
    path: ['filesize'],
  });
export type UploadInitiate = z.infer<typeof uploadInitiateSchema>;

/**
 * Part n (from 1) holds the bytes from (n − 1)·partSize; PUT it to partUrls[n − 1]. Of an upload with checksums
 * there are no partUrls: POST /api/data/presign gives the link of a part for its SHA-256, which the PUT repeats in
 * base64 as `x-amz-checksum-sha256`. No other header that begins with `x-amz-` may be sent.
 */
export const uploadStartedSchema = z.object({
  uploadId: z.string(),
  partUrls: z.array(z.string()),
  partSize: z.number(),
  Key: z.string(),
  expiresAt: z.string(),
  response: z.object({
    id: z.string(),
    filename: z.string(),
    onlineLink: z.string(),
    status: z.string(),
    md5: z.string(),
    location: z.string(),
    created_at: z.string(),
    updated_at: z.string(),
    database: z.literal('s3'),
  }),
});
export type UploadStarted = z.infer<typeof uploadStartedSchema>;

/** What is there of an upload, and fresh links for what is missing. */
export const uploadPartsSchema = z.object({
  uploadId: z.string(),
  size: z.number(),
  partSize: z.number(),
  expiresAt: z.string(),
  /** Whether the link of a part is asked for with its SHA-256. */
  checksums: z.boolean().default(false),
  parts: z.array(z.object({ partNumber: z.number(), size: z.number(), sha256: z.string().optional() })),
  /** `url` is empty where the upload has checksums. */
  missing: z.array(z.object({ partNumber: z.number(), size: z.number(), url: z.string() })),
});
export type UploadParts = z.infer<typeof uploadPartsSchema>;

export const uploadFinalizeSchema = z.looseObject({
  uploadId: z.string().min(1).max(200),
  Key: z.string().max(1000).optional(),
  /** SHA-256 of the whole file; compared where given. */
  sha256: hexSha256.optional(),
  /** Checksums of the parts as the client knows them (the ETag of each answer will do); compared where given. */
  parts: z
    .array(
      z.looseObject({
        partNumber: z.number().int().min(1).max(10_000),
        etag: z.string().max(200).optional(),
        sha256: hexSha256.optional(),
      }),
    )
    .max(10_000)
    .optional(),
});
export type UploadFinalize = z.infer<typeof uploadFinalizeSchema>;

export const uploadFinishedSchema = z.object({ message: z.string(), response: dataFileSchema });

export const uploadAbortSchema = z.looseObject({ uploadId: z.string().min(1).max(200) });

/** A bundle of one's own; `alias` names the job it becomes. */
export const resultInitiateSchema = uploadInitiateSchema.safeExtend({
  alias: z.string().max(255).optional(),
});

export const resultFinishedSchema = z.object({
  message: z.string(),
  pipeline: z.string(),
  pipelineId: z.string(),
  results: pipelineResultSchema,
});
