import { z } from 'zod';

const timestamp = z.string();

/** What deserves attention about a file: why it was refused, or that identity fields were found. */
export const noticeSchema = z.object({ code: z.string(), message: z.string(), hint: z.string() });

/** A file of the library. */
export const dataFileSchema = z.object({
  id: z.string(),
  filename: z.string(),
  size: z.number(),
  status: z.enum(['uploading', 'checking', 'available', 'refused']),
  /** SHA-256 of the content, hex. */
  sha256: z.string().optional(),
  /** Kept for older clients: always empty, `sha256` is verified instead. */
  md5: z.string(),
  /** Format and matrix as the content says. */
  summary: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  notice: noticeSchema.optional(),
  /** Downloads the file until it expires; empty where nothing can be downloaded. */
  link: z.string(),
  database: z.literal('s3'),
  /** JSON text `{"Bucket","Key"}`, to be copied into a task's file reference. */
  location: z.string(),
  /** The unit in whose account it lies, where it is not the server's own. */
  computing_unit_id: z.string().optional(),
  user_id: z.string(),
  is_demo_data: z.boolean(),
  version: z.number(),
  created_at: timestamp,
  updated_at: timestamp,
});
export type DataFileView = z.infer<typeof dataFileSchema>;

export const dataPageSchema = z.object({
  items: z.array(dataFileSchema),
  nextCursor: z.string().optional(),
});

/** Which page of a list, newest first. */
export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().max(1000).optional(),
});

/** Name for the library: readable in every language, and no path. */
export const filenameSchema = z
  .string()
  .transform((name) => name.normalize('NFC').trim())
  .pipe(
    z
      .string()
      .min(1)
      .max(255)
      .refine((name) => !/[/\\\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/u.test(name), {
        message: 'a file name without slashes and control characters',
      })
      .refine((name) => name !== '.' && name !== '..', { message: 'a file name, not a folder' }),
  );

/** SHA-256 in hexadecimal digits. */
export const hexSha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/i, 'a SHA-256 of 64 hexadecimal digits')
  .transform((text) => text.toLowerCase());

const identifier = z.union([z.string().min(1).max(200), z.number()]).transform(String);

export const renameSchema = z
  .looseObject({ fileid: identifier.optional(), id: identifier.optional(), filename: filenameSchema })
  .refine(({ fileid, id }) => (fileid ?? id) !== undefined, { message: 'fileid is missing' });

/** GET: download of a file. PUT: fresh link for a part of an upload. */
export const presignSchema = z.union([
  z.looseObject({
    method: z.literal('PUT').or(z.literal('put')),
    uploadId: z.string().min(1).max(200),
    partNumber: z.number().int().min(1).max(10_000),
    /** Of the part; for uploads with checksums. */
    sha256: hexSha256.optional(),
  }),
  z
    .looseObject({
      method: z.literal('GET').or(z.literal('get')).default('GET'),
      id: identifier.optional(),
      fileid: identifier.optional(),
    })
    .refine(({ fileid, id }) => (fileid ?? id) !== undefined, { message: 'id is missing' }),
]);
export type PresignRequest = z.infer<typeof presignSchema>;

export const presignedSchema = z.object({
  url: z.string(),
  method: z.enum(['GET', 'PUT']),
  expiresIn: z.number(),
});

export const messageSchema = z.object({ message: z.string() });
