import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BlockStore, blockSource, diskBlocks, memoryBlocks } from './blocks.ts';
import type { RangeReader } from './ranges.ts';

const bytes = randomBytes(1_000_003);
const blockBytes = 10_000;
let folder: string;
let asked: [number, number][];
let fails = 0;
let path: string;

const reader: RangeReader = {
  name: 'meas.dat',
  size: bytes.length,
  range: async (offset, length) => {
    asked.push([offset, length]);
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (fails > 0 && fails-- > 0) throw new TypeError('broken');
    return Uint8Array.from(bytes.subarray(offset, offset + length));
  },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mroptimum-blocks-'));
});
beforeEach(() => {
  asked = [];
  fails = 0;
  path = join(folder, `blocks-${Math.random()}`);
});
afterAll(() => rm(folder, { recursive: true }));

const stores: readonly [string, () => Promise<BlockStore> | BlockStore][] = [
  ['memory', () => memoryBlocks(12 * blockBytes, blockBytes)],
  ['disk', () => diskBlocks(path, blockBytes)],
];

describe.each(stores)('an object read by blocks, kept in %s', (_, store) => {
  test('gives the bytes of any range, also many at a time', async () => {
    const source = blockSource(reader, await store());
    const ranges = Array.from(
      { length: 60 },
      (_, i) => [(i * 7_919_317) % bytes.length, (i * 3571) % 60_000] as const,
    );
    const got = await Promise.all(ranges.map(([offset, length]) => source.read(offset, length)));
    got.forEach((part, i) => {
      const [offset, length] = ranges[i]!;
      expect(Buffer.from(part).equals(bytes.subarray(offset, offset + length))).toBe(true);
    });
    await source.close();
  });

  test('reads ahead of who goes through it, each byte once, into memory that it is given', async () => {
    const source = blockSource(reader, await store());
    const into = new Uint8Array(4_096);
    for (let offset = 0; offset < bytes.length; offset += 4_096) {
      const part = await source.read(offset, 4_096, into);
      expect(part.buffer).toBe(into.buffer);
      expect(Buffer.from(part).equals(bytes.subarray(offset, offset + 4_096))).toBe(true);
      if (offset === 4_096) expect(asked.length).toBeGreaterThan(3);
    }
    expect(asked.length).toBe(Math.ceil(bytes.length / blockBytes));
    expect(await source.read(bytes.length + 5, 10)).toEqual(new Uint8Array(0));
    await source.close();
  });

  test('asks again for what failed before', async () => {
    const source = blockSource(reader, await store());
    fails = 3;
    await expect(source.read(500_000, 10)).rejects.toThrow('broken');
    fails = 0;
    expect(Buffer.from(await source.read(500_000, 10)).equals(bytes.subarray(500_000, 500_010))).toBe(true);
    await source.close();
  });
});

test('memory keeps a few blocks, and the disk all of them until it is closed', async () => {
  const [memory, disk] = [
    blockSource(reader, memoryBlocks(3 * blockBytes, blockBytes)),
    blockSource(reader, await diskBlocks(path, blockBytes)),
  ];
  const jump = async (source: typeof memory) => {
    asked = [];
    for (let round = 0; round < 2; round++)
      for (let block = 5; block < 100; block += 10) await source.read(block * blockBytes, 100);
    return asked.length;
  };
  expect(await jump(disk)).toBe(10);
  expect(await jump(memory)).toBe(20);
  expect(existsSync(path)).toBe(true);
  await Promise.all([memory.close(), disk.close()]);
  expect(existsSync(path)).toBe(false);
});
