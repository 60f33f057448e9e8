import { gunzipSync, gzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { crc32 } from '@mroptimum/arrays';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat } from './bytes.ts';
import { gunzip, gzipWriter, inflate } from './compression.ts';
import { deflateRaw, nativeZlib, zlibCompress } from './native.ts';

const pieces = fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 5 });
const limits = { name: 'map.nii.gz', limit: 2 ** 20 };
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('compression', () => {
  it('has the checksum of the standard', () => {
    // The check value of CRC-32/ISO-HDLC.
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });

  it.each([
    ['by the platform', nativeZlib],
    ['in JavaScript', null],
  ])('packs pieces as gzip that others unpack: %s', (_, zlib) => {
    fc.assert(
      fc.property(pieces, (parts) => {
        const packed = [0, 1].map(() => {
          const writer = gzipWriter(zlib);
          for (const part of parts) writer.push(part);
          return writer.finish();
        });
        expect(packed[0]).toEqual(packed[1]);
        expect(Buffer.compare(gunzipSync(packed[0]!), concat(parts))).toBe(0);
        expect(gunzip(packed[0]!, limits)).toEqual(concat(parts));
      }),
    );
  });

  it('unpacks what others pack, beyond the length of its pieces', () => {
    const bytes = Uint8Array.from({ length: 700_000 }, (_, i) => (i * i * 7919) >> (i % 13));
    expect(Buffer.compare(gunzip(gzipSync(bytes), limits), bytes)).toBe(0);
    for (const numbers of [true, false]) {
      const packed = deflateRaw(bytes, numbers);
      expect(Buffer.compare(inflateRawSync(packed), bytes)).toBe(0);
      expect(Buffer.compare(inflate(packed, 'a', bytes.length), bytes)).toBe(0);
    }
    expect(Buffer.compare(inflateSync(zlibCompress(bytes)), bytes)).toBe(0);
  });

  it('stops at the limit, at damage and at the end', () => {
    const bomb = gzipSync(new Uint8Array(2 ** 24));
    expect(() => gunzip(bomb, limits)).toThrow(code('MRO_BUNDLE_TOO_LARGE'));
    const packed = gzipSync(Uint8Array.from({ length: 1000 }, (_, i) => i));
    for (const length of [0, 5, 12, 100, packed.length - 9, packed.length - 1]) {
      expect(() => gunzip(packed.subarray(0, length), limits)).toThrow(code('MRO_BUNDLE_DAMAGED'));
    }
    packed[packed.length - 5]! ^= 1;
    expect(() => gunzip(packed, limits)).toThrow(code('MRO_BUNDLE_DAMAGED'));
  });
});
