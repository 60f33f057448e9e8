import { CreateBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { emptyMoto, motoAddress } from '../src/moto.ts';
import { pythonProgram, runProgram } from '../src/python.ts';

it('gives every test a cloud on this machine, to the SDK and to the command line, empty where asked', async () => {
  expect(motoAddress()).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const s3 = new S3Client({});
  await s3.send(new CreateBucketCommand({ Bucket: 'one' }));
  const listed = await runProgram(pythonProgram('aws'), ['s3api', 'list-buckets', '--output', 'json']);
  expect(JSON.parse(listed.stdout)).toMatchObject({ Buckets: [{ Name: 'one' }] });
  await emptyMoto();
  expect((await s3.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
});
