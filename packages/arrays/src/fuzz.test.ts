import { bytesInMemory, MroError } from '@mroptimum/contract';
import { describe, expect, it } from 'vitest';
import { mutate, randomIntegers } from '../../contract/test/mutation.ts';
import * as fixtures from './fixtures.ts';
import { cflLayout, decodeMat, decodeNpy, decodeNpz, elementCount, readLayout, writeMat } from './index.ts';

const rounds = Number(process.env.MRO_FUZZ ?? 20_000);
const file = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

/** Mutates files and checks that reading ends in a valid array or a MroError. */
async function fuzz(
  files: readonly Uint8Array[],
  read: (bytes: Uint8Array) => Promise<readonly { shape: readonly number[]; data: ArrayLike<unknown> }[]>,
) {
  const random = randomIntegers(20_240_917);
  let valid = 0;
  let slowest = 0;
  for (let i = 0; i < rounds; i++) {
    const bytes = mutate(files[i % files.length]!, random);
    const start = performance.now();
    try {
      for (const { shape, data } of await read(bytes)) {
        const n = elementCount(shape);
        expect(data.length === n || data.length === 2 * n).toBe(true);
      }
      valid++;
    } catch (error) {
      if (!(error instanceof MroError)) throw error;
      expect(error.code).toMatch(/^MRO_RAW_/);
    }
    slowest = Math.max(slowest, performance.now() - start);
  }
  // Both outcomes happen, and none takes long.
  expect(valid).toBeGreaterThan(rounds / 100);
  expect(valid).toBeLessThan(rounds);
  expect(slowest).toBeLessThan(2000);
}

describe(`${rounds} mutated files`, () => {
  it('npy', () =>
    fuzz([fixtures.npyC64BigFortran, fixtures.npyC128v2, fixtures.npyF2v3].map(file), async (bytes) => [
      await decodeNpy(bytes),
    ]));

  it('npz', () =>
    fuzz([fixtures.npzDeflate, fixtures.npzStored].map(file), async (bytes) =>
      Object.values(await decodeNpz(bytes)),
    ));

  it('mat', () => {
    const own = writeMat(
      { k: { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) } },
      { compress: true },
    );
    return fuzz([file(fixtures.mat), file(fixtures.matZ), own], async (bytes) =>
      Object.values(await decodeMat(bytes)),
    );
  });

  it('cfl and hdr', () => {
    const cfl = file(fixtures.cfl);
    return fuzz([file(fixtures.hdr)], async (bytes) => {
      const source = bytesInMemory('k.cfl', cfl);
      return [await readLayout(source, await cflLayout(source, bytesInMemory('k.hdr', bytes)))];
    });
  });
});
