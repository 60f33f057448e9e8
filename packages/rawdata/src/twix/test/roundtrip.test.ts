import { describe, expect, it } from 'vitest';
import type { KSpaceSlice } from '../../acquisition.ts';
import { readMeasurements } from '../file/container.ts';
import { indexScans } from '../file/scans.ts';
import { isTwix, openTwix, type TwixAcquisition } from '../index.ts';
import { sourceOf, testLine, testNoise, writeToMemory } from './testing.ts';

const base: TwixAcquisition = { coils: 3, readout: 8, phase: 10 };
const open = async (acquisition: TwixAcquisition) => openTwix(sourceOf(await writeToMemory(acquisition)));

/** Compares one line of a slice, all coils, with what was written. */
function expectLine(
  { kspace }: Pick<KSpaceSlice, 'kspace'>,
  group: number,
  row: number,
  expected: Float32Array,
  from = 0,
): void {
  const [coils, lines, columns] = kspace.shape.slice(-3) as [number, number, number];
  for (let coil = 0; coil < coils; coil++) {
    const at = 2 * (((group * coils + coil) * lines + row) * columns);
    const read = kspace.data.subarray(at + 2 * from, at + 2 * columns);
    const wanted = expected.subarray(2 * (coil * columns + from), 2 * (coil + 1) * columns);
    expect(read).toEqual(wanted);
    expect(kspace.data.subarray(at, at + 2 * from).every((value) => value === 0)).toBe(true);
  }
}

const ask = (at: object) => ({
  ...{ slice: 0, partition: 0, repetition: 0, average: 0, line: 0 },
  ...{ reference: false, reversed: false, navigator: false, ...at },
});

describe.each(['VB17', 'VE11C', 'XA61'] as const)('a synthetic %s file', (variant) => {
  it('gives every sample of every slice and repetition back, slices in spatial order', async () => {
    const raw = await open({ ...base, variant, slices: 4, repetitions: 2 });
    expect(raw.header).toMatchObject({
      variant,
      coils: 3,
      readout: 16,
      phase: 10,
      slices: 4,
      repetitions: 2,
    });
    expect(raw.header.readoutOversampling).toBe(2);
    for (let slice = 0; slice < 4; slice++) {
      const read = await raw.readSlice(slice);
      expect(read.kspace.shape).toEqual([2, 3, 10, 16]);
      for (let repetition = 0; repetition < 2; repetition++)
        for (let line = 0; line < 10; line++)
          expectLine(read, repetition, line, testLine(3, 16, ask({ slice, repetition, line })));
      expect([...read.acquired]).toEqual(Array(20).fill(1));
    }
    expect(raw.notes).toEqual([]);
  });

  it('averages averages and counts them', async () => {
    const read = await (await open({ ...base, variant, averages: 3 })).readSlice(0);
    expect([...read.acquired]).toEqual(Array(10).fill(3));
    const lines = [0, 1, 2].map((average) => testLine(3, 16, ask({ line: 7, average })));
    const at = 2 * ((1 * 10 + 7) * 16 + 5);
    const mean = lines.reduce((sum, line) => sum + line[2 * (16 + 5)]!, 0) / 3;
    expect(read.kspace.data[at]).toBeCloseTo(mean, 6);
  });

  it('puts partial Fourier lines and asymmetric echoes around the true centre', async () => {
    const raw = await open({ ...base, variant, phase: 16, partialFourier: 0.75, asymmetricEcho: 0.75 });
    expect(raw.header).toMatchObject({ phase: 16, readout: 16, readoutOversampling: 2 });
    const read = await raw.readSlice(0);
    expect([...read.acquired]).toEqual([0, 0, 0, 0, ...Array(12).fill(1)]);
    expect(read.acquiredReadout).toEqual([4, 16]);
    for (let line = 4; line < 16; line++) expectLine(read, 0, line, testLine(3, 16, ask({ line })), 4);
  });

  it('keeps odd numbers of lines centred on ⌊n/2⌋', async () => {
    const raw = await open({ ...base, variant, phase: 11, readout: 7, readoutOversampling: 1 });
    expect(raw.header).toMatchObject({ phase: 11, readout: 7, readoutOversampling: 1 });
    expectLine(await raw.readSlice(0), 0, 10, testLine(3, 7, ask({ line: 10 })));
  });

  it.each(['integrated', 'separate'] as const)(
    'finds acceleration and %s reference lines in the data',
    async (mode) => {
      const acquisition = {
        ...base,
        variant,
        phase: 24,
        acceleration: 3,
        slices: 2,
        reference: { lines: 6, mode },
      };
      const raw = await open(acquisition);
      expect(raw.header).toMatchObject({ acceleration: [1, 3], referenceLines: 6 });
      expect(raw.notes).toEqual([]);
      const read = await raw.readSlice(1);
      expect([...read.acquired]).toEqual(Array.from({ length: 24 }, (_, line) => (line % 3 === 0 ? 1 : 0)));
      expect(read.reference?.integrated).toBe(mode === 'integrated');
      expect([...read.reference!.acquired]).toEqual(
        Array.from({ length: 24 }, (_, l) => (l >= 9 && l < 15 ? 1 : 0)),
      );
      for (let line = 9; line < 15; line++) {
        const reference = mode === 'separate' || line % 3 !== 0;
        expectLine(read.reference!, 0, line, testLine(3, 16, ask({ slice: 1, line, reference })));
      }
      expectLine(read, 0, 21, testLine(3, 16, ask({ slice: 1, line: 21 })));
    },
  );

  it('reads partitions of a volume', async () => {
    const raw = await open({ ...base, variant, partitions: 6 });
    expect(raw.header).toMatchObject({ partitions: 6, slices: 1 });
    for (const partition of [0, 5])
      expectLine(await raw.readSlice(0, { partition }), 0, 3, testLine(3, 16, ask({ partition, line: 3 })));
    await expect(raw.readSlice(0, { partition: 6 })).rejects.toMatchObject({ code: 'MRO_RAW_SLICE' });
  });

  it('applies raw-data correction factors to the lines that ask for them', async () => {
    const correctionFactors = [
      { re: 2, im: 0 },
      { re: 0, im: 1 },
      { re: -1, im: 0.5 },
    ];
    const read = await (await open({ ...base, variant, correctionFactors })).readSlice(0);
    const line = testLine(3, 16, ask({ line: 4 }));
    for (const [coil, { re, im }] of correctionFactors.entries()) {
      const [a, b] = [line[2 * (coil * 16 + 9)]!, line[2 * (coil * 16 + 9) + 1]!];
      const at = 2 * ((coil * 10 + 4) * 16 + 9);
      expect(read.kspace.data[at]).toBeCloseTo(a * re - b * im, 6);
      expect(read.kspace.data[at + 1]).toBeCloseTo(a * im + b * re, 6);
    }
  });

  it('reads noise lines of the image measurement', async () => {
    const raw = await open({ ...base, variant, noise: { lines: 4, samples: 64, place: 'lines' } });
    // 130 Hz per sample count: 1/(130·64) s, from VD on rounded down to 0.1 µs.
    const dwellTime = variant === 'VB17' ? 1 / 8320 : 120e-6;
    expect(raw.header.noise).toMatchObject({ coils: 3, readouts: 4, samplesPerReadout: 64 });
    expect(raw.header.noise!.dwellTime).toBeCloseTo(dwellTime, 12);
    const noise = await raw.readNoise();
    expect(noise.samples.shape).toEqual([3, 4, 64]);
    for (let coil = 0; coil < 3; coil++)
      expect(noise.samples.data.subarray(2 * (coil * 4 + 2) * 64, 2 * (coil * 4 + 3) * 64)).toEqual(
        testNoise(3, 64, 2).subarray(2 * coil * 64, 2 * (coil + 1) * 64),
      );
    expectLine(await raw.readSlice(0), 0, 0, testLine(3, 16, ask({})));
  });

  it('is recognised by content', async () => {
    const bytes = await writeToMemory({ ...base, variant });
    expect(isTwix(bytes.subarray(0, 512), bytes.length)).toBe(true);
    expect(isTwix(bytes.subarray(1, 513), bytes.length)).toBe(false);
  });
});

describe('multi-RAID noise', () => {
  it.each([5e-6, 2.5e-6])('comes from the adjustment scan with its dwell time of %s s', async (dwellTime) => {
    const raw = await open({ ...base, dwellTime: 8e-6, noise: { lines: 5, samples: 32, dwellTime } });
    expect(raw.header.dwellTime).toBeCloseTo(8e-6, 15);
    expect(raw.header.noise).toEqual({
      ...{ source: 'adjustment scan of the same file', coils: 3, readouts: 5, samplesPerReadout: 32 },
      dwellTime: expect.closeTo(dwellTime, 15),
    });
    const { samples } = await raw.readNoise();
    expect(samples.data.subarray(2 * 4 * 32, 2 * 5 * 32)).toEqual(testNoise(3, 32, 4).subarray(0, 64));
  });

  it('is the imaging lines where a file holds nothing else', async () => {
    const raw = await open(base);
    expect(raw.header.noise).toBeUndefined();
    const { samples, source, dwellTime } = await raw.readNoise();
    expect(samples.shape).toEqual([3, 10, 16]);
    expect(source).toContain('imaging lines');
    expect(dwellTime).toBeCloseTo(10e-6, 15);
  });
});

describe('incomplete files', () => {
  it('reads a file without an end mark that has all its lines, and says so', async () => {
    const raw = await open({ ...base, slices: 2, repetitions: 2, endMark: false });
    expect(raw.notes.join()).toContain('no end mark');
  });

  it('refuses a file cut in the middle and counts the missing lines', async () => {
    const bytes = await writeToMemory({ ...base, slices: 2, repetitions: 2 });
    const scan = 192 + 3 * (32 + 8 * 16);
    // All of the second repetition but its first line of the first slice is gone.
    const end = bytes.length - 512 + ((512 - (bytes.length % 512)) % 512);
    const source = sourceOf(bytes.subarray(0, Math.min(end, bytes.length - 352 - 19 * scan)));
    await expect(openTwix(source)).rejects.toMatchObject({ code: 'MRO_RAW_TRUNCATED' });
    await expect(openTwix(source)).rejects.toThrow(/(19|20) are missing/);
  });

  it('refuses a file that ends in its header', async () => {
    const bytes = await writeToMemory(base);
    for (const size of [40, 300, 10_240, 10_300, 12_000])
      await expect(openTwix(sourceOf(bytes.subarray(0, size)))).rejects.toMatchObject({
        code: expect.stringMatching(/^MRO_RAW_(TRUNCATED|UNKNOWN)$/),
      });
  });

  it('refuses values that are not finite', async () => {
    const bytes = (await writeToMemory(base)).slice();
    const [measurement] = await readMeasurements(sourceOf(bytes));
    const index = await indexScans(sourceOf(bytes), measurement!);
    new DataView(bytes.buffer).setFloat32(index.offset[4]! + 192 + 32 + 8, Number.NaN, true);
    const raw = await openTwix(sourceOf(bytes));
    await expect(raw.readSlice(0)).rejects.toMatchObject({ code: 'MRO_RAW_CORRUPT' });
    await expect(raw.readNoise()).rejects.toMatchObject({ code: 'MRO_RAW_CORRUPT' });
  });

  it('stops when asked to', async () => {
    const raw = await open(base);
    await expect(raw.readSlice(0, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'MRO_RAW_ABORTED',
    });
  });
});
