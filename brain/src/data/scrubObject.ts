import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ByteSource, MroError } from '@mroptimum/contract';
import { scrub } from '@mroptimum/rawdata';
import type { Deps } from '../deps.ts';
import { partSizeOf, planParts } from '../uploads/plan.ts';

const chunk = 4 * 2 ** 20;

/**
 * Overwrites identity fields of an object that nobody can see yet: in place where it is a file on this machine,
 * else in a copy that takes its place.
 */
export async function scrubObject(deps: Deps, key: string, source: ByteSource): Promise<void> {
  if (source.path !== undefined) {
    await scrub(source.path);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'mroptimum-scrub-'));
  try {
    const path = join(folder, 'copy');
    await copyTo(path, source);
    await scrub(path);
    await replace(deps, key, path, source.size);
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
async function replace(deps: Deps, key: string, path: string, size: number): Promise<void> {
  const partSize = partSizeOf(size);
  const uploadId = await deps.objects.startMultipart(key, size, partSize);
  const handle = await open(path, 'r');
  try {
    for (const part of planParts(size, partSize)) {
      const url = await deps.objects.link({
        method: 'PUT',
        key,
        expiresInSeconds: 600,
        size: part.size,
        part: { uploadId, number: part.number },
      });
      const body = new Uint8Array(part.size);
      await handle.read(body, 0, part.size, (part.number - 1) * partSize);
      const response = await fetch(url, { method: 'PUT', body });
      if (!response.ok) throw new MroError('MRO_INTERNAL', `The storage answered ${response.status}.`);
    }
    await deps.objects.completeMultipart(key, uploadId, await deps.objects.parts(key, uploadId));
  } catch (error) {
    await deps.objects.abortMultipart(key, uploadId);
    throw error;
  } finally {
    await handle.close();
  }
}
