import { createReadStream, openAsBlob } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { type BundleSink, memoryZipSink } from '@mroptimum/bundle';
import { zipFileSink } from '@mroptimum/bundle/node';
import type { ObjectPlace } from '@mroptimum/contract';
import { deliverError, statusOf } from './errors.ts';

const zip = 'application/zip';
const partBytes = 16 * 2 ** 20;

/**
 * A result bundle for S3: written as a zip file to the disk, then uploaded in parts with checksums. It appears
 * whole or not at all, and nothing appears before all of it was written.
 */
export function bundleUpload(s3: S3Client, place: ObjectPlace, spool: string): BundleSink<ObjectPlace> {
  return throughFile(spool, async (path) => {
    const upload = new Upload({
      client: s3,
      params: {
        Bucket: place.bucket,
        Key: place.key,
        Body: createReadStream(path, { highWaterMark: 2 ** 20 }),
        ContentType: zip,
        ChecksumAlgorithm: 'CRC32',
      },
      partSize: partBytes,
      queueSize: 3,
    });
    await upload.done();
    return place;
  });
}

/** A result bundle for a link that takes exactly one file. */
export function bundleToLink(url: string, spool: string): BundleSink<string> {
  return throughFile(spool, async (path) => {
    const response = await fetch(url, { method: 'PUT', body: await openAsBlob(path, { type: zip }) });
    await response.body?.cancel();
    if (!response.ok) throw new TypeError(`the server answers ${response.status}`);
    return 'the link of the job';
  });
}

function throughFile<Result>(spool: string, send: (path: string) => Promise<Result>): BundleSink<Result> {
  const path = join(spool, 'result.zip');
  const sink = zipFileSink(path);
  return {
    ...sink,
    finish: async () => {
      await sink.finish();
      try {
        return await send(path);
      } catch (error) {
        throw deliverError('The result', error);
      } finally {
        await rm(path, { force: true });
      }
    },
  };
}

/** A failure bundle for S3: small, made in memory. `onlyFirst` leaves one that is there already as it is. */
export function failureUpload(
  s3: S3Client,
  place: ObjectPlace,
  { onlyFirst = false } = {},
): BundleSink<ObjectPlace> {
  const sink = memoryZipSink();
  return {
    ...sink,
    finish: async () => {
      const Body = await sink.finish();
      const put = new PutObjectCommand({
        Bucket: place.bucket,
        Key: place.key,
        Body,
        ContentType: zip,
        ...(onlyFirst && { IfNoneMatch: '*' }),
      });
      await s3.send(put).catch((error: unknown) => {
        if (!(onlyFirst && statusOf(error) === 412)) throw deliverError('The report of the failure', error);
      });
      return place;
    },
  };
}
