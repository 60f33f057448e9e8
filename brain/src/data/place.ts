import type { Deps } from '../deps.ts';
import type { DataFile } from '../entities.ts';
import { linkSeconds } from '../uploads/transfer.ts';

/** What `Bucket` says in locations and file references; keys alone name objects. */
export const bucketName = 'mroptimum';

export const dataKey = (userId: string, id: string): string => `data/${userId}/${id}`;

/** Id of the data file that a key of `dataKey` belongs to; undefined for other keys. */
export const dataIdOfKey = (key: string): string | undefined => /^data\/[^/]+\/([^/]+)$/.exec(key)?.[1];

/** Place of an object as clients copy it into a task. */
export const locationOf = (key: string): string => JSON.stringify({ Bucket: bucketName, Key: key });

/** A link that downloads a file under its own name; empty where there is nothing to download. */
export async function downloadLink(deps: Deps, file: DataFile): Promise<string> {
  if (file.status !== 'available') return '';
  return deps.objects.link({
    method: 'GET',
    key: file.objectKey,
    expiresInSeconds: linkSeconds,
    filename: file.filename,
  });
}
