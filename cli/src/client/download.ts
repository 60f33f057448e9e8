import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '@mroptimum/calculation/local';
import { type Brain, MroError } from '@mroptimum/contract';
import { chunksOf, giveBack } from './fetchLink.ts';

interface DownloadOptions {
  /** Hex; compared where the server states it. */
  readonly sha256?: string;
  readonly onProgress?: (fraction: number) => void;
  readonly signal?: AbortSignal;
}

const tries = 5;
const gatherBytes = 2 ** 20;

/**
 * Writes what a link gives to `path`: under another name first, so that half a file never has the name of a
 * whole one. A broken connection is taken up where it broke.
 *
 * @throws MroError MRO_CLI_FILE where it cannot be written, MRO_CLI_SERVER where it arrives damaged
 */
export async function download(
  brain: Brain,
  url: string,
  path: string,
  options: DownloadOptions = {},
): Promise<number> {
  const partial = `${path}.partial`;
  const begin = async (): Promise<FileHandle> => {
    await makeFolder(dirname(path));
    return open(partial, 'w');
  };
  const file = await begin().catch((cause: unknown) => {
    throw new MroError('MRO_CLI_FILE', `${path} cannot be written.`, { cause });
  });
  const output = gathering(file);
  try {
    const { size, sha256 } = await receive(brain, url, options, output.write);
    await output.flush();
    await file.close();
    if (options.sha256 !== undefined && options.sha256 !== sha256) {
      throw new MroError('MRO_CLI_SERVER', `${path} arrived damaged: its checksum differs.`, {
        hint: 'Try again.',
      });
    }
    await rename(partial, path);
    return size;
  } catch (error) {
    await output.flush().catch(() => {});
    await file.close().catch(() => {});
    await rm(partial, { force: true });
    throw error;
  }
}

/**
 * Writes what comes from a network in larger pieces (each write costs as much as a hundred kilobytes of it), one
 * while the next arrives.
 */
function gathering(file: FileHandle) {
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  let writing: Promise<void> = Promise.resolve();
  const begin = async (): Promise<void> => {
    await writing;
    writing = writeAll(file, pieces, bytes);
    // Told when it is awaited; without this a failure in between would end the process.
    writing.catch(() => {});
    pieces = [];
    bytes = 0;
  };
  return {
    /** To be awaited where it gives something: the disk is behind. */
    write(piece: Uint8Array): Promise<void> | undefined {
      pieces.push(piece);
      bytes += piece.byteLength;
      return bytes >= gatherBytes ? begin() : undefined;
    },
    async flush(): Promise<void> {
      await begin();
      await writing;
    },
  };
}

async function writeAll(file: FileHandle, pieces: readonly Uint8Array[], bytes: number): Promise<void> {
  if (bytes === 0) return;
  const { bytesWritten } = await file.writev(pieces);
  if (bytesWritten < bytes) await file.writeFile(Buffer.concat(pieces).subarray(bytesWritten));
  for (const piece of pieces) giveBack(piece);
}

async function receive(
  brain: Brain,
  url: string,
  { onProgress = () => {}, signal }: DownloadOptions,
  write: (bytes: Uint8Array) => Promise<unknown> | undefined,
): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  let etag: string | null = null;
  for (let attempt = 1; ; attempt += 1) {
    const resumed = size > 0;
    const response = await brain.send({
      method: 'GET',
      url,
      ...(resumed && { headers: { range: `bytes=${size}-`, ...(etag && { 'if-range': etag }) } }),
      ...(signal && { signal }),
    });
    if (resumed && response.status !== 206) {
      throw new MroError('MRO_CLI_SERVER', 'The download broke and cannot be taken up again.', {
        hint: 'Try again.',
      });
    }
    etag ??= response.headers.get('etag');
    const length = response.headers.get('content-length');
    const total = length === null ? undefined : size + Number(length);
    try {
      for await (const bytes of chunksOf(response)) {
        hash.update(bytes);
        const behind = write(bytes);
        if (behind) await behind;
        size += bytes.byteLength;
        if (total) onProgress(size / total);
      }
      if (total === undefined || size === total) return { size, sha256: hash.digest('hex') };
    } catch (error) {
      if (signal?.aborted || attempt === tries) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 200 * attempt));
  }
}
