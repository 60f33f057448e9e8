import { createHash } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { openZip, type ZipRange } from '@mroptimum/bundle';
import { type ByteSource, MroError } from '@mroptimum/contract';
import { locatedContent } from '../../bytes/content.ts';
import { entryFolder } from '../links/keys.ts';
import { type Buckets, bucketOf, told, unlessMissing } from './client.ts';
import { openObject } from './source.ts';

/** S3 copies ranges of objects that are larger than this. */
const smallestCopied = 5 * 2 ** 20;
/** Packed entries pass through memory; maps are stored as they are, so these are the small ones. */
const largestUnpacked = 256 * 2 ** 20;

/** Where an entry of a bundle lies once it was asked for. */
export const entryKey = (key: string, entry: string): string =>
  `${entryFolder}${key
    .split('/')
    .slice(1)
    .join('/')
    .replace(/\.zip$/, '')}/${createHash('sha256').update(entry).digest('hex').slice(0, 32)}`;

/**
 * Makes one entry of a bundle an object of its own, which a link of S3 can name: a link cannot name a range. S3
 * copies the range itself, so that no byte of it passes through here.
 *
 * @returns its key
 * @throws MRO_BRAIN_NOT_FOUND, MRO_BUNDLE_…
 */
export async function extractEntry(
  client: S3Client,
  buckets: Buckets,
  key: string,
  entry: string,
): Promise<string> {
  const extracted = entryKey(key, entry);
  const to = { Bucket: bucketOf(buckets, extracted), Key: extracted };
  if (await unlessMissing(client.send(new HeadObjectCommand(to)))) return extracted;
  const from = { Bucket: bucketOf(buckets, key), Key: key };
  const source = await openObject(client, from);
  if (!source) throw new MroError('MRO_BRAIN_NOT_FOUND', 'The object of this link was deleted.');
  try {
    const place = await (await openZip(source)).locate(entry);
    if (place.method === 'deflate' || source.size <= smallestCopied || place.size === 0)
      await pass(client, to, source, place, entry);
    else await copyRange(client, to, from, place);
    return extracted;
  } finally {
    await source.close();
  }
}

type Place = { readonly Bucket: string; readonly Key: string };

async function pass(
  client: S3Client,
  to: Place,
  source: ByteSource,
  place: ZipRange,
  entry: string,
): Promise<void> {
  const content = locatedContent(source, place, entry);
  if (content.size > largestUnpacked) {
    throw new MroError('MRO_BUNDLE_TOO_LARGE', `${entry} cannot be unpacked here: it is too large.`, {
      hint: 'Download the whole bundle.',
    });
  }
  const chunks: Uint8Array[] = [];
  if (content.size > 0)
    for await (const chunk of content.bytes(0, content.size - 1)) chunks.push(chunk.slice());
  await told(client.send(new PutObjectCommand({ ...to, Body: Buffer.concat(chunks) })));
}

async function copyRange(client: S3Client, to: Place, from: Place, place: ZipRange): Promise<void> {
  // One part, however small: only parts before the last have a least size.
  const { UploadId } = await told(client.send(new CreateMultipartUploadCommand(to)));
  const upload = { ...to, UploadId };
  const { CopyPartResult } = await told(
    client.send(
      new UploadPartCopyCommand({
        ...upload,
        PartNumber: 1,
        CopySource: `${from.Bucket}/${from.Key}`,
        CopySourceRange: `bytes=${place.start}-${place.start + place.size - 1}`,
      }),
    ),
  );
  const Parts = [{ PartNumber: 1, ETag: CopyPartResult?.ETag }];
  await told(client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } })));
}
