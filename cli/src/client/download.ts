import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Brain, MroError } from '@mroptimum/contract';

interface DownloadOptions {
  /** Hex; compared where the server states it. */
  readonly sha256?: string;
  readonly onProgress?: (fraction: number) => void;
  readonly signal?: AbortSignal;
}

const tries = 5;

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
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.partial`;
  const file = await open(partial, 'w').catch((cause: unknown) => {
    throw new MroError('MRO_CLI_FILE', `${path} cannot be written.`, { cause });
  });
  try {
    const { size, sha256 } = await receive(brain, url, options, (bytes) => file.write(bytes));
    await file.close();
    if (options.sha256 !== undefined && options.sha256 !== sha256) {
      throw new MroError('MRO_CLI_SERVER', `${path} arrived damaged: its checksum differs.`, {
        hint: 'Try again.',
      });
    }
    await rename(partial, path);
    return size;
  } catch (error) {
    await file.close().catch(() => {});
    await rm(partial, { force: true });
    throw error;
  }
}

async function receive(
  brain: Brain,
  url: string,
  { onProgress = () => {}, signal }: DownloadOptions,
  write: (bytes: Uint8Array) => Promise<unknown>,
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
      for await (const bytes of response.body ?? []) {
        await write(bytes);
        hash.update(bytes);
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
