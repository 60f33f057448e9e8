import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { checkKey } from '../links/keys.ts';
import type { linkSigner } from '../links/signer.ts';
import type { LinkRequest, Objects } from '../objects.ts';
import { type Buckets, bucketOf, told, unlessMissing } from './client.ts';
import { extractEntry } from './entries.ts';
import { presign } from './links.ts';
import { multipart } from './multipart.ts';
import { openObject } from './source.ts';

/** Objects up to this size are read to learn the SHA-256 of the whole; S3 has verified the parts of all. */
const largestHashed = 256 * 2 ** 20;

export interface S3Options {
  readonly client: S3Client;
  readonly buckets: Buckets;
  /** The computing unit whose buckets these are; undefined for the server's own. */
  readonly store?: string;
  /** Signs links to this server, for what S3 has no links. */
  readonly signer: ReturnType<typeof linkSigner>;
  readonly clock: () => Date;
  readonly largestHashed?: number;
}

/** Objects in S3, with what the routes behind links to this server need. */
export interface S3Objects extends Objects {
  /** A link of S3 to one entry of a zip, made an object of its own for it. */
  entryLink(
    request: Pick<LinkRequest, 'key' | 'filename' | 'expiresInSeconds'> & { entry: string },
  ): Promise<string>;
}

/**
 * Objects in the buckets of one account. Links are presigned, but for two kinds that S3 has not: those to one entry
 * of a bundle, and those that take up to so many bytes. They lead to this server.
 */
export function s3Objects(options: S3Options): S3Objects {
  const { client, buckets, store, signer, clock } = options;
  const uploads = multipart(client);
  const placeOf = (key: string) => ({ Bucket: bucketOf(buckets, checkKey(key)), Key: key });
  const mostHashed = options.largestHashed ?? largestHashed;
  const own = (request: LinkRequest): string =>
    signer.url({ ...request, ...(store !== undefined && { store }) }, clock().getTime());

  async function sha256(key: string): Promise<string | undefined> {
    const answer = await unlessMissing(client.send(new GetObjectCommand(placeOf(key))));
    const body = answer?.Body as (AsyncIterable<Uint8Array> & { destroy(): void }) | undefined;
    if (!body) return undefined;
    if ((answer?.ContentLength ?? 0) > mostHashed) {
      body.destroy();
      return undefined;
    }
    const hash = createHash('sha256');
    for await (const chunk of body) hash.update(chunk);
    return hash.digest('hex');
  }

  return {
    link: async (request) => {
      const { method, key, size, entry } = request;
      const { Bucket } = placeOf(key);
      const isOwn = entry !== undefined || (method === 'PUT' && size === undefined);
      return isOwn ? own(request) : presign(client, Bucket, request);
    },
    entryLink: async ({ key, entry, ...rest }) => {
      const extracted = await extractEntry(client, buckets, checkKey(key), entry);
      return presign(client, placeOf(extracted).Bucket, { method: 'GET', key: extracted, ...rest });
    },
    startMultipart: (key, size, _partSize, checksums = true) => uploads.start(placeOf(key), size, checksums),
    parts: (key, uploadId) => uploads.parts(placeOf(key), uploadId),
    completeMultipart: async (key, uploadId, parts) => {
      const size = await uploads.complete(placeOf(key), uploadId, parts);
      return { size, sha256: await sha256(key) };
    },
    abortMultipart: (key, uploadId) => uploads.abort(placeOf(key), uploadId),
    put: async (key, bytes) => {
      await told(client.send(new PutObjectCommand({ ...placeOf(key), Body: bytes })));
    },
    open: async (key) => openObject(client, placeOf(key)),
    sha256,
    delete: async (key) => {
      await told(client.send(new DeleteObjectCommand(placeOf(key))));
    },
    list: (prefix) => listBelow(client, bucketOf(buckets, prefix), prefix),
  };
}

async function* listBelow(client: S3Client, Bucket: string, Prefix: string) {
  for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix })) {
    for (const { Key, Size, LastModified } of page.Contents ?? [])
      yield { key: Key ?? '', size: Size ?? 0, modifiedAt: (LastModified ?? new Date(0)).toISOString() };
  }
}
