import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { MroError, type ObjectPlace } from '@mroptimum/contract';
import { fetchError, mayPass } from './errors.ts';

/** An object of which any range can be asked for, each by a request of its own. */
export interface RangeReader {
  readonly name: string;
  readonly size: number;
  /** Exactly the bytes `offset` … `offset + length` − 1, which must lie inside. @throws MRO_JOB_FETCH */
  range(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array>;
}

/**
 * An object of S3. All ranges are of the same version of it: a replaced object is an error, never a mixture.
 * @throws MRO_JOB_FETCH where it is not there or may not be read
 */
export async function s3Ranges(
  s3: S3Client,
  { bucket, key }: ObjectPlace,
  name: string,
  signal?: AbortSignal,
): Promise<RangeReader> {
  const place = { Bucket: bucket, Key: key };
  const abortSignal = signal && { abortSignal: signal };
  const head = await s3.send(new HeadObjectCommand(place), { ...abortSignal }).catch((error: unknown) => {
    throw signal?.aborted ? signal.reason : fetchError(name, error);
  });
  const size = head.ContentLength ?? 0;
  return {
    name,
    size,
    range: (offset, length, stop = signal) =>
      patiently(name, stop, async () => {
        const Range = `bytes=${offset}-${offset + length - 1}`;
        const got = await s3.send(new GetObjectCommand({ ...place, Range, IfMatch: head.ETag }), {
          ...(stop && { abortSignal: stop }),
        });
        return exactly(length, await got.Body!.transformToByteArray());
      }),
  };
}

/**
 * A file behind a link that needs no other permission. Only https: the addresses at which a container finds its
 * own credentials have none.
 * @throws MRO_JOB_FETCH where the link is refused or the server knows no ranges
 */
export async function linkRanges(
  url: string,
  name: string,
  { insecure = false, signal }: { readonly insecure?: boolean; readonly signal?: AbortSignal } = {},
): Promise<RangeReader> {
  const { protocol } = new URL(url);
  if (protocol !== 'https:' && !(insecure && protocol === 'http:')) {
    throw new MroError('MRO_JOB_FETCH', `${name} has an address that does not begin with https.`, {
      hint: 'Give a https address, or put the file into the library.',
    });
  }
  const get = (offset: number, length: number, stop?: AbortSignal): Promise<Response> =>
    fetch(url, {
      headers: { range: `bytes=${offset}-${offset + length - 1}` },
      redirect: 'error',
      ...(stop && { signal: stop }),
    });
  const range: RangeReader['range'] = (offset, length, stop = signal) =>
    patiently(name, stop, async () => {
      const response = await get(offset, length, stop);
      await checked(response, name);
      return exactly(length, new Uint8Array(await response.arrayBuffer()));
    });
  const size = await patiently(name, signal, async () => {
    const response = await get(0, 1, signal);
    await checked(response, name);
    await response.body?.cancel();
    return Number(/\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1]);
  });
  if (!Number.isSafeInteger(size)) throw refused(name, 'the server does not say how long it is');
  return { name, size, range };
}

async function checked(response: Response, name: string): Promise<void> {
  if (response.status === 206) return;
  await response.body?.cancel();
  if (response.status >= 500 || response.status === 429) throw new TypeError(`status ${response.status}`);
  throw refused(
    name,
    response.status === 200 ? 'the server gives whole files only' : `the server answers ${response.status}`,
  );
}

const refused = (name: string, why: string): MroError =>
  new MroError('MRO_JOB_FETCH', `${name} cannot be had: ${why}.`, {
    hint: 'The link may have expired: queue the task again.',
  });

function exactly(length: number, bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength !== length) throw new TypeError(`${bytes.byteLength} of ${length} bytes`);
  return bytes;
}

const pausesMs: readonly number[] = [100, 400, 1500, 4000];

/** Tries again what may pass; the client of S3 does so for requests, not for streams that break. */
async function patiently<T>(
  name: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (attempt === pausesMs.length || !mayPass(error)) throw fetchError(name, error);
      await sleep(pausesMs[attempt], undefined, signal && { signal });
    }
  }
}
