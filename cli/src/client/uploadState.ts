import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Which upload a file was in the middle of; a file that changed since is another file. */
export interface UploadStates {
  find(key: string): Promise<string | undefined>;
  remember(key: string, uploadId: string | undefined): Promise<void>;
}

/**
 * Names an upload: the server, the file, what tells whether the file is still the same, and the unit in whose account it
 * is to lie, if any.
 */
export const uploadKey = (
  origin: string,
  path: string,
  size: number,
  modified: number,
  unit?: string,
): string =>
  JSON.stringify([origin, path, size, Math.round(modified), ...(unit === undefined ? [] : [unit])]);

/** Uploads under way, in a file beside the sign-ins, so that a later command can go on with them. */
export function uploadStates(folder: string): UploadStates {
  const path = join(folder, 'uploads.json');
  const read = async (): Promise<Record<string, string>> => {
    try {
      return JSON.parse(await readFile(path, 'utf8')) as Record<string, string>;
    } catch {
      return {};
    }
  };
  async function write(key: string, uploadId: string | undefined): Promise<void> {
    const { [key]: _, ...others } = await read();
    const states = uploadId === undefined ? others : { ...others, [key]: uploadId };
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const fresh = `${path}.${process.pid}`;
    await writeFile(fresh, JSON.stringify(states), { mode: 0o600 });
    await rename(fresh, path);
  }
  // Several uploads of one process: each writes what the one before has written.
  let last: Promise<void> = Promise.resolve();
  return {
    find: async (key) => (await read())[key],
    remember: (key, uploadId) => {
      last = last.catch(() => {}).then(() => write(key, uploadId));
      return last;
    },
  };
}
