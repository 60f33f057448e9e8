import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesInMemory, MroError } from '@mroptimum/contract';
import { openRaw, writeIsmrmrd } from '@mroptimum/rawdata';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { twixFile } from '../../test/library.ts';
import { identify } from './identify.ts';

/** Recognised, or refused for what the bytes are. */
async function recognise(name: string, bytes: Uint8Array): Promise<string> {
  try {
    return String((await identify(bytesInMemory(name, bytes))).summary.format);
  } catch (error) {
    expect(error).toBeInstanceOf(MroError);
    expect((error as MroError).code).toMatch(/^MRO_RAW_/);
    return 'refused';
  }
}

/** The same acquisition as an ISMRMRD file. */
async function ismrmrdFile(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'mroptimum-identify-'));
  try {
    const raw = await openRaw(bytesInMemory('scan.dat', await twixFile()));
    await writeIsmrmrd(join(folder, 'scan.h5'), raw, await raw.readNoise());
    return new Uint8Array(readFileSync(join(folder, 'scan.h5')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('ISMRMRD files, also damaged ones, are recognised or refused', async () => {
  const original = await ismrmrdFile();
  expect(await recognise('scan.h5', original)).toBe('ismrmrd');
  const change = fc.tuple(fc.nat({ max: original.length - 1 }), fc.nat({ max: 255 }));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
      const bytes = original.slice();
      for (const [at, value] of changes) bytes[at] = value;
      await recognise('scan.h5', bytes);
    }),
    { numRuns: 60 },
  );
});

test('what only begins like a format is refused or recognised, and nothing else happens', async () => {
  const starts = [
    '\x93NUMPY\x01\x00',
    'PK\x03\x04',
    'MATLAB 5.0',
    'MATLAB 7.3',
    '\x89HDF\r\n\x1a\n',
    '\x1f\x8b\x08',
    '# Dimensions',
    'ObjectType = Image\n',
    '',
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...starts),
      fc.uint8Array({ maxLength: 2000 }),
      fc.constantFrom('a.dat', 'a.cfl', 'a.nii.gz'),
      async (start, rest, name) => {
        const bytes = Buffer.concat([Buffer.from(start, 'latin1'), rest]);
        await recognise(name, new Uint8Array(bytes));
      },
    ),
    { numRuns: 300 },
  );
});
