import { MroError } from '@mroptimum/contract';
import { describe, expect, it } from 'vitest';
import { randomIntegers } from '../../../../contract/test/mutation.ts';
import { readMeasurements } from '../file/container.ts';
import { indexScans } from '../file/scans.ts';
import { openTwix, type TwixAcquisition, twixPrivacyFields } from '../index.ts';
import { sourceOf, writeToMemory } from './testing.ts';

const total = Number(process.env.MRO_FUZZ ?? 20_000);
const base = { coils: 2, readout: 6, phase: 8 };
const seeds: TwixAcquisition[] = [
  { ...base, variant: 'VB17', slices: 2, noise: { lines: 2, samples: 16, place: 'lines' } },
  { ...base, slices: 3, repetitions: 2, noise: { lines: 2, samples: 16 } },
  { ...base, variant: 'XA61', acceleration: 2, reference: { lines: 4, mode: 'integrated' } },
  { ...base, partitions: 4, partialFourier: 0.75, asymmetricEcho: 0.75 },
  {
    ...base,
    epi: { ramp: { shape: 'trapezoid', rampUp: 160, flatTop: 240, rampDown: 160, delay: 32, duration: 496 } },
  },
  {
    ...base,
    averages: 2,
    endMark: false,
    correctionFactors: [
      { re: 1, im: 1 },
      { re: 2, im: 0 },
    ],
  },
];

const extremes = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 10_000, 64, 65];

/** One to four of: truncate, flip bits, overwrite a field, copy or move a part, repeat or remove bytes; a failure repeats from its number alone. */
function mutate(bytes: Uint8Array, interesting: readonly number[], seed: number): Uint8Array {
  const below = randomIntegers((Math.imul(seed + 1, 0x9e3779b9) ^ 0x5bd1e995) >>> 0 || 1);
  let out = bytes.slice();
  const place = (): number =>
    below(3) === 0
      ? below(out.length)
      : Math.min(out.length - 8, interesting[below(interesting.length)]! + below(200));
  for (let step = 1 + below(3); step > 0; step--) {
    const kind = below(6);
    const at = Math.max(0, place());
    if (kind === 0) out = out.slice(0, Math.max(16, below(4) === 0 ? below(out.length) : at));
    else if (kind === 1)
      for (let k = below(4); k >= 0; k--) out[below(2) ? at : below(out.length)]! ^= 1 << below(8);
    else if (kind === 2)
      new DataView(out.buffer).setUint32(
        Math.min(at, out.length - 4),
        extremes[below(extremes.length)]!,
        true,
      );
    else if (kind === 3)
      new DataView(out.buffer).setUint16(Math.min(at & ~1, out.length - 4), below(65_536), true);
    else if (kind === 4) out.copyWithin(at, place(), below(out.length));
    else {
      const length = below(64);
      out = below(2)
        ? Buffer.concat([out.subarray(0, at), out.subarray(Math.min(out.length, at + length))])
        : Buffer.concat([out.subarray(0, at + length), out.subarray(at)]);
      out = new Uint8Array(out);
    }
    if (out.length < 16) return new Uint8Array(16);
  }
  return out;
}

/** Opens a file and reads all there is; counts the bytes handed out. */
async function readAll(bytes: Uint8Array): Promise<number> {
  const source = sourceOf(bytes);
  const raw = await openTwix(source);
  let given = 0;
  for (let slice = 0; slice < Math.min(raw.header.slices, 40); slice++)
    for (let partition = 0; partition < Math.min(raw.header.partitions, 40); partition++) {
      const { kspace, acquired } = await raw.readSlice(slice, { partition });
      given = Math.max(given, kspace.data.byteLength);
      expect(kspace.data.length).toBe(2 * kspace.shape.reduce((n, extent) => n * extent, 1));
      expect(acquired.length).toBe(kspace.shape[0]! * kspace.shape[2]!);
    }
  return Math.max(given, (await raw.readNoise()).samples.data.byteLength);
}

describe('damaged twix files', () => {
  it(`gives an error with a code or a whole result for ${total} mutations`, async () => {
    const files = await Promise.all(seeds.map(writeToMemory));
    const places: number[][] = [];
    for (const bytes of files) {
      const found = [0, 8];
      for (const measurement of await readMeasurements(sourceOf(bytes))) {
        found.push(measurement.offset, measurement.dataOffset - 300);
        const index = await indexScans(sourceOf(bytes), measurement);
        for (let scan = 0; scan < index.count; scan++) found.push(index.offset[scan]!);
        found.push(index.end);
      }
      places.push(found);
    }
    const outcome = { read: 0, refused: 0 };
    for (let seed = 0; seed < total; seed++) {
      const which = seed % files.length;
      const bytes = mutate(files[which]!, places[which]!, seed);
      const started = performance.now();
      try {
        const given = await readAll(bytes);
        expect(given, `mutation ${seed}: memory`).toBeLessThan(64 * bytes.length + (1 << 20));
        outcome.read++;
      } catch (error) {
        if (!(error instanceof MroError))
          throw new Error(`mutation ${seed}: ${String(error)}`, { cause: error });
        expect(error.code).toMatch(/^MRO_RAW_/);
        expect(error.hint).not.toBe('');
        outcome.refused++;
      }
      expect(performance.now() - started, `mutation ${seed}: time`).toBeLessThan(2000);
    }
    expect(outcome.read + outcome.refused).toBe(total);
    expect(outcome.refused).toBeGreaterThan(total / 10);
    expect(outcome.read).toBeGreaterThan(total / 10);
  });

  it('identity fields of damaged files are listed or refused', async () => {
    const bytes = await writeToMemory(seeds[1]!);
    for (let seed = 0; seed < total / 20; seed++) {
      const mutated = mutate(bytes, [0, 10_240], seed);
      try {
        for (const { offset, length } of await twixPrivacyFields(sourceOf(mutated)))
          expect(offset + length).toBeLessThanOrEqual(mutated.length);
      } catch (error) {
        expect(error).toBeInstanceOf(MroError);
      }
    }
  });
});
