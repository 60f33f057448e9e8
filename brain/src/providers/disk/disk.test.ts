import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectCode } from '../contractTests/expectCode.ts';
import { objectsContract } from '../contractTests/objectsContract.ts';
import { diskObjects } from './index.ts';
import { serveDisk } from './testing.ts';

objectsContract('a folder', async () => {
  const { disk, close } = await serveDisk();
  return { objects: disk, smallestPart: 100_000, close };
});

test('completing again gives the same; nothing can be added', async () => {
  const { disk, close } = await serveDisk();
  const uploadId = await disk.startMultipart('a/b', 3, 10);
  const part = { method: 'PUT', key: 'a/b', size: 3, part: { uploadId, number: 1 } } as const;
  const sha256 = await disk.receive(part, bytes('abc'));
  const parts = [{ number: 1, size: 3, sha256 }];
  const whole = await disk.completeMultipart('a/b', uploadId, parts);
  expect(await disk.completeMultipart('a/b', uploadId, parts)).toEqual(whole);
  await expectCode(disk.receive(part, bytes('xyz')), 'MRO_BRAIN_STATE');
  await disk.abortMultipart('a/b', uploadId);
  expect(await disk.stamp('a/b')).toBeDefined();
  await close();
});

test('a part that a power failure undid is found at the end, and sent again', async () => {
  const { disk, folder, close } = await serveDisk();
  const uploadId = await disk.startMultipart('a/b', 6, 3);
  const part = (number: number) =>
    ({ method: 'PUT', key: 'a/b', size: 3, part: { uploadId, number } }) as const;
  const parts = [
    { number: 1, size: 3, sha256: await disk.receive(part(1), bytes('abc')) },
    { number: 2, size: 3, sha256: await disk.receive(part(2), bytes('def')) },
  ];
  await writeFile(join(folder, 'multipart', uploadId, 'data'), 'abc\0\0\0');
  const restarted = diskObjects({ folder, origin: 'http://localhost', secret: 'x' });
  await expectCode(restarted.completeMultipart('a/b', uploadId, parts), 'MRO_BRAIN_UPLOAD');
  expect(await restarted.parts('a/b', uploadId)).toEqual([parts[0]]);
  expect(await restarted.open('a/b')).toBeUndefined();
  await restarted.receive(part(2), bytes('def'));
  expect((await restarted.completeMultipart('a/b', uploadId, parts)).size).toBe(6);
  await close();
});

test('the checksum of the whole is that of the parts at its end, whoever replaced one', async () => {
  const { disk, folder, close } = await serveDisk();
  const other = diskObjects({ folder, origin: 'http://localhost', secret: 'x' });
  const uploadId = await disk.startMultipart('a/b', 6, 3);
  const send = async (to: typeof disk, number: number, text: string) => {
    const allowed = { method: 'PUT', key: 'a/b', size: 3, part: { uploadId, number } } as const;
    return { number, size: 3, sha256: await to.receive(allowed, bytes(text)) };
  };
  await send(disk, 1, 'old');
  await send(disk, 2, 'OLD');
  const parts = [await send(other, 1, 'abc'), await send(disk, 2, 'def')];
  const { sha256 } = await disk.completeMultipart('a/b', uploadId, parts);
  expect(sha256).toBe(createHash('sha256').update('abcdef').digest('hex'));
  await close();
});

test('the same part sent twice at once: the later one is stored', async () => {
  const { disk, close } = await serveDisk();
  const uploadId = await disk.startMultipart('a/b', 3, 10);
  const part = { method: 'PUT', key: 'a/b', size: 3, part: { uploadId, number: 1 } } as const;
  const endless = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('a');
    await new Promise(() => {});
  };
  const first = expectCode(disk.receive(part, endless()), 'MRO_BRAIN_UPLOAD');
  await new Promise((resolve) => setTimeout(resolve, 50));
  const sha256 = await disk.receive(part, bytes('abc'));
  await first;
  expect(await disk.parts('a/b', uploadId)).toEqual([{ number: 1, size: 3, sha256 }]);
  await close();
});

test('collects what nobody touched, and nothing else', async () => {
  const { disk, folder, close } = await serveDisk();
  const old = await disk.startMultipart('a/old', 3, 10);
  const fresh = await disk.startMultipart('a/fresh', 3, 10);
  await writeFile(join(folder, 'temporary', 'left'), 'x');
  await mkdir(join(folder, 'temporary', 'folder'));
  const past = new Date(Date.now() - 3_600_000);
  const oldFolder = join(folder, 'multipart', old);
  for (const name of await readdir(oldFolder)) await utimes(join(oldFolder, name), past, past);
  for (const path of [oldFolder, join(folder, 'temporary', 'left'), join(folder, 'temporary', 'folder')])
    await utimes(path, past, past);
  await disk.put('a/whole', Buffer.from('x'));
  await utimes(join(folder, 'objects/a/whole'), past, past);
  expect(await disk.collect(new Date(Date.now() - 60_000))).toBe(3);
  expect(await readdir(join(folder, 'multipart'))).toEqual([fresh]);
  expect(await readdir(join(folder, 'temporary'))).toEqual([]);
  expect(await disk.stamp('a/whole')).toBeDefined();
  await close();
});

test('a folder that cannot be written to is told in words', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mroptimum-objects-'));
  const { disk, close } = await serveDisk({ folder });
  await rm(join(folder, 'objects'), { recursive: true });
  await writeFile(join(folder, 'objects'), 'in the way');
  await expectCode(disk.put('a/b', Buffer.from('x')), 'MRO_BRAIN_STORAGE');
  expect(await readdir(join(folder, 'temporary'))).toEqual([]);
  await close();
});

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
