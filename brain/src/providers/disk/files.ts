import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type ByteSource, MroError } from '@mroptimum/contract';

/** Error code of the operating system: "ENOENT", "ENOSPC". */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Undefined for what is not there; anything else the disk says is an error of the storage. */
export async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw storageError(error);
  });
}

/** The disk's error in our words; the code says which, the path stays in the cause. */
export function storageError(cause: unknown): Error {
  if (cause instanceof MroError) return cause;
  const code = codeOf(cause);
  if (code === undefined) return cause instanceof Error ? cause : new Error(String(cause));
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new MroError(
    'MRO_BRAIN_STORAGE',
    full ? 'The disk of the server is full.' : `The disk of the server says ${code}.`,
    { details: { system: code }, cause },
  );
}

/** Makes names durable: what was created or renamed in a folder survives a power failure after this. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Renames into place: the name appears whole or not at all. The file must be flushed already. */
export async function publish(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await rename(from, to);
  await syncFolder(dirname(to));
}

/**
 * Writes a file that appears whole or not at all: under another name, flushed, renamed. Whatever `write` throws
 * leaves nothing behind.
 */
export async function writeWhole<T>(
  temporary: string,
  path: string,
  write: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  await mkdir(temporary, { recursive: true });
  const under = join(temporary, randomUUID());
  try {
    const handle = await open(under, 'wx', 0o600);
    let result: T;
    try {
      result = await write(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await publish(under, path);
    return result;
  } catch (error) {
    await rm(under, { force: true });
    throw storageError(error);
  }
}

/** Ranges of a file on disk; undefined where there is none. */
export async function openFile(path: string): Promise<ByteSource | undefined> {
  const handle = await unlessMissing(open(path, 'r'));
  if (!handle) return undefined;
  const status = await handle.stat();
  if (!status.isFile()) {
    await handle.close();
    return undefined;
  }
  const { size } = status;
  return {
    name: basename(path),
    size,
    path,
    read: async (offset, length, into) => {
      const wanted = Math.max(0, Math.min(length, size - offset));
      const bytes = into ? into.subarray(0, wanted) : new Uint8Array(wanted);
      let at = 0;
      while (at < wanted) {
        const { bytesRead } = await handle
          .read(bytes, at, wanted - at, offset + at)
          .catch((error: unknown) => {
            throw storageError(error);
          });
        if (bytesRead === 0) break;
        at += bytesRead;
      }
      return bytes.subarray(0, at);
    },
    close: async () => handle.close(),
  };
}
