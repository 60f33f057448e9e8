import type { Deps } from '../deps.ts';
import { dropUpload } from '../uploads/transfer.ts';
import { dataIdOfKey } from './place.ts';

const batch = 100;
/** Objects younger than this may belong to a record that is just being written. */
const graceMs = 86_400_000;

/**
 * Clears away uploads whose time is over, with what arrived of them.
 * @returns how many
 */
export async function collectAbandoned(deps: Deps): Promise<number> {
  let removed = 0;
  for (;;) {
    const expired = await deps.records.uploads.expired(deps.clock().toISOString(), batch);
    for (const upload of expired) {
      const file = upload.target.kind === 'data' ? await deps.records.data.byId(upload.target.id) : undefined;
      if (file?.status === 'uploading' || file?.status === 'checking') {
        await deps.records.data.delete(file.id);
        await deps.objects.delete(file.objectKey);
      }
      await dropUpload(deps, upload);
      removed++;
    }
    if (expired.length < batch) return removed;
  }
}

/**
 * Clears away objects that no file of a library names: what a server left that stopped between two steps. It looks
 * at every object, so it is for every hour rather than for every minute.
 * @returns how many
 */
export async function collectOrphans(deps: Deps): Promise<number> {
  let removed = 0;
  const before = new Date(deps.clock().getTime() - graceMs).toISOString();
  for await (const { key, modifiedAt } of deps.objects.list('data/')) {
    const id = dataIdOfKey(key);
    if (id === undefined || modifiedAt >= before || (await deps.records.data.byId(id))) continue;
    await deps.objects.delete(key);
    removed++;
  }
  return removed;
}
