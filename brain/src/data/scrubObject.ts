import { createHash } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ByteSource, MroError } from '@mroptimum/contract';
import { scrub } from '@mroptimum/rawdata';
import type { Objects } from '../providers/objects.ts';
import { partSizeOf, planParts } from '../uploads/plan.ts';

const chunk = 4 * 2 ** 20;

/**
 * Overwrites identity fields of an object that nobody can see yet: in place where it is a file on this machine,
 * else in a copy that takes its place.
 */
export async function scrubObject(store: Objects, key: string, source: ByteSource): Promise<void> {
  if (source.path !== undefined) {
    await scrub(source.path);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'mroptimum-scrub-'));
  try {
    const path = join(folder, 'copy');
    await copyTo(path, source);
    await scrub(path);
    await replace(store, key, path, source.size);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function copyTo(path: string, source: ByteSource): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    for (let offset = 0; offset < source.size; offset += chunk) {
      await handle.writeFile(await source.read(offset, Math.min(chunk, source.size - offset)));
    }
  } finally {
    await handle.close();
  }
}

/** Puts a local file in the place of an object, by the way that every upload takes. */
async function replace(store: Objects, key: string, path: string, size: number): Promise<void> {
  const partSize = partSizeOf(size);
  const uploadId = await store.startMultipart(key, size, partSize);
  const handle = await open(path, 'r');
  try {
    for (const part of planParts(size, partSize)) {
      const body = new Uint8Array(part.size);
      await handle.read(body, 0, part.size, (part.number - 1) * partSize);
      const digest = createHash('sha256').update(body).digest();
      const url = await store.link({
        method: 'PUT',
        key,
        expiresInSeconds: 600,
        size: part.size,
        part: { uploadId, number: part.number },
        sha256: digest.toString('hex'),
      });
      const headers = { 'x-amz-checksum-sha256': digest.toString('base64') };
      const response = await fetch(url, { method: 'PUT', body, headers });
      if (!response.ok) throw new MroError('MRO_INTERNAL', `The storage answered ${response.status}.`);
    }
    await store.completeMultipart(key, uploadId, await store.parts(key, uploadId));
  } catch (error) {
    await store.abortMultipart(key, uploadId);
    throw error;
  } finally {
    await handle.close();
  }
}
