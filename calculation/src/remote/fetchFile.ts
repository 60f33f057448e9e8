import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { MroError } from '@mroptimum/contract';

/** A file behind a link that needs no other permission. */
export interface RemoteFile {
  readonly filename: string;
  readonly size: number;
  readonly url: string;
  /** Hex, of the whole. */
  readonly sha256?: string;
}

/** A server that was silent for longer than this is given up. */
const patienceMs = 120_000;
const longestPauseMs = 5_000;

/**
 * Downloads a file to disk, in one stream; a broken connection is taken up where it broke, also when the server
 * is away for a while.
 *
 * @throws MRO_JOB_FETCH where the link is refused, the server stays away, or the content is another
 */
export async function fetchFile(file: RemoteFile, path: string, signal?: AbortSignal): Promise<void> {
  const handle = await open(path, 'w');
  const hash = createHash('sha256');
  let have = 0;
  let lastWord = performance.now();
  try {
    for (let pause = 250; have < file.size; pause = Math.min(longestPauseMs, 2 * pause)) {
      try {
        for await (const chunk of await rest(file, have, signal)) {
          if (have + chunk.byteLength > file.size) throw another(file);
          await handle.writeFile(chunk);
          hash.update(chunk);
          have += chunk.byteLength;
          lastWord = performance.now();
          pause = 250;
        }
        if (have < file.size) throw new TypeError('the stream ended early');
      } catch (error) {
        if (error instanceof MroError || signal?.aborted) throw error;
        if (performance.now() - lastWord > patienceMs) throw silent(file, error);
        await sleep(pause, undefined, { signal });
      }
    }
  } finally {
    await handle.close();
  }
  if (file.sha256 !== undefined && hash.digest('hex') !== file.sha256) throw another(file);
}

/** The bytes from `offset` on. Throws TypeError for what may pass. */
async function rest(
  file: RemoteFile,
  offset: number,
  signal: AbortSignal | undefined,
): Promise<AsyncIterable<Uint8Array>> {
  const response = await fetch(file.url, {
    ...(offset > 0 && { headers: { range: `bytes=${offset}-` } }),
    ...(signal && { signal }),
  });
  const expected = offset > 0 ? 206 : 200;
  if (response.status === expected && response.body) return response.body;
  await response.body?.cancel();
  if (response.status >= 500 || response.status === 429) throw new TypeError(`status ${response.status}`);
  throw new MroError(
    'MRO_JOB_FETCH',
    `${file.filename} cannot be had: the server answers ${response.status}.`,
    {
      details: { file: file.filename, status: response.status },
    },
  );
}

const another = (file: RemoteFile): MroError =>
  new MroError('MRO_JOB_FETCH', `${file.filename} arrived with another content than was uploaded.`, {
    hint: 'Try the job again; if it stays, upload the file again.',
  });

const silent = (file: RemoteFile, cause: unknown): MroError =>
  new MroError('MRO_JOB_FETCH', `${file.filename} cannot be had: the server does not answer.`, { cause });
