import { randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { BundleSink } from '../sink.ts';
import { checkEntryName } from '../zip/names.ts';
import { zipWriter } from '../zip/zipWrite.ts';
import { makeFolder } from './makeFolder.ts';
import { writing } from './writing.ts';

/**
 * A bundle as a zip file on disk. Entries go to a temporary file beside it, which takes the name when it is
 * complete and on the disk: a file of that name is always whole, an older one stays until then.
 */
export function zipFileSink(path: string): BundleSink<string> {
  const partial = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.partial`);
  let handle: FileHandle | undefined;
  const zip = zipWriter(async (bytes) => {
    if (!handle) {
      await makeFolder(dirname(path));
      handle = await open(partial, 'wx');
    }
    await handle.writeFile(bytes);
  });
  const close = async (): Promise<void> => {
    const open = handle;
    handle = undefined;
    await open?.close();
  };
  return {
    file: (name, bytes) =>
      writing(name, async () => {
        checkEntryName(name);
        await zip.add(name, bytes);
      }),
    finish: () =>
      writing(basename(path), async () => {
        await zip.finish();
        await handle?.sync();
        await close();
        await rename(partial, path);
        return path;
      }),
    abort: async () => {
      await close();
      await rm(partial, { force: true });
    },
  };
}
