import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFolder } from './makeFolder.ts';

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'mroptimum-folders-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

test('folders are made with those above them, and left alone where they are', async () => {
  const deep = join(base, 'a/b/c');
  for (let again = 0; again < 2; again += 1) await makeFolder(deep);
  expect((await stat(deep)).isDirectory()).toBe(true);
});

test('several who make the same folders at once do not hinder each other', async () => {
  for (let round = 0; round < 100; round += 1) {
    const folder = join(base, `${round}/d/e/f`);
    await Promise.all([1, 2, 3, 4].map(() => makeFolder(folder)));
    expect((await stat(folder)).isDirectory()).toBe(true);
  }
});

test('a file in the way is told', async () => {
  await writeFile(join(base, 'file'), '');
  await expect(makeFolder(join(base, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(join(base, 'file/below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});

test.runIf(process.platform === 'linux')(
  'a place where the system makes none is refused at once',
  async () => {
    await expect(makeFolder('/proc/mroptimum/result')).rejects.toMatchObject({ code: 'ENOENT' });
  },
);
