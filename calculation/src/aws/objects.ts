import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { MroError, type ObjectPlace } from '@mroptimum/contract';
import { deliverError, fetchError, statusOf } from './errors.ts';

let client: S3Client | undefined;

/** One client for a container's life: its connections outlast an invocation. Region and endpoint are the environment's. */
export function s3Client(): S3Client {
  client ??= new S3Client({ maxAttempts: 5 });
  return client;
}

/** @throws MRO_JOB_FETCH */
export async function getBytes(s3: S3Client, { bucket, key }: ObjectPlace): Promise<Uint8Array> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return await Body!.transformToByteArray();
  } catch (error) {
    throw fetchError(key, error);
  }
}

/** @throws MRO_JOB_OUTPUT */
export async function putBytes(
  s3: S3Client,
  { bucket, key }: ObjectPlace,
  bytes: Uint8Array | string,
  type = 'application/octet-stream',
): Promise<void> {
  const put = new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: type });
  await s3.send(put).catch((error: unknown) => {
    throw deliverError(key, error);
  });
}

/** Whether an object is there. @throws MRO_JOB_FETCH where that cannot be said */
export async function exists(s3: S3Client, { bucket, key }: ObjectPlace): Promise<boolean> {
  try {
    await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return true;
  } catch (error) {
    // Without the right to list, S3 answers 403 for what is not there.
    if (statusOf(error) === 404 || statusOf(error) === 403) return false;
    throw fetchError(key, error);
  }
}

/** The job that lies there, not yet understood. @throws MRO_JOB_FETCH, MRO_JOB_SETUP */
export async function requestAt(s3: S3Client, place: ObjectPlace): Promise<unknown> {
  const text = new TextDecoder().decode(await getBytes(s3, place));
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new MroError('MRO_JOB_SETUP', `${place.key} is no JSON.`, { cause });
  }
}
