import { createHash } from 'node:crypto';
import type { DataFileView, UploadStarted } from '@mroptimum/contract';
import { writeTwix } from '@mroptimum/rawdata';
import { expect } from 'vitest';
import type { User } from '../src/entities.ts';
import { type DiskObjects, registerObjectRoutes } from '../src/providers/index.ts';
import { createPlatform, type Platform } from './platform.ts';

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A platform whose links work, with one signed-in user. */
export async function createLibrary(...settings: Parameters<typeof createPlatform>) {
  const platform = await createPlatform(...settings);
  registerObjectRoutes(platform.app, platform.deps.objects as DiskObjects);
  const user = await platform.addUser('ada');
  return { ...platform, ...(await libraryOf(platform, user)) };
}

/** What one user can do with the library. */
export async function libraryOf(platform: Platform, user: User) {
  const token = (await platform.signIn(user)).access_token;
  const ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    platform.ask(method, `/api${path}`, {
      token,
      ...(body !== undefined && { body }),
      ...(headers && { headers }),
    });
  const initiate = async (filename: string, size: number, route = '/upload_initiate') => {
    const { status, body } = await ask('POST', route, { filename, filesize: size });
    expect(status, JSON.stringify(body)).toBe(200);
    return body as UploadStarted;
  };
  /** All parts of an upload, or those whose numbers are given; gives the ETags. */
  const putParts = async (started: UploadStarted, bytes: Uint8Array, numbers?: readonly number[]) => {
    const etags: { partNumber: number; etag: string }[] = [];
    for (const [index, url] of started.partUrls.entries()) {
      if (numbers && !numbers.includes(index + 1)) continue;
      const part = bytes.subarray(index * started.partSize, (index + 1) * started.partSize);
      const answer = await platform.app.request(url, { method: 'PUT', body: part.slice() });
      expect(answer.status).toBe(200);
      etags.push({ partNumber: index + 1, etag: answer.headers.get('etag') ?? '' });
    }
    return etags;
  };
  const upload = async (filename: string, bytes: Uint8Array) => {
    const started = await initiate(filename, bytes.length);
    const parts = await putParts(started, bytes);
    return ask('POST', '/upload_finalize', { uploadId: started.uploadId, Key: started.Key, parts });
  };
  const list = async () => (await ask('GET', '/data')).body.items as DataFileView[];
  return { user, token, request: ask, initiate, putParts, upload, list };
}

/** The bytes behind a link. */
export async function download(platform: Pick<Platform, 'app'>, link: string): Promise<Uint8Array> {
  const answer = await platform.app.request(link);
  expect(answer.status).toBe(200);
  return new Uint8Array(await answer.arrayBuffer());
}

/** A NumPy array of complex64 zeros but for its first number. */
export function npyFile(shape: readonly number[]): Uint8Array {
  const head = `{'descr': '<c8', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`.replace(
    ',,',
    ',',
  );
  const text = `${head.padEnd(128 - 10 - 1)}\n`;
  const bytes = new Uint8Array(10 + text.length + 8 * shape.reduce((a, b) => a * b, 1));
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length, 0]);
  bytes.set(new TextEncoder().encode(text), 10);
  bytes[bytes.length - 1] = 63;
  return bytes;
}

/** A small twix file of a made-up patient. */
export async function twixFile(patient = 'DOE^JANE'): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  await writeTwix(
    async (bytes) => void chunks.push(bytes.slice()),
    { variant: 'VE11C', coils: 2, readout: 16, phase: 8, patient, noise: { lines: 4, samples: 32 } },
    {
      line: () => new Float32Array(2 * 2 * 32).fill(1),
      noiseLine: () => new Float32Array(2 * 2 * 32).fill(0.1),
    },
  );
  return new Uint8Array(Buffer.concat(chunks));
}
