import { createHash, randomBytes } from 'node:crypto';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { OpenAPIHono } from '@hono/zod-openapi';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { motoAddress } from '../../../../cloud-tests/src/moto.ts';
import type { Env } from '../../http/caller.ts';
import { problemResponse } from '../../http/problem.ts';
import { expectCode } from '../contractTests/expectCode.ts';
import { objectsContract } from '../contractTests/objectsContract.ts';
import { zipOf } from '../disk/testing.ts';
import { registerS3Routes } from './routes.ts';
import { openS3 } from './testing.ts';

const MiB = 2 ** 20;

objectsContract('S3', async () => ({ ...(await openS3(motoAddress())), smallestPart: 5 * MiB }));

describe('objects: S3 beyond the contract', () => {
  let clock = 0;
  let s3: Awaited<ReturnType<typeof openS3>>;
  beforeAll(async () => {
    s3 = await openS3(motoAddress(), { now: () => Date.now() + clock, largestHashed: 6 * MiB });
  });
  afterAll(() => s3.close());
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
  const status = async (link: string, body?: string, headers: Record<string, string> = {}) =>
    (await fetch(link, body === undefined ? {} : { method: 'PUT', body, headers })).status;

  test('a link takes the bytes it is for and no others, until it ends', async () => {
    const { objects } = s3;
    const put = { method: 'PUT', key: 'data/u/one', expiresInSeconds: 60 } as const;
    const sized = await objects.link({ ...put, size: 3 });
    expect(await status(sized, 'four')).toBe(403);
    expect(await status(sized, 'abc', { 'x-amz-acl': 'public-read' })).toBe(403);
    expect(await status(sized, 'abc')).toBe(200);
    const bound = await objects.link({ ...put, size: 3, sha256: sha256(Buffer.from('xyz')).toString('hex') });
    const header = (text: string) => ({
      'x-amz-checksum-sha256': sha256(Buffer.from(text)).toString('base64'),
    });
    expect(await status(bound, 'abc')).toBe(403);
    expect(await status(bound, 'abc', header('abc'))).toBe(403);
    expect(await status(bound, 'abc', header('xyz'))).toBe(400);
    expect(await status(bound, 'xyz', header('xyz'))).toBe(200);
    const get = await objects.link({ method: 'GET', key: 'data/u/one', expiresInSeconds: 60 });
    expect(await (await fetch(get)).text()).toBe('xyz');
    clock += 61_000;
    expect(await status(get)).toBe(403);
    clock = 0;
  });

  test('what is in which bucket', async () => {
    const { objects, client, buckets } = s3;
    const places = [
      ['data/u/x', buckets.data],
      ['jobs/p/x.json', buckets.data],
      ['results/p/x.zip', buckets.results],
      ['failed/p/x.zip', buckets.failed],
    ] as const;
    for (const [Key, Bucket] of places) {
      await objects.put(Key, Buffer.from('x'));
      expect((await client.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength).toBe(1);
      expect((await objects.list(Key)[Symbol.asyncIterator]().next()).value).toMatchObject({ key: Key });
    }
  });

  test('a file without checksums arrives, too; of large ones the SHA-256 of the whole stays unknown', async () => {
    const { objects } = s3;
    const bytes = randomBytes(7 * MiB);
    const uploadId = await objects.startMultipart('data/u/plain', bytes.length, 5 * MiB, false);
    for (const [i, body] of [bytes.subarray(0, 5 * MiB), bytes.subarray(5 * MiB)].entries()) {
      const part = { uploadId, number: i + 1 };
      const link = await objects.link({
        method: 'PUT',
        key: 'data/u/plain',
        size: body.length,
        part,
        expiresInSeconds: 60,
      });
      expect((await fetch(link, { method: 'PUT', body: body.slice() })).status).toBe(200);
    }
    const parts = await objects.parts('data/u/plain', uploadId);
    expect(parts).toEqual([
      { number: 1, size: 5 * MiB },
      { number: 2, size: 2 * MiB },
    ]);
    const done = await objects.completeMultipart('data/u/plain', uploadId, parts);
    expect(done).toEqual({ size: bytes.length, sha256: undefined });
    await objects.put('data/u/small', Buffer.from('abc'));
    expect(await objects.sha256('data/u/small')).toBe(sha256(Buffer.from('abc')).toString('hex'));
    expect(await objects.sha256('data/u/none')).toBeUndefined();
  });

  test('ranges of any size, across blocks, are what lies there; a replaced object is not mixed', async () => {
    const { objects } = s3;
    const bytes = randomBytes(3 * MiB + 5);
    await objects.put('data/u/ranges', bytes);
    const source = (await objects.open('data/u/ranges'))!;
    for (const [offset, length] of [
      [0, 10],
      [MiB - 3, 7],
      [MiB - 1, MiB + 2],
      [2 * MiB, 3 * MiB],
      [3 * MiB, 5],
    ] as const)
      expect(Buffer.compare(await source.read(offset, length), bytes.subarray(offset, offset + length))).toBe(
        0,
      );
    await objects.put('data/u/ranges', randomBytes(3 * MiB + 5));
    await expectCode(source.read(0, 2 * MiB), 'MRO_BRAIN_STORAGE');
    await source.close();
  });

  test.each([
    ['small', 1000],
    ['copied by S3', 6 * MiB],
  ])('one file of a bundle, %s', async (_, size) => {
    const { objects, signer, clock: now } = s3;
    const app = new OpenAPIHono<Env>();
    app.onError(problemResponse(pino({ level: 'silent' })));
    registerS3Routes(app, { signer, clock: now, storeOf: async () => objects });
    const map = randomBytes(size);
    const key = `results/p${size}/x.zip`;
    await objects.put(key, zipOf({ 'data/SNR.nii.gz': map, 'info.json': Buffer.from('{}'.repeat(2000)) }));
    const link = (entry: string) =>
      objects.link({ method: 'GET', key, entry, filename: 'Karte 頭', expiresInSeconds: 60 });
    for (const again of [1, 2]) {
      const answer = await app.request(await link('data/SNR.nii.gz'));
      expect([again, answer.status]).toEqual([again, 302]);
      const followed = await fetch(answer.headers.get('location')!);
      expect(followed.headers.get('content-disposition')).toContain('Karte%20%E9%A0%AD');
      expect(Buffer.compare(new Uint8Array(await followed.arrayBuffer()), map)).toBe(0);
    }
    const packed = await app.request(await link('info.json'));
    expect(await (await fetch(packed.headers.get('location')!)).text()).toBe('{}'.repeat(2000));
    expect((await app.request(await link('none'))).status).toBe(404);
    const changed = (await link('info.json')).replace('entry=info.json', 'entry=other');
    expect((await app.request(changed)).status).toBe(403);
    const roi = await objects.link({ method: 'PUT', key: 'rois/p/r', maximumSize: 10, expiresInSeconds: 60 });
    expect((await app.request(roi, { method: 'PUT', body: 'x'.repeat(11) })).status).toBe(413);
    expect((await app.request(roi, { method: 'PUT', body: 'x'.repeat(10) })).status).toBe(200);
    expect((await objects.open('rois/p/r'))?.size).toBe(10);
  });
});
