import { MroError } from '@mroptimum/contract';
import { upload } from '../../strings/upload.ts';

/** Whether this browser calculates checksums; pages over plain HTTP from another machine may not. */
export const canHash = (): boolean => globalThis.crypto?.subtle !== undefined;

let worker: Worker | undefined;
let last = 0;
const waiting = new Map<number, (answer: { hex?: string; error?: string }) => void>();

/**
 * SHA-256 of a piece of a file, hex, calculated in a worker; undefined where the browser offers no
 * cryptography (a page over plain HTTP from another machine): the server's own checksum then stands alone.
 *
 * @throws MRO_BRAIN_UPLOAD where the file can no longer be read as it was chosen
 */
export async function sha256Of(piece: Blob): Promise<string | undefined> {
  if (!canHash()) return undefined;
  worker ??= begin();
  last += 1;
  const id = last;
  const answer = await new Promise<{ hex?: string; error?: string }>((resolve) => {
    waiting.set(id, resolve);
    worker!.postMessage({ id, piece });
  });
  if (answer.hex !== undefined) return answer.hex;
  throw new MroError('MRO_BRAIN_UPLOAD', upload.changed, { hint: upload.changedHint });
}

function begin(): Worker {
  const made = new Worker(new URL('./hash.worker.ts', import.meta.url), { type: 'module' });
  made.addEventListener('message', ({ data }: MessageEvent<{ id: number; hex?: string; error?: string }>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  });
  return made;
}
