import { execFileSync } from 'node:child_process';
import { bytesInMemory } from '@mroptimum/contract';
import fc from 'fast-check';
import { unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { concat, utf8 } from '../bytes.ts';
import { memoryZipSink } from '../sink.ts';
import { defaultZipLimits, openZip } from './zipRead.ts';

const open = (bytes: Uint8Array, limits = defaultZipLimits) =>
  openZip(bytesInMemory('result.zip', bytes), limits);
const code = (expected: string) => expect.objectContaining({ code: expected });

async function written(files: Record<string, Uint8Array>): Promise<Uint8Array> {
  const sink = memoryZipSink();
  for (const [name, bytes] of Object.entries(files)) await sink.file(name, bytes);
  return sink.finish();
}

/** Offset of the n-th signature in an archive. */
function find(bytes: Uint8Array, signature: number, n = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let left = n;
  for (let at = 0; at + 4 <= bytes.length; at++) {
    if (view.getUint32(at, true) === signature && left-- === 0) return at;
  }
  throw new Error('no such signature');
}
const central = 0x02014b50;
const end = 0x06054b50;

describe('zip archives', () => {
  it('come back, read by this reader and by fflate', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,8}(\.gz|\.json)?$/), fc.uint8Array({ maxLength: 3000 }), {
          maxKeys: 5,
          noNullPrototype: true,
        }),
        async (files) => {
          const bytes = await written(files);
          const archive = await open(bytes);
          expect([...archive.names]).toEqual(Object.keys(files));
          for (const [name, content] of Object.entries(files)) {
            expect(Buffer.compare(await archive.read(name), content)).toBe(0);
          }
          if (Object.keys(files).length > 0)
            expect(Object.keys(unzipSync(bytes))).toEqual(Object.keys(files));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('are equal for equal files, and gzipped files are stored as they are', async () => {
    const files = {
      'data/SNR.nii.gz': Uint8Array.from({ length: 500 }, (_, i) => i % 7),
      'info.json': utf8('{}'),
    };
    const bytes = await written(files);
    expect(await written(files)).toEqual(bytes);
    expect(Buffer.from(bytes).includes(Buffer.from(files['data/SNR.nii.gz']))).toBe(true);
  });

  it('of other programs open: data descriptors, comments, folders', async () => {
    const python = [
      'import io, sys, zipfile',
      'b = io.BytesIO()',
      'class Unseekable(io.RawIOBase):',
      '  def writable(self): return True',
      '  def write(self, x): return b.write(x)',
      "z = zipfile.ZipFile(Unseekable(), 'w', zipfile.ZIP_DEFLATED)",
      "z.writestr('data/', b'')",
      "z.writestr('data/a.txt', b'abc' * 1000)",
      "z.comment = b'made by hand'",
      'z.close()',
      'sys.stdout.buffer.write(b.getvalue())',
    ].join('\n');
    let bytes: Uint8Array;
    try {
      bytes = Uint8Array.from(execFileSync('python3', ['-c', python]));
    } catch {
      console.log('No python3: its zip files are not tried.');
      return;
    }
    const archive = await open(bytes);
    expect(archive.names).toEqual(['data/a.txt']);
    expect((await archive.read('data/a.txt')).length).toBe(3000);
  });

  it('of 64-bit form open', async () => {
    const content = utf8('0123456789');
    const bytes = await written({ 'a.gz': content });
    const at = find(bytes, central);
    const header = bytes.slice(at, at + 50);
    const view = new DataView(header.buffer);
    for (const field of [20, 24]) view.setUint32(field, 0xffffffff, true);
    view.setUint16(30, 20, true);
    const extra = new Uint8Array(20);
    const extraView = new DataView(extra.buffer);
    extraView.setUint16(0, 1, true);
    extraView.setUint16(2, 16, true);
    extraView.setBigUint64(4, 10n, true);
    extraView.setBigUint64(12, 10n, true);
    const record = new DataView(new ArrayBuffer(56));
    record.setUint32(0, 0x06064b50, true);
    record.setBigUint64(32, 1n, true);
    record.setBigUint64(40, 70n, true);
    record.setBigUint64(48, BigInt(at), true);
    const locator = new DataView(new ArrayBuffer(20));
    locator.setUint32(0, 0x07064b50, true);
    locator.setBigUint64(8, BigInt(at + 70), true);
    const tail = bytes.slice(find(bytes, end));
    new DataView(tail.buffer).setUint32(16, 0xffffffff, true);
    const wide = [new Uint8Array(record.buffer), new Uint8Array(locator.buffer)];
    const archive = await open(concat([bytes.subarray(0, at), header, extra, ...wide, tail]));
    expect(await archive.read('a.gz')).toEqual(content);
  });
});

describe('malicious zip archives', () => {
  it.each([
    '../evil',
    'a/../../evil',
    '/etc/passwd',
    'C:/evil',
    'c:evil',
    'a\\b',
    'a//b',
    './a',
    'a\u0000b',
    '',
  ])('with the name %j are refused', async (name) => {
    await expect(open(zipSync({ [name]: utf8('x') }))).rejects.toThrow(code('MRO_BUNDLE_UNSAFE'));
  });

  it('with a file twice, or twice but for upper case, are refused', async () => {
    const bytes = zipSync({ 'data/a': utf8('x'), 'DATA/A': utf8('y') });
    await expect(open(bytes)).rejects.toThrow(code('MRO_BUNDLE_UNSAFE'));
  });

  it('with entries that share bytes are refused', async () => {
    const bytes = zipSync({ a: utf8('xxxx'), b: utf8('yyyy') });
    bytes.copyWithin(find(bytes, central, 1) + 42, find(bytes, central) + 42, find(bytes, central) + 46);
    await expect(open(bytes)).rejects.toThrow(code('MRO_BUNDLE_UNSAFE'));
  });

  it('that announce too much are refused before anything is unpacked', async () => {
    const bytes = zipSync({ bomb: new Uint8Array(20 * 2 ** 20), 'info.json': utf8('{}') });
    await expect(open(bytes)).rejects.toThrow(code('MRO_BUNDLE_TOO_LARGE'));
    const roomy = { ...defaultZipLimits, ratio: 2000 };
    expect((await (await open(bytes, roomy)).read('bomb')).length).toBe(20 * 2 ** 20);
    for (const limits of [{ entries: 1 }, { entryBytes: 2 ** 20 }, { totalBytes: 2 ** 20 }]) {
      await expect(open(bytes, { ...roomy, ...limits })).rejects.toThrow(code('MRO_BUNDLE_TOO_LARGE'));
    }
  });

  it('that unpack to more or less than they announce are stopped', async () => {
    for (const announced of [1000, 2 ** 20 + 1]) {
      const bytes = zipSync({ bomb: new Uint8Array(2 ** 20) });
      new DataView(bytes.buffer).setUint32(find(bytes, central) + 24, announced, true);
      await expect(open(bytes).then((archive) => archive.read('bomb'))).rejects.toThrow(
        code('MRO_BUNDLE_DAMAGED'),
      );
    }
  });

  it('whose content changed are noticed', async () => {
    const bytes = await written({ 'a.gz': utf8('some bytes') });
    bytes[40]! ^= 1;
    await expect(open(bytes).then((archive) => archive.read('a.gz'))).rejects.toThrow(
      code('MRO_BUNDLE_DAMAGED'),
    );
  });

  it('that are encrypted, split or packed another way are refused in words', async () => {
    const changed = (offset: number, value: number) => {
      const bytes = zipSync({ a: utf8('x') });
      bytes[find(bytes, central) + offset] = value;
      return bytes;
    };
    await expect(open(changed(8, 1))).rejects.toThrow(/encrypted/);
    await expect(open(changed(10, 12))).rejects.toThrow(/method 12/);
    const split = zipSync({ a: utf8('x') });
    split[find(split, end) + 4] = 1;
    await expect(open(split)).rejects.toThrow(/split/);
  });

  it('say so, and nothing else, whatever bytes change', async () => {
    const bytes = await written({
      'data/a.gz': utf8('0123456789'.repeat(9)),
      'info.json': utf8('{"a":1}'.repeat(9)),
    });
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), async (at, byte, cut) => {
        const mutated = cut ? bytes.slice(0, at) : bytes.slice();
        if (!cut) mutated[at] = byte;
        try {
          const archive = await open(mutated);
          for (const name of archive.names) await archive.read(name);
        } catch (error) {
          expect((error as { code: string }).code).toMatch(/^MRO_BUNDLE_/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
