import { readZipDirectory, type ZipEntry, type ZipErrors } from '@mroptimum/arrays';
import type { ByteSource } from '@mroptimum/contract';
import { MroError } from '@mroptimum/contract';
import { damaged } from '../compression.ts';
import { checkEntryName } from './names.ts';

/** How a bundle says what is wrong with its archive. */
export function bundleZipErrors({ name, size }: ByteSource, mostEntries: number): ZipErrors {
  return {
    foreign: () => new MroError('MRO_BUNDLE_FORMAT', `${name} is not a zip archive.`),
    short: (offset, length) =>
      damaged(name, `${length} bytes from byte ${offset} are expected, but it ends at byte ${size}`),
    damaged: (what) => damaged(name, what),
    unsupported: (what, hint) => new MroError('MRO_BUNDLE_UNSUPPORTED', `${name} ${what}.`, { hint }),
    tooMany: (count) =>
      new MroError('MRO_BUNDLE_TOO_LARGE', `${name} lists ${count} files; ${mostEntries} are allowed.`, {
        details: { count, mostEntries },
      }),
  };
}

/**
 * Reads the central directory of a bundle and checks its names.
 * @throws as `openZip`
 */
export async function readDirectory(
  source: ByteSource,
  errors: ZipErrors,
  mostEntries: number,
): Promise<{ entries: ZipEntry[]; offset: number }> {
  const directory = await readZipDirectory(source, errors, mostEntries);
  const seen = new Set<string>();
  for (const { name } of directory.entries) {
    checkEntryName(name);
    // Names that differ in case alone are one file on many disks.
    const key = name.normalize('NFC').toLowerCase();
    if (seen.has(key)) {
      throw new MroError('MRO_BUNDLE_UNSAFE', `${source.name} holds ${name} twice.`, { details: { name } });
    }
    seen.add(key);
  }
  return directory;
}
