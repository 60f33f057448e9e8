import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { BundleKind } from '@mroptimum/contract';
import { MroError } from '@mroptimum/contract';

/** The buckets of an account: by what lies in them. */
export interface Buckets {
  readonly data: string;
  readonly results: string;
  readonly failed: string;
}

const bundleBuckets: Readonly<Record<string, keyof Buckets>> = { results: 'results', failed: 'failed' };

/** The bucket of a key: bundles of jobs have buckets of their own, so that each can be watched and kept apart. */
export const bucketOf = (buckets: Buckets, key: string): string =>
  buckets[bundleBuckets[key.split('/')[0]!] ?? 'data'];

/** The bucket of the bundles of one kind. */
export const bundleBucket = (buckets: Buckets, kind: BundleKind): string =>
  kind === 'result' ? buckets.results : buckets.failed;

/**
 * A client whose links hold nothing that their user must repeat unasked: the SDK would add checksums of its own,
 * and of an empty body at that.
 */
export const s3Client = (config: S3ClientConfig = {}): S3Client =>
  new S3Client({
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...config,
  });

const missing = new Set(['NoSuchKey', 'NotFound', 'NoSuchUpload']);

/** Undefined for what is not there; other answers of S3 are errors of the storage. */
export const unlessMissing = <T>(work: Promise<T>): Promise<T | undefined> =>
  work.catch((error: unknown) => {
    if (missing.has(nameOf(error))) return undefined;
    throw storageError(error);
  });

export const told = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw storageError(error);
  });

export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

function storageError(cause: unknown): MroError {
  if (cause instanceof MroError) return cause;
  const name = nameOf(cause);
  const denied = name === 'AccessDenied' || name === 'Forbidden' || name === '403';
  return new MroError(
    'MRO_BRAIN_STORAGE',
    denied ? 'The buckets of this account may not be read or written.' : 'The buckets cannot be reached.',
    {
      hint: denied
        ? 'Check the computing unit: POST /api/computing-unit/{id}/check.'
        : 'Try again in a moment.',
      details: { aws: name },
      cause,
    },
  );
}
