import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesInMemory, MroError } from '@mroptimum/contract';
import { describe, expect, it } from 'vitest';
import { mutate, randomIntegers } from '../../../contract/test/mutation.ts';
import { openRaw } from '../open.ts';
import { scanPrivacy } from '../privacy.ts';
import { IsmrmrdTable } from './table.ts';

const rounds = Number(process.env.MRO_FUZZ ?? 20_000);

/** A small file written by libhdf5: two slices of four lines, two coils, a noise line. */
async function small(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'mro-fuzz-'));
  const path = join(folder, 'small.h5');
  const space =
    '<matrixSize><x>4</x><y>4</y><z>1</z></matrixSize><fieldOfView_mm><x>4</x><y>4</y><z>1</z></fieldOfView_mm>';
  const xml = `<ismrmrdHeader><encoding><encodedSpace>${space}</encodedSpace><reconSpace>${space}</reconSpace></encoding></ismrmrdHeader>`;
  const table = await IsmrmrdTable.create(path, xml);
  const vectors = { position: [0, 0, 0], read: [1, 0, 0], phase: [0, 1, 0], normal: [0, 0, 1] };
  const counters = { scan: 0, partition: 0, average: 0, repetition: 0 };
  for (let i = 0; i < 9; i++) {
    const place = { line: i % 4, slice: Math.floor(i / 4) % 2, flags: i === 8 ? 2 ** 18 : 0 };
    const data = Float32Array.from({ length: 16 }, (_, n) => i + n);
    table.add({ ...vectors, ...counters, ...place, channels: 2, samples: 4, centre: 2, sampleTime: 5, data });
  }
  table.close();
  const bytes = new Uint8Array(readFileSync(path));
  rmSync(folder, { recursive: true });
  return bytes;
}

describe('mutated ISMRMRD files', () => {
  it(`${rounds} of them end in k-space or an error that says where`, async () => {
    const random = randomIntegers(11);
    const original = await small();
    let valid = 0;
    let slowest = 0;
    for (let i = 0; i < rounds; i++) {
      const bytes = mutate(original, random);
      const source = bytesInMemory('small.h5', bytes);
      const start = performance.now();
      try {
        const raw = await openRaw(source);
        const { kspace } = await raw.readSlice(0);
        expect(kspace.data.length).toBe(kspace.shape.reduce((n, extent) => n * extent, 2));
        await raw.readNoise();
        if (i % 16 === 0) await scanPrivacy(source);
        valid++;
      } catch (error) {
        if (!(error instanceof MroError)) throw error;
        expect(error.code).toMatch(/^MRO_RAW_/);
        // What openRaw wraps because it was not foreseen names another error as its cause.
        expect(error.cause).toBeUndefined();
      }
      slowest = Math.max(slowest, performance.now() - start);
    }
    expect(valid).toBeGreaterThan(rounds / 100);
    expect(slowest).toBeLessThan(2000);
  });
});
