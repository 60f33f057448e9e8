import { MroError } from '@mroptimum/contract';
import { upload } from '../../strings/upload.ts';
import { digestOf } from './digest.ts';

/** Whether this browser calculates checksums; pages over plain HTTP from another machine may not. */
export const canHash = (): boolean => globalThis.crypto?.subtle !== undefined;

/** Neither: the worker is gone, and the page calculates itself. */
interface Answer {
  readonly hex?: string;
  readonly error?: string;
}

let worker: Worker | undefined;
let last = 0;
const waiting = new Map<number, (answer: Answer) => void>();

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
  const answer = await new Promise<Answer>((resolve) => {
    waiting.set(id, resolve);
    worker!.postMessage({ id, piece });
  });
  const hex = answer.error === undefined ? (answer.hex ?? (await ofPage(piece))) : undefined;
  if (hex !== undefined) return hex;
  throw new MroError('MRO_BRAIN_UPLOAD', upload.changed, { hint: upload.changedHint });
}

const ofPage = (piece: Blob): Promise<string | undefined> => digestOf(piece).catch(() => undefined);

function begin(): Worker {
  const made = new Worker(new URL('./hash.worker.ts', import.meta.url), { type: 'module' });
  made.addEventListener('message', ({ data }: MessageEvent<Answer & { id: number }>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  });
  // Its script cannot be had while the server is away: nobody would ever answer.
  made.addEventListener('error', () => {
    if (worker === made) worker = undefined;
    for (const resolve of waiting.values()) resolve({});
    waiting.clear();
  });
  return made;
}
