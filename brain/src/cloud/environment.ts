import { MroError } from '@mroptimum/contract';
import { z } from 'zod';
import type { Settings } from '../deps.ts';
import type { TableNames } from '../providers/dynamodb/index.ts';
import type { Buckets } from '../providers/s3/client.ts';

/** Timeout of the function in the template. */
const longestRequestSeconds = 300;

const name = z.string().min(1);
const count = z.coerce.number().int().min(0);
const listed = z.string().transform((text) =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== ''),
);

/** Environment of the function; the template sets all of it. */
const environmentSchema = z.object({
  ORIGIN: z.url().transform((url) => url.replace(/\/$/, '')),
  USERS_TABLE: name,
  DATA_TABLE: name,
  UNITS_TABLE: name,
  PIPELINES_TABLE: name,
  DATA_BUCKET: name,
  RESULTS_BUCKET: name,
  FAILED_BUCKET: name,
  SIGNING_KEYS_SECRET: name,
  LINK_SECRET: name,
  EDGE_SECRET: name.optional(),
  MAIL_FROM: z.string().default(''),
  BRAIN_ROLE_ARN: z.string().optional(),
  REGISTRATION: z.enum(['approval', 'open']).default('approval'),
  PRIVACY: z.enum(['warn', 'scrub', 'refuse']).default('warn'),
  ALLOWED_ORIGINS: listed.optional(),
  MAXIMUM_UPLOAD_BYTES: count.default(50e9),
  STORAGE_BYTES: count.default(200e9),
  JOBS_PER_MONTH: count.default(100),
});

export interface CloudEnvironment {
  readonly settings: Settings;
  readonly tables: TableNames;
  readonly buckets: Buckets;
  /** Names or ARNs of secrets. */
  readonly secrets: { readonly signingKeys: string; readonly links: string; readonly edge?: string };
  /** Verified sender; empty: no mail is sent. */
  readonly mailFrom: string;
}

/** @throws MRO_BRAIN_INVALID naming what is missing or wrong */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): CloudEnvironment {
  const read = environmentSchema.safeParse(variables);
  if (!read.success) {
    const said = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    throw new MroError('MRO_BRAIN_INVALID', `The environment of the function is incomplete: ${said}`, {
      hint: 'Deploy the template again: it sets every variable.',
    });
  }
  const env = read.data;
  return {
    settings: {
      origin: env.ORIGIN,
      registration: env.REGISTRATION,
      privacy: env.PRIVACY,
      maximumUploadBytes: env.MAXIMUM_UPLOAD_BYTES,
      trustProxy: true,
      wholeAnswers: true,
      longestRequestSeconds,
      ...(env.ALLOWED_ORIGINS?.length && { allowedOrigins: env.ALLOWED_ORIGINS }),
      ...(env.BRAIN_ROLE_ARN !== undefined && { brainRoleArn: env.BRAIN_ROLE_ARN }),
      quota: { storageBytes: env.STORAGE_BYTES, jobsPerMonth: env.JOBS_PER_MONTH },
    },
    tables: {
      users: env.USERS_TABLE,
      data: env.DATA_TABLE,
      units: env.UNITS_TABLE,
      pipelines: env.PIPELINES_TABLE,
    },
    buckets: { data: env.DATA_BUCKET, results: env.RESULTS_BUCKET, failed: env.FAILED_BUCKET },
    secrets: {
      signingKeys: env.SIGNING_KEYS_SECRET,
      links: env.LINK_SECRET,
      ...(env.EDGE_SECRET !== undefined && { edge: env.EDGE_SECRET }),
    },
    mailFrom: env.MAIL_FROM,
  };
}
