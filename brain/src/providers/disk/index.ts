import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { MroError } from '@mroptimum/contract';
import { hashObject } from '../../bytes/hash.ts';
import { checkKey } from '../links/keys.ts';
import { type Allowed, type LinkQuery, linkSigner } from '../links/signer.ts';
import type { Objects } from '../objects.ts';
import { openFile, syncFolder, unlessMissing, writeWhole } from './files.ts';
import { placesIn } from './keys.ts';
import { multipart } from './multipart.ts';
import { defaultPatience, type Patience, receive } from './receive.ts';

export interface DiskOptions {
  /** Everything lies below it. */
  readonly folder: string;
  /** Public address of the server that serves the links. */
  readonly origin: string;
  /** Key that signs links; who knows it may read everything. */
  readonly secret: string | Uint8Array;
  readonly patience?: Patience;
  readonly clock?: () => Date;
}

/** Objects on a local disk, with what the routes behind their links need. */
export interface DiskObjects extends Objects {
  /** @throws MRO_BRAIN_LINK for a link that was changed, has ended or is for another method */
  allow(method: 'GET' | 'PUT', segment: string, query: LinkQuery): Allowed;
  /**
   * Takes the bytes of a PUT link; gives their hex SHA-256.
   * @param expected hex SHA-256 that the sender announced
   */
  receive(allowed: Allowed, body: AsyncIterable<Uint8Array>, expected?: string): Promise<string>;
  /** Strong entity tag and time of an object, or of one entry of it. */
  stamp(key: string, entry?: string): Promise<{ etag: string; modifiedAt: Date }>;
  /** Removes uploads and temporary files that nobody touched since `before`; gives how many. */
  collect(before: Date): Promise<number>;
}

/** Objects in a folder: written under another name, flushed, renamed; links are signed URLs of this server. */
export function diskObjects(options: DiskOptions): DiskObjects {
  const { folder, origin, secret, patience = defaultPatience, clock = () => new Date() } = options;
  const places = placesIn(folder);
  for (const place of Object.values(places)) mkdirSync(place, { recursive: true, mode: 0o700 });
  const uploads = multipart(places, patience);
  const signer = linkSigner(origin, secret);
  const pathOf = (key: string): string => join(places.objects, ...checkKey(key).split('/'));

  return {
    link: async (request) => signer.url(request, clock().getTime()),
    allow: (method, segment, query) => signer.check(method, segment, query, clock().getTime()),
    startMultipart: (key, size, partSize) => uploads.start(key, size, partSize),
    parts: (key, uploadId) => uploads.parts(key, uploadId),
    completeMultipart: (key, uploadId, parts) => uploads.complete(key, uploadId, parts),
    abortMultipart: (key, uploadId) => uploads.abort(key, uploadId),
    put: async (key, bytes) =>
      writeWhole(places.temporary, pathOf(key), async (handle) => handle.writeFile(bytes)),
    open: async (key) => openFile(pathOf(key)),
    delete: async (key) => {
      const path = pathOf(key);
      await rm(path, { force: true });
      await unlessMissing(syncFolder(dirname(path)));
    },
    list: (prefix) => listBelow(places.objects, prefix),
    sha256: async (key) => {
      const source = await openFile(pathOf(key));
      return source && (await hashObject(source).finally(() => source.close()));
    },
    receive: async ({ key, size, part, sha256: bound }, body, announced) => {
      const expected = bound ?? announced;
      if (part) return uploads.put(key, part.uploadId, part.number, body, expected);
      if (size === undefined) throw new MroError('MRO_BRAIN_LINK', 'The link names no size.');
      return writeWhole(places.temporary, pathOf(key), async (handle) => {
        const sha256 = await receive(body, { handle, offset: 0, size, patience });
        if (expected === undefined || expected === sha256) return sha256;
        throw new MroError('MRO_BRAIN_UPLOAD', 'The checksum differs from the one announced.', {
          hint: 'Send it again.',
        });
      });
    },
    stamp: async (key, entry) => {
      const found = await unlessMissing(stat(pathOf(key)));
      if (!found) throw new MroError('MRO_BRAIN_NOT_FOUND', 'There is no such object.');
      const parts = [found.ino, found.size, found.mtimeMs, entry ?? ''].join('/');
      const etag = `"${createHash('sha256').update(parts).digest('base64url').slice(0, 22)}"`;
      return { etag, modifiedAt: found.mtime };
    },
    collect: async (before) => {
      let removed = 0;
      for (const place of [places.multipart, places.temporary]) {
        for (const name of await readdir(place)) {
          const path = join(place, name);
          if ((await touchedAt(path)) >= before.getTime()) continue;
          const gone = join(places.temporary, randomUUID());
          await unlessMissing(rename(path, gone));
          await rm(gone, { recursive: true, force: true });
          removed += 1;
        }
      }
      return removed;
    },
  };
}

/** Last change of a file, or of anything directly in a folder: a part that grows counts. */
async function touchedAt(path: string): Promise<number> {
  const found = await unlessMissing(stat(path));
  if (!found) return Number.POSITIVE_INFINITY;
  const inside = found.isDirectory() ? await readdir(path) : [];
  const times = await Promise.all(inside.map((name) => unlessMissing(stat(join(path, name)))));
  return Math.max(found.mtimeMs, ...times.map((time) => time?.mtimeMs ?? 0));
}

async function* listBelow(
  root: string,
  prefix: string,
): AsyncGenerator<{ key: string; size: number; modifiedAt: string }> {
  // Only the folder part of a prefix spares looking; the rest is compared.
  const start = join(root, ...prefix.split('/').slice(0, -1));
  if (start !== root && !start.startsWith(root + sep)) return;
  const entries = (await unlessMissing(readdir(start, { withFileTypes: true, recursive: true }))) ?? [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const key = relative(root, path).split(sep).join('/');
    const found = key.startsWith(prefix) ? await unlessMissing(stat(path)) : undefined;
    if (found) yield { key, size: found.size, modifiedAt: found.mtime.toISOString() };
  }
}
