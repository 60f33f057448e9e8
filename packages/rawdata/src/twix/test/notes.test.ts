import { describe, expect, it } from 'vitest';
import { readMeasurements } from '../file/container.ts';
import { flag } from '../file/layout.ts';
import { indexScans } from '../file/scans.ts';
import { openTwix, type TwixAcquisition } from '../index.ts';
import { sourceOf, writeToMemory } from './testing.ts';

const base: TwixAcquisition = { coils: 2, readout: 8, phase: 12 };

/** Overwrites a header text of the same length. */
function replaceText(bytes: Uint8Array, before: string, after: string): void {
  expect(after).toHaveLength(before.length);
  const at = Buffer.from(bytes.buffer, bytes.byteOffset).indexOf(before);
  expect(at).toBeGreaterThan(0);
  bytes.set(Buffer.from(after, 'latin1'), at);
}

const scansOf = async (bytes: Uint8Array) =>
  indexScans(sourceOf(bytes), (await readMeasurements(sourceOf(bytes))).at(-1)!);

const notesOf = async (bytes: Uint8Array): Promise<string> =>
  (await openTwix(sourceOf(bytes))).notes.join('\n');

describe('where header and data disagree the data win, and a note says so', () => {
  it.each([
    ['sPat.lAccelFactPE\t = \t1', 'sPat.lAccelFactPE\t = \t2', /acceleration 2, the lines say 1/],
    ['sSliceArray.lSize\t = \t1', 'sSliceArray.lSize\t = \t3', /announces 3 slices, the data hold 1/],
    ['lAverages\t = \t1', 'lAverages\t = \t4', /announces 4 averages, the data hold 1/],
    [
      'lPhaseEncodingLines\t = \t12',
      'lPhaseEncodingLines\t = \t16',
      /2 lines before and 2 after .* interpolated/,
    ],
    ['lBaseResolution\t = \t8', 'lBaseResolution\t = \t9', /9 pixels .* 16 samples: oversampling 1/],
    ['dTra\t = \t1', 'dCor\t = \t1', /different slice orientations/],
  ])('%s', async (before, after, note) => {
    const bytes = await writeToMemory(base);
    replaceText(bytes, before, after);
    expect(await notesOf(bytes)).toMatch(note);
  });

  it('hexadecimal values are numbers', async () => {
    const bytes = await writeToMemory({ ...base, phase: 10 });
    replaceText(bytes, 'lPhaseEncodingLines\t = \t10\n', 'lPhaseEncodingLines\t =\t0xa\n');
    expect(await notesOf(bytes)).toBe('');
  });

  it('a file without header values still has its dimensions from the lines', async () => {
    const bytes = await writeToMemory({ ...base, slices: 2, repetitions: 2 });
    replaceText(bytes, '### ASCCONV BEGIN', '### ASCCONV_BEGIN');
    const { header } = await openTwix(sourceOf(bytes));
    expect(header).toMatchObject({ slices: 2, repetitions: 2, phase: 12, readout: 16 });
    expect(header.dwellTime).toBeUndefined();
    expect(header.geometry).toBeUndefined();
  });
});

it('calibration lines between the lattice are reference, whatever else their flags say', async () => {
  const bytes = await writeToMemory({
    ...base,
    phase: 24,
    acceleration: 3,
    reference: { lines: 6, mode: 'integrated' },
  });
  const before = await (await openTwix(sourceOf(bytes))).readSlice(0);
  const index = await scansOf(bytes);
  const view = new DataView(bytes.buffer);
  for (let scan = 0; scan < index.count; scan++)
    if (index.flags[scan]! & flag.patReference)
      view.setUint32(index.offset[scan]! + 40, flag.patReferenceAndImage, true);
  const raw = await openTwix(sourceOf(bytes));
  expect(raw.header.acceleration).toEqual([1, 3]);
  expect(raw.notes.join()).toContain('used as reference only');
  expect(await raw.readSlice(0)).toEqual(before);
});

it('lines after the end mark are counted and left alone', async () => {
  const bytes = await writeToMemory({ ...base, averages: 4 });
  const index = await scansOf(bytes);
  bytes[index.offset[12]! + 40] = 1;
  const raw = await openTwix(sourceOf(bytes));
  expect(raw.notes.join('\n')).toMatch(
    /bytes follow the end mark[\s\S]*announces 4 averages, the data hold 1/,
  );
  expect([...(await raw.readSlice(0)).acquired]).toEqual(Array(12).fill(1));
});

it('a line that belongs to another measurement is no line', async () => {
  const bytes = await writeToMemory(base);
  const { offset } = await scansOf(bytes);
  const second = offset[1]!;
  new DataView(bytes.buffer).setUint32(second + 4, 77, true);
  await expect(openTwix(sourceOf(bytes))).rejects.toMatchObject({
    code: 'MRO_RAW_CORRUPT',
    details: { offset: second },
  });
});

it('a damaged channel header is found when its line is read', async () => {
  const bytes = await writeToMemory(base);
  const { offset } = await scansOf(bytes);
  new DataView(bytes.buffer).setUint32(offset[1]! + 192 + 32 + 8 * 16 + 4, 77, true);
  const raw = await openTwix(sourceOf(bytes));
  await expect(raw.readSlice(0)).rejects.toMatchObject({ code: 'MRO_RAW_CORRUPT', details: { channel: 1 } });
});
