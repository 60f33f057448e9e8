import type { ByteSource } from '@mroptimum/contract';
import { bytesInMemory, MroError } from '@mroptimum/contract';
import type { Zippable } from 'fflate';
import { zipSync } from 'fflate';
import { readLayout } from './access.ts';
import { truncated } from './fail.ts';
import { encodeNpy, npyLayout } from './npy.ts';
import type { ArrayLayout, NumericArray } from './types.ts';
import { readZipDirectory, type ZipEntry, type ZipErrors } from './zip/directory.ts';
import { checkStoredEntry, contentOffset, readZipEntry } from './zip/entry.ts';

/** An array of an archive: its name, its layout and the bytes that the layout counts in. */
export interface StoredArray {
  readonly name: string;
  readonly layout: ArrayLayout;
  readonly bytes: ByteSource;
  /**
   * Compares the checksum of an array that stays in the file, which takes reading it once.
   * @throws MRO_RAW_CORRUPT
   */
  verify(): Promise<void>;
}

/** Every entry takes 46 bytes of the directory at least: the file itself bounds their number. */
const listZip = async (source: ByteSource): Promise<ZipEntry[]> =>
  (await readZipDirectory(source, errorsOf(source), Math.floor(source.size / 46))).entries;

function errorsOf({ name, size }: ByteSource): ZipErrors {
  const corrupt = (what: string, offset: number): MroError =>
    new MroError('MRO_RAW_CORRUPT', `${name}: ${what} (at byte ${offset}).`, {
      details: { file: name, offset },
    });
  return {
    foreign: () => corrupt('it is no zip archive', 0),
    short: (offset, length) => truncated({ name, size }, offset, length),
    damaged: corrupt,
    unsupported: (what, hint) =>
      new MroError('MRO_RAW_UNSUPPORTED', `${name} ${what}.`, { hint, details: { file: name } }),
    tooMany: (entries) => corrupt(`a directory of ${entries} files`, size),
  };
}

/** Names of the arrays of a NumPy .npz archive. */
export async function npzNames(source: ByteSource): Promise<string[]> {
  const entries = await listZip(source);
  return entries.filter(({ name }) => name.endsWith('.npy')).map(({ name }) => name.slice(0, -4));
}

/**
 * Opens the arrays of a .npz archive whose names pass `wanted`. Stored ones stay in the file and are read
 * by range; deflated ones are inflated whole.
 * @throws MRO_RAW_CORRUPT, MRO_RAW_TRUNCATED, MRO_RAW_UNSUPPORTED (encryption, methods other than deflate)
 */
export async function openNpz(
  source: ByteSource,
  wanted: (name: string) => boolean = () => true,
): Promise<StoredArray[]> {
  const errors = errorsOf(source);
  const arrays: StoredArray[] = [];
  for (const entry of await listZip(source)) {
    if (!entry.name.endsWith('.npy')) continue;
    const name = entry.name.slice(0, -4);
    if (!wanted(name)) continue;
    if (entry.method === 'stored') {
      const layout = await npyLayout(source, await contentOffset(source, errors, entry));
      const verify = (): Promise<void> => checkStoredEntry(source, errors, entry);
      arrays.push({ name, layout, bytes: source, verify });
    } else {
      const content = await readZipEntry(source, errors, entry);
      const bytes = bytesInMemory(`${source.name}/${entry.name}`, content);
      arrays.push({ name, layout: await npyLayout(bytes), bytes, verify: async () => {} });
    }
  }
  return arrays;
}

/** Decodes a whole .npz archive. */
export async function decodeNpz(
  bytes: Uint8Array,
  name = 'arrays.npz',
): Promise<Record<string, NumericArray>> {
  const arrays = await openNpz(bytesInMemory(name, bytes));
  const decoded = arrays.map(async (array) => {
    await array.verify();
    return [array.name, await readLayout(array.bytes, array.layout)] as const;
  });
  return Object.fromEntries(await Promise.all(decoded));
}

/** The bytes of a .npz archive, stored (as numpy.savez) or deflated (as numpy.savez_compressed). */
export function encodeNpz(arrays: Readonly<Record<string, NumericArray>>, compress = false): Uint8Array {
  const files: Zippable = {};
  for (const [name, array] of Object.entries(arrays)) files[`${name}.npy`] = encodeNpy(array);
  // A fixed date: the same arrays give the same bytes.
  return zipSync(files, { level: compress ? 6 : 0, mtime: '1980-01-01T12:00:00' });
}
