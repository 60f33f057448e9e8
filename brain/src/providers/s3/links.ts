import { GetObjectCommand, PutObjectCommand, type S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { attachment, contentType } from '../links/downloadName.ts';
import type { LinkRequest } from '../objects.ts';
import { told } from './client.ts';
import { uploadOf } from './multipart.ts';

const checksumHeader = 'x-amz-checksum-sha256';

/**
 * A presigned link of S3. What it is bound to is signed: method, key and time in its query, size and checksum as
 * headers that must come with the bytes (`Content-Length`, `x-amz-checksum-sha256`).
 */
export function presign(
  client: S3Client,
  Bucket: string,
  { method, key, expiresInSeconds, filename, size, sha256, part }: LinkRequest,
): Promise<string> {
  const place = { Bucket, Key: key };
  const options = { expiresIn: expiresInSeconds };
  if (method === 'GET') {
    const named = filename !== undefined && {
      ResponseContentDisposition: attachment(filename),
      ResponseContentType: contentType(filename),
    };
    return told(getSignedUrl(client, new GetObjectCommand({ ...place, ...named }), options));
  }
  const bound = {
    ...place,
    ContentLength: size,
    ...(sha256 !== undefined && { ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64') }),
  };
  // A header that moved into the query would bind nothing.
  const signed = { ...options, unhoistableHeaders: new Set([checksumHeader]) };
  if (part === undefined) return told(getSignedUrl(client, new PutObjectCommand(bound), signed));
  const { UploadId } = uploadOf(part.uploadId);
  const command = new UploadPartCommand({ ...bound, UploadId, PartNumber: part.number });
  return told(getSignedUrl(client, command, signed));
}
