import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ByteSource } from '@mroptimum/contract';
import { MroError } from '@mroptimum/contract';
import type { OpenBundle } from '../read.ts';
import { openBundle } from '../read.ts';
import type { ZipLimits } from '../zip/zipRead.ts';
import { folderFiles } from './folder.ts';

/**
 * Opens the bundle at a path, a folder or a zip file. `close` releases the file.
 * @throws as `openBundle`; MRO_BUNDLE_MISSING where nothing is there
 */
export async function openBundlePath(
  path: string,
  limits?: ZipLimits,
): Promise<OpenBundle & { close(): Promise<void> }> {
  const status = await stat(path).catch(() => undefined);
  if (!status) {
    throw new MroError('MRO_BUNDLE_MISSING', `There is no bundle ${basename(path)}.`, {
      hint: 'Check the path: a folder with info.json, or a zip file.',
    });
  }
  if (status.isDirectory()) {
    return { ...(await openBundle(await folderFiles(path))), close: async () => {} };
  }
  const source = await fileSource(path);
  try {
    return { ...(await openBundle(source, limits)), close: source.close };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function fileSource(path: string): Promise<ByteSource> {
  const handle = await open(path, 'r');
  const { size } = await handle.stat();
  return {
    name: basename(path),
    size,
    path,
    read: async (offset, length) => {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset);
      return bytes.subarray(0, bytesRead);
    },
    close: () => handle.close(),
  };
}
