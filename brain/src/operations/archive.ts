import { createHash } from 'node:crypto';
import { mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { MroError } from '@mroptimum/contract';
import { z } from 'zod';

export const manifestName = 'manifest.json';

/** What a backup holds; written last, so a backup without it is not one. */
export const manifestSchema = z.object({
  format: z.literal('mroptimum-backup'),
  version: z.literal(1),
  createdAt: z.string(),
  files: z.array(z.object({ path: z.string(), size: z.number(), sha256: z.string() })),
});
export type Manifest = z.infer<typeof manifestSchema>;

const chunkBytes = 4 * 1024 * 1024;

/** Copies a file, flushes it, and gives its size and SHA-256 on the way. */
export async function copyHashed(from: string, to: string): Promise<{ size: number; sha256: string }> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const source = await open(from, 'r');
  try {
    const target = await open(to, 'wx', 0o600);
    try {
      const hash = createHash('sha256');
      const buffer = new Uint8Array(chunkBytes);
      let size = 0;
      for (;;) {
        const { bytesRead } = await source.read(buffer, 0, buffer.length);
        if (bytesRead === 0) break;
        const bytes = buffer.subarray(0, bytesRead);
        hash.update(bytes);
        await target.writeFile(bytes);
        size += bytesRead;
      }
      await target.sync();
      return { size, sha256: hash.digest('hex') };
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Paths of all files below a folder, with "/" between their parts; none where there is no folder. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

/**
 * A path of a manifest, below a folder.
 * @throws MRO_BRAIN_BACKUP where it would lead out of it
 */
export function pathBelow(folder: string, path: string): string {
  const parts = path.split('/');
  const plain = parts.every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\:\0]/.test(part));
  if (plain) return join(folder, ...parts);
  throw new MroError('MRO_BRAIN_BACKUP', 'The backup names a file outside of its folder.');
}
