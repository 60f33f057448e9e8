import { lstat, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MroError } from '@mroptimum/contract';
import { tooLarge } from '../compression.ts';
import type { BundleFiles } from '../read.ts';
import type { BundleSink } from '../sink.ts';
import { checkEntryName } from '../zip/names.ts';
import { makeFolder } from './makeFolder.ts';
import { writing } from './writing.ts';

/**
 * A bundle as a folder. Files of an earlier bundle in it are replaced; its info.json is removed first and the
 * new one appears last, under its name only when complete, so that a folder with info.json is always whole.
 */
export function folderSink(folder: string): BundleSink<string> {
  const written: string[] = [];
  let begun = false;
  const begin = async (): Promise<void> => {
    if (begun) return;
    begun = true;
    await makeFolder(folder);
    await rm(join(folder, 'info.json'), { force: true });
  };
  return {
    file: (name, bytes) =>
      writing(name, async () => {
        checkEntryName(name);
        await begin();
        const path = join(folder, name);
        await makeFolder(dirname(path));
        const partial = `${path}.partial`;
        written.push(partial);
        await writeFile(partial, bytes);
        await rename(partial, path);
        written[written.length - 1] = path;
      }),
    finish: async () => folder,
    abort: async () => {
      for (const path of written) await rm(path, { force: true });
      // Folders that are empty now were made for these files; others stay.
      for (const path of new Set([...written.map((file) => dirname(file)), folder]))
        await rmdir(path).catch(() => {});
    },
  };
}

/**
 * The files of a bundle's folder. Links are left out: they could lead anywhere.
 * @throws MRO_BUNDLE_MISSING
 */
export async function folderFiles(folder: string): Promise<BundleFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length).replaceAll('\\', '/'))
    .sort();
  const known = new Set(names);
  return {
    names,
    read: async (name, limit = Number.POSITIVE_INFINITY) => {
      const path = join(folder, name);
      const status = known.has(name) ? await lstat(path) : undefined;
      if (!status?.isFile()) {
        throw new MroError('MRO_BUNDLE_MISSING', `The folder does not hold ${name}.`, { details: { name } });
      }
      if (status.size > limit) throw tooLarge(name, limit);
      return readFile(path);
    },
  };
}
