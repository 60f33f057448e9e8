import { MroError } from '@mroptimum/contract';
import { type StoreFor, storeOf } from '../computing-units/stores.ts';
import type { Deps } from '../deps.ts';
import type { DataFile } from '../entities.ts';
import type { Objects } from '../providers/objects.ts';
import { linkSeconds } from '../uploads/transfer.ts';

/** What `Bucket` says in locations and file references; keys alone name objects. */
export const bucketName = 'mroptimum';

export const dataKey = (userId: string, id: string): string => `data/${userId}/${id}`;

/** Id of the data file that a key of `dataKey` belongs to; undefined for other keys. */
export const dataIdOfKey = (key: string): string | undefined => /^data\/[^/]+\/([^/]+)$/.exec(key)?.[1];

/** Place of an object as clients copy it into a task. */
export const locationOf = (key: string): string => JSON.stringify({ Bucket: bucketName, Key: key });

/** A link that downloads a file under its own name; empty where there is nothing to download. */
export async function downloadLink(
  deps: Deps,
  file: DataFile,
  storeFor: StoreFor = (unitId) => storeOf(deps, unitId),
): Promise<string> {
  if (file.status !== 'available') return '';
  const store = await unlessGone(storeFor(file.unitId));
  if (!store) return '';
  return store.link({
    method: 'GET',
    key: file.objectKey,
    expiresInSeconds: linkSeconds,
    filename: file.filename,
  });
}

/** Undefined where the account that holds the object belongs to a unit that was removed. */
export const unlessGone = (store: Promise<Objects>): Promise<Objects | undefined> =>
  store.catch((error: unknown) => {
    if (error instanceof MroError && error.code === 'MRO_BRAIN_UNIT') return undefined;
    throw error;
  });
