import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkSize, partSizeOf, planParts } from './plan.ts';

const MiB = 2 ** 20;

describe('parts of an upload', () => {
  test('hold every byte once, within what S3 takes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 * 2 ** 30 }), (size) => {
        const partSize = partSizeOf(size);
        const parts = planParts(size, partSize);
        expect(parts.reduce((sum, part) => sum + part.size, 0)).toBe(size);
        expect(parts.map(({ number }) => number).every((number, i) => number === i + 1)).toBe(true);
        expect(parts.slice(0, -1).every((part) => part.size === partSize)).toBe(true);
        expect(parts.at(-1)!.size).toBeGreaterThan(0);
        expect(parts.length).toBeLessThanOrEqual(5000);
        expect(partSize).toBeGreaterThanOrEqual(5 * MiB);
        expect(partSize % MiB).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  test('are the 10 MiB that older clients cut, up to 48 GiB', () => {
    expect(partSizeOf(1)).toBe(10 * MiB);
    expect(partSizeOf(48 * 2 ** 30)).toBe(10 * MiB);
    expect(partSizeOf(60 * 2 ** 30)).toBe(13 * MiB);
  });

  test('a file beyond the limit is refused with the limit in the message', () => {
    expect(() => checkSize(11, 10)).toThrow(/11 bytes.*10 bytes/);
    expect(() => checkSize(10, 10)).not.toThrow();
  });
});
