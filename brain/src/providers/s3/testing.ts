import { randomUUID } from 'node:crypto';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { linkSigner } from '../links/signer.ts';
import { type Buckets, s3Client } from './client.ts';
import { openGate } from './gate.ts';
import { type S3Options, s3Objects } from './index.ts';

const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'of the test' };

/** Buckets of their own in a stand-in of S3. */
export async function openS3(endpoint: string, options: Partial<S3Options> & { now?: () => number } = {}) {
  const gate = await openGate(endpoint, options.now);
  gate.trust(keys.accessKeyId, keys.secretAccessKey);
  const client = s3Client({
    endpoint: gate.address,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: keys,
  });
  const prefix = `test-${randomUUID().slice(0, 8)}`;
  const buckets: Buckets = {
    data: `${prefix}-data`,
    results: `${prefix}-results`,
    failed: `${prefix}-failed`,
  };
  for (const Bucket of Object.values(buckets)) await client.send(new CreateBucketCommand({ Bucket }));
  const signer = linkSigner('http://brain.test', 'of the test');
  const clock = () => new Date();
  const objects = s3Objects({ client, buckets, signer, clock, ...options });
  const close = async (): Promise<void> => {
    client.destroy();
    await gate.close();
  };
  return { client, buckets, signer, clock, objects, gate, close };
}
