import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Objects, StoredPart } from '../objects.ts';
import { expectCode } from './expectCode.ts';

/** An implementation under test, its links served by something that `fetch` reaches. */
export interface ObjectsUnderTest {
  readonly objects: Objects;
  /** Smallest size of parts but the last: S3 asks for 5 MiB. */
  readonly smallestPart: number;
  readonly close: () => Promise<void>;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What every implementation of `Objects` must do. */
export function objectsContract(name: string, make: () => Promise<ObjectsUnderTest>): void {
  describe(`objects: ${name}`, () => {
    let under: ObjectsUnderTest;
    beforeAll(async () => {
      under = await make();
    });
    afterAll(() => under.close());

    const content = async (key: string): Promise<Uint8Array | undefined> => {
      const source = await under.objects.open(key);
      if (!source) return undefined;
      const bytes = await source.read(0, source.size);
      await source.close();
      return bytes;
    };

    /** Sends parts by their links; gives what the sender knows of them. */
    const send = async (
      key: string,
      uploadId: string,
      parts: Record<number, Buffer<ArrayBuffer>>,
    ): Promise<StoredPart[]> => {
      const sent: StoredPart[] = [];
      for (const [digits, body] of Object.entries(parts)) {
        const number = Number(digits);
        const { length: size } = body;
        const link = await under.objects.link({
          method: 'PUT',
          key,
          size,
          part: { uploadId, number },
          sha256: sha256(body),
          expiresInSeconds: 60,
        });
        const checksum = createHash('sha256').update(body).digest('base64');
        const response = await fetch(link, {
          method: 'PUT',
          body,
          headers: { 'x-amz-checksum-sha256': checksum },
        });
        expect(response.status).toBe(200);
        sent.push({ number, size, sha256: sha256(body) });
      }
      return sent;
    };

    const upload = () => {
      const partSize = under.smallestPart;
      const key = `test/${randomUUID()}`;
      const bytes = randomBytes(2 * partSize + 17);
      const part = (number: number) => bytes.subarray((number - 1) * partSize, number * partSize);
      return { key, partSize, bytes, part };
    };

    test('put, open, read ranges, replace, delete', async () => {
      const { objects } = under;
      const key = `test/${randomUUID()}`;
      expect(await objects.open(key)).toBeUndefined();
      await objects.put(key, Buffer.from('0123456789'));
      const source = (await objects.open(key))!;
      expect(source.size).toBe(10);
      expect(Buffer.from(await source.read(3, 4)).toString()).toBe('3456');
      expect(Buffer.from(await source.read(8, 100)).toString()).toBe('89');
      expect((await source.read(10, 5)).length).toBe(0);
      await source.close();
      await objects.put(key, Buffer.from('new'));
      expect(Buffer.from((await content(key))!).toString()).toBe('new');
      await objects.put(key, new Uint8Array(0));
      expect((await content(key))!.length).toBe(0);
      await objects.delete(key);
      await objects.delete(key);
      expect(await objects.open(key)).toBeUndefined();
    });

    test('list by prefix', async () => {
      const { objects } = under;
      const folder = `test-${randomUUID()}`;
      for (const name of ['a/1', 'a/2', 'ab/3', 'b/4'])
        await objects.put(`${folder}/${name}`, Buffer.from(name));
      const keys = async (prefix: string): Promise<string[]> => {
        const found: string[] = [];
        for await (const { key, size, modifiedAt } of objects.list(`${folder}/${prefix}`)) {
          const name = key.slice(folder.length + 1);
          expect(size).toBe(name.length);
          expect(Date.parse(modifiedAt)).toBeGreaterThan(0);
          found.push(name);
        }
        return found.sort();
      };
      expect(await keys('a/')).toEqual(['a/1', 'a/2']);
      expect(await keys('a')).toEqual(['a/1', 'a/2', 'ab/3']);
      expect(await keys('')).toHaveLength(4);
      expect(await keys('none/')).toEqual([]);
    });

    test('keys that leave their place are refused', async () => {
      for (const key of ['../x', '/x', 'a/../../x', 'a//b', '.x', 'a/.', '', 'a\\b', 'a\0b', 'ä'])
        await expectCode(under.objects.put(key, new Uint8Array(1)), 'MRO_BRAIN_INVALID');
    });

    test('an upload in parts, in any order, appears whole at its end', async () => {
      const { objects } = under;
      const { key, partSize, bytes, part } = upload();
      const uploadId = await objects.startMultipart(key, bytes.length, partSize);
      expect(await objects.parts(key, uploadId)).toEqual([]);
      const sent = await send(key, uploadId, { 3: part(3), 1: part(1) });
      expect((await objects.parts(key, uploadId)).map(({ number }) => number)).toEqual([1, 3]);
      await expectCode(objects.completeMultipart(key, uploadId, sent), 'MRO_BRAIN_UPLOAD');
      expect(await objects.open(key)).toBeUndefined();
      sent.push(...(await send(key, uploadId, { 2: part(2) })));
      sent.sort((a, b) => a.number - b.number);
      expect(await objects.parts(key, uploadId)).toEqual(sent);
      const whole = { size: bytes.length, sha256: sha256(bytes) };
      expect(await objects.completeMultipart(key, uploadId, sent)).toEqual(whole);
      expect(Buffer.compare((await content(key))!, bytes)).toBe(0);
    });

    test('a part sent again replaces the one before; another checksum than told is refused', async () => {
      const { objects } = under;
      const { key, partSize, bytes, part } = upload();
      const uploadId = await objects.startMultipart(key, bytes.length, partSize);
      const wrong = await send(key, uploadId, { 1: part(2), 2: part(2), 3: part(3) });
      const right = [{ number: 1, size: partSize, sha256: sha256(part(1)) }, ...wrong.slice(1)];
      await expectCode(objects.completeMultipart(key, uploadId, right), 'MRO_BRAIN_UPLOAD');
      await send(key, uploadId, { 1: part(1) });
      await expectCode(objects.completeMultipart(key, uploadId, wrong), 'MRO_BRAIN_UPLOAD');
      expect((await objects.completeMultipart(key, uploadId, right)).sha256).toBe(sha256(bytes));
    });

    test('an upload that was given up leaves nothing', async () => {
      const { objects } = under;
      const { key, partSize, bytes, part } = upload();
      const uploadId = await objects.startMultipart(key, bytes.length, partSize);
      await send(key, uploadId, { 1: part(1) });
      await expectCode(objects.parts(`${key}x`, uploadId), 'MRO_BRAIN_NOT_FOUND');
      await objects.abortMultipart(key, uploadId);
      await expectCode(objects.parts(key, uploadId), 'MRO_BRAIN_NOT_FOUND');
      expect(await objects.open(key)).toBeUndefined();
    });

    test('links get ranges, and names in any script', async () => {
      const { objects } = under;
      const key = `test/${randomUUID()}`;
      await objects.put(key, Buffer.from('0123456789'));
      const link = await objects.link({ method: 'GET', key, filename: 'Kopf 頭.dat', expiresInSeconds: 60 });
      const part = await fetch(link, { headers: { range: 'bytes=2-4' } });
      expect([part.status, await part.text()]).toEqual([206, '234']);
      expect(part.headers.get('content-disposition')).toContain("filename*=UTF-8''Kopf%20%E9%A0%AD.dat");
      const put = await fetch(link, { method: 'PUT', body: 'x' });
      expect(put.status).toBe(403);
      const other = await fetch(link.replace(key.slice(-5), '00000'));
      expect(other.status).toBe(403);
    });
  });
}
