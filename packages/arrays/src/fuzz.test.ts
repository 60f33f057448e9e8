import { bytesInMemory, MroError } from '@mroptimum/contract';
import { describe, expect, it } from 'vitest';
import * as fixtures from './fixtures.ts';
import { cflLayout, decodeMat, decodeNpy, decodeNpz, elementCount, readLayout, writeMat } from './index.ts';

const rounds = Number(process.env.MRO_FUZZ ?? 20_000);
const file = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

/** Small repeatable random integers (xorshift32). */
function randomIntegers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** A copy with bytes changed, a stretch removed or doubled, or the end cut off. */
function mutate(original: Uint8Array, random: (below: number) => number): Uint8Array {
  const copy = original.slice();
  const changes = 1 + random(4);
  for (let i = 0; i < changes; i++) {
    const at = random(copy.length);
    const kind = random(4);
    if (kind === 0) copy[at] = random(256);
    else if (kind === 1) copy[at]! ^= 1 << random(8);
    else if (kind === 2) copy[at] = [0, 1, 0x7f, 0x80, 0xff, 0x2d, 0x39][random(7)]!;
    else copy.copyWithin(at, random(copy.length), random(copy.length));
  }
  return random(4) === 0 ? copy.subarray(0, random(copy.length)) : copy;
}

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
