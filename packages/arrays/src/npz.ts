import type { ByteSource } from '@mroptimum/contract';
import { bytesInMemory } from '@mroptimum/contract';
import type { Zippable } from 'fflate';
import { zipSync } from 'fflate';
import { readLayout } from './access.ts';
import { encodeNpy, npyLayout } from './npy.ts';
import type { ArrayLayout, NumericArray } from './types.ts';
import { contentOffset, listZip, readZipEntry } from './zip.ts';

/** An array of an archive: its name, its layout and the bytes that the layout counts in. */
export interface StoredArray {
  readonly name: string;
  readonly layout: ArrayLayout;
  readonly bytes: ByteSource;
}

/** Names of the arrays of a NumPy .npz archive. */
export async function npzNames(source: ByteSource): Promise<string[]> {
  const entries = await listZip(source);
  return entries.filter(({ name }) => name.endsWith('.npy')).map(({ name }) => name.slice(0, -4));
}

/**
 * Opens the arrays of a .npz archive whose names pass `wanted`. Stored ones stay in the file and are read
 * by range; deflated ones are inflated whole.
 * @throws as listZip and npyLayout
 */
export async function openNpz(
  source: ByteSource,
  wanted: (name: string) => boolean = () => true,
): Promise<StoredArray[]> {
  const arrays: StoredArray[] = [];
  for (const entry of await listZip(source)) {
    if (!entry.name.endsWith('.npy')) continue;
    const name = entry.name.slice(0, -4);
    if (!wanted(name)) continue;
    if (entry.method === 'stored') {
      const layout = await npyLayout(source, await contentOffset(source, entry));
      arrays.push({ name, layout, bytes: source });
    } else {
      const bytes = bytesInMemory(`${source.name}/${entry.name}`, await readZipEntry(source, entry));
      arrays.push({ name, layout: await npyLayout(bytes), bytes });
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
  const decoded = arrays.map(
    async (array) => [array.name, await readLayout(array.bytes, array.layout)] as const,
  );
  return Object.fromEntries(await Promise.all(decoded));
}

/** The bytes of a .npz archive, stored (as numpy.savez) or deflated (as numpy.savez_compressed). */
export function encodeNpz(arrays: Readonly<Record<string, NumericArray>>, compress = false): Uint8Array {
  const files: Zippable = {};
  for (const [name, array] of Object.entries(arrays)) files[`${name}.npy`] = encodeNpy(array);
  // A fixed date: the same arrays give the same bytes.
  return zipSync(files, { level: compress ? 6 : 0, mtime: '1980-01-01T12:00:00' });
}
