import type { FileHandle } from 'node:fs/promises';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ByteSource } from '@mroptimum/contract';
import { MroError } from '@mroptimum/contract';

/** What the operating system says, in words. */
function readError(name: string, error: unknown): MroError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'it does not exist',
    EACCES: 'it may not be read',
    EPERM: 'it may not be read',
    EISDIR: 'it is a folder',
    ESPIPE: 'it is no ordinary file that can be read from any place',
  };
  const message = `${name} cannot be read: ${reasons[code] ?? `the system says ${code || 'nothing'}`}.`;
  return new MroError('MRO_RAW_READ', message, { details: { file: name, system: code }, cause: error });
}

async function readRange(
  handle: FileHandle,
  name: string,
  offset: number,
  length: number,
  into?: Uint8Array,
): Promise<Uint8Array> {
  const bytes = into ?? new Uint8Array(length);
  let done = 0;
  try {
    while (done < length) {
      const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
  } catch (error) {
    throw readError(name, error);
  }
  return bytes.subarray(0, done);
}

/**
 * Random access to a local file.
 * @throws MRO_RAW_READ where it does not exist, is no ordinary file or may not be read
 */
export async function localFile(path: string): Promise<ByteSource> {
  const name = basename(path);
  let handle: FileHandle;
  let size: number;
  try {
    // Asked before it is opened: opening a named pipe waits for a writer.
    const status = await stat(path);
    if (!status.isFile()) {
      throw Object.assign(new TypeError('not a file'), { code: status.isDirectory() ? 'EISDIR' : 'ESPIPE' });
    }
    size = status.size;
    handle = await open(path, 'r');
  } catch (error) {
    throw readError(name, error);
  }
  let closed = false;
  return {
    name,
    size,
    path,
    // Never more than the file has: a damaged length must not become memory.
    read: (offset, length, into) =>
      readRange(handle, name, offset, Math.max(0, Math.min(length, size - offset)), into),
    close: async () => {
      if (closed) return;
      closed = true;
      await handle.close();
    },
  };
}
