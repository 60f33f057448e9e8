import type { ByteSource } from '@mroptimum/contract';
import { describe, expect, it } from 'vitest';
import { readMeasurements } from '../file/container.ts';
import { indexScans } from '../file/scans.ts';
import { decodeName } from '../header/system.ts';
import { openTwix, type TwixAcquisition } from '../index.ts';
import { channelOrder } from '../reading/noise.ts';
import { sourceOf, testNoise, writeToMemory } from './testing.ts';

const base: TwixAcquisition = { coils: 3, readout: 8, phase: 10 };

/** Offsets of all scans of a measurement. */
async function scanOffsets(bytes: Uint8Array, measurement = -1): Promise<number[]> {
  const index = await indexScans(sourceOf(bytes), (await readMeasurements(sourceOf(bytes))).at(measurement)!);
  return Array.from(index.offset.subarray(0, index.count));
}

const counters = 40 + 12;
const put16 = (bytes: Uint8Array, at: number, value: number): void =>
  new DataView(bytes.buffer).setUint16(at, value, true);

describe('offsets beyond 4 GiB', () => {
  it('are read', async () => {
    const small = await writeToMemory(base);
    const start = 5 * 2 ** 32 + 512;
    new DataView(small.buffer).setBigUint64(16, BigInt(start), true);
    const body = small.subarray(10_240);
    const source: ByteSource = {
      name: 'large.dat',
      size: start + body.length,
      read: async (offset, length) => {
        const file = offset >= start ? body.subarray(offset - start) : small.subarray(offset, 10_240);
        return file.subarray(0, length);
      },
      close: async () => {},
    };
    const there = await (await openTwix(source)).readSlice(0);
    const here = await (await openTwix(sourceOf(await writeToMemory(base)))).readSlice(0);
    expect(there.kspace).toEqual(here.kspace);
  });
});

describe('noise', () => {
  it('of coils in another order is put in the order of the image', async () => {
    const bytes = await writeToMemory({ ...base, noise: { lines: 3, samples: 16 } });
    for (const scan of await scanOffsets(bytes, 0))
      for (const [coil, id] of [2, 0, 1].entries()) put16(bytes, scan + 192 + coil * (32 + 8 * 16) + 24, id);
    const raw = await openTwix(sourceOf(bytes));
    expect(raw.notes.join()).toContain('another order');
    const { samples } = await raw.readNoise();
    // Channel 2 of the image was stored first.
    expect(samples.data.subarray(2 * 2 * 3 * 16, 2 * 2 * 3 * 16 + 32)).toEqual(
      testNoise(3, 16, 0).subarray(0, 32),
    );
  });

  it('channel numbers that do not match up change nothing', () => {
    expect(channelOrder([0, 1, 2], [5, 6, 7])).toEqual([0, 1, 2]);
    expect(channelOrder([4, 1, 2], [1, 2, 4])).toEqual([2, 0, 1]);
    expect(channelOrder([0, 1], [0, 0])).toEqual([0, 1]);
  });

  it('of another number of coils is not used, and a note says so', async () => {
    const bytes = await writeToMemory({ ...base, noise: { lines: 2, samples: 16, place: 'lines' } });
    const [first, second, image] = await scanOffsets(bytes);
    // Two noise scans of three coils become two of two coils, each followed by skipped synchronisation data.
    for (const scan of [first!, second!]) {
      const view = new DataView(bytes.buffer);
      const block = 32 + 8 * 16;
      put16(bytes, scan + 50, 2);
      view.setUint32(scan, 192 + 2 * block, true);
      const rest = scan + 192 + 2 * block;
      view.setUint32(rest, block, true);
      view.setUint32(rest + 4, 1, true);
      view.setUint32(rest + 40, 1 << 5, true);
    }
    expect(image).toBe(second! + 192 + 3 * (32 + 8 * 16));
    const raw = await openTwix(sourceOf(bytes));
    expect(raw.header.noise).toBeUndefined();
    expect(raw.notes.join()).toContain('another number of coils');
  });

  it('alone in a file can be read, an image of it cannot', async () => {
    const bytes = await writeToMemory({ ...base, noise: { lines: 4, samples: 16, dwellTime: 7e-6 } });
    // The table keeps its first measurement only.
    new DataView(bytes.buffer).setUint32(4, 1, true);
    const raw = await openTwix(sourceOf(bytes));
    expect(raw.header).toMatchObject({ slices: 0, coils: 3, noise: { readouts: 4 } });
    expect((await raw.readNoise()).dwellTime).toBeCloseTo(7e-6, 15);
    await expect(raw.readSlice(0)).rejects.toMatchObject({ code: 'MRO_RAW_NO_IMAGE' });
  });
});

describe('loop counters', () => {
  it('of several echoes, sets or phases: the first is read', async () => {
    for (const [field, word] of [
      [4, 'echoes'],
      [7, 'sets'],
      [5, 'phases'],
    ] as const) {
      const bytes = await writeToMemory({ ...base, averages: 2 });
      const scans = await scanOffsets(bytes);
      for (const [k, scan] of scans.entries())
        if (k >= 10) {
          put16(bytes, scan + counters + 2 * field, 1);
          put16(bytes, scan + counters + 2, 0);
        }
      const raw = await openTwix(sourceOf(bytes));
      expect(raw.notes.join()).toContain(word);
      const { acquired, kspace } = await raw.readSlice(0);
      expect([...acquired]).toEqual(Array(10).fill(1));
      const single = await (await openTwix(sourceOf(await writeToMemory(base)))).readSlice(0);
      expect(kspace).toEqual(single.kspace);
    }
  });

  it('segments are merged', async () => {
    const bytes = await writeToMemory(base);
    for (const [k, scan] of (await scanOffsets(bytes)).entries()) put16(bytes, scan + counters + 16, k % 3);
    const raw = await openTwix(sourceOf(bytes));
    expect([...(await raw.readSlice(0)).acquired]).toEqual(Array(10).fill(1));
  });

  it('a moved line is noted as a gap and a repetition', async () => {
    const bytes = await writeToMemory(base);
    put16(bytes, (await scanOffsets(bytes))[4]! + counters, 6);
    const raw = await openTwix(sourceOf(bytes));
    expect(raw.notes.join()).toMatch(/1 lines were acquired again.*1 lines are missing/s);
    expect([...(await raw.readSlice(0)).acquired]).toEqual([1, 1, 1, 1, 0, 1, 2, 1, 1, 1]);
  });

  it('a wild counter is an error, not an allocation', async () => {
    for (const field of [0, 2, 3, 6]) {
      const bytes = await writeToMemory({ ...base, phase: 64 });
      put16(bytes, (await scanOffsets(bytes))[4]! + counters + 2 * field, 60_000);
      await expect(
        openTwix(sourceOf(bytes)).then((raw) => {
          // One odd slice or repetition is a small matrix, and the gap is said.
          expect(raw.notes.join()).toContain('lack lines');
          throw Object.assign(new Error(), { code: 'MRO_RAW_CORRUPT' });
        }),
      ).rejects.toMatchObject({ code: 'MRO_RAW_CORRUPT' });
    }
  });

  it('of reference scans may start at their own first line', async () => {
    const acquisition: TwixAcquisition = {
      ...base,
      phase: 24,
      acceleration: 2,
      reference: { lines: 6, mode: 'separate' },
    };
    const bytes = await writeToMemory(acquisition);
    const before = await (await openTwix(sourceOf(bytes))).readSlice(0);
    for (const [k, scan] of (await scanOffsets(bytes)).slice(0, 6).entries()) {
      put16(bytes, scan + counters, k);
      put16(bytes, scan + 40 + 56, 3);
    }
    const after = await (await openTwix(sourceOf(bytes))).readSlice(0);
    expect(after.reference).toEqual(before.reference);
    expect(after.kspace).toEqual(before.kspace);
  });

  it('cut-off samples are zero and outside the acquired readout', async () => {
    const bytes = await writeToMemory(base);
    for (const scan of await scanOffsets(bytes)) {
      put16(bytes, scan + 80, 3);
      put16(bytes, scan + 82, 1);
    }
    const { kspace, acquiredReadout } = await (await openTwix(sourceOf(bytes))).readSlice(0);
    expect(acquiredReadout).toEqual([3, 15]);
    expect([...kspace.data.subarray(0, 6), ...kspace.data.subarray(30, 32)]).toEqual(Array(8).fill(0));
    expect(kspace.data[6]).not.toBe(0);
  });
});

it.each([
  [2, 'radial'],
  [4, 'spiral'],
])('trajectory %s (%s) is refused', async (trajectory) => {
  const bytes = await writeToMemory(base);
  const text = 'sKSpace.ucTrajectory\t = \t0x1';
  const at = Buffer.from(bytes).indexOf(text) + text.length - 1;
  bytes[at] = 0x30 + trajectory;
  await expect(openTwix(sourceOf(bytes))).rejects.toMatchObject({ code: 'MRO_RAW_UNSUPPORTED' });
});

it('feedback lines are skipped and simultaneous slices refused', async () => {
  const bytes = await writeToMemory({ ...base, averages: 2 });
  const scans = await scanOffsets(bytes);
  for (const scan of scans.slice(10)) bytes[scan + 40]! |= 2;
  const raw = await openTwix(sourceOf(bytes));
  expect([...(await raw.readSlice(0)).acquired]).toEqual(Array(10).fill(1));
  bytes[scans[0]! + 44]! |= 1 << 6;
  await expect(openTwix(sourceOf(bytes))).rejects.toMatchObject({ code: 'MRO_RAW_UNSUPPORTED' });
});

it('protocol names are decoded', () => {
  expect(decodeName('gre+AF8-5deg+AF8-1H')).toBe('gre_5deg_1H');
  expect(decodeName('a+b-c')).toBe('a+b-c');
});
