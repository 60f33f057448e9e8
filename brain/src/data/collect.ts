import type { Deps } from '../deps.ts';
import { dropUpload } from '../uploads/transfer.ts';

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
      // A bundle that was joined, and the server stopped before it became a job.
      const isResult = upload.target.kind === 'result';
      if (isResult && !(await deps.records.pipelines.byId(upload.target.id))) {
        await deps.objects.delete(upload.objectKey);
      }
      await dropUpload(deps, upload);
      removed++;
    }
    if (expired.length < batch) return removed;
  }
}

/** Folders of objects, and the record that each object there belongs to: the segment of its key that is the id. */
const belongings = [
  { folder: 'data/', idAt: 2, record: ({ records }: Deps, id: string) => records.data.byId(id) },
  { folder: 'rois/', idAt: 2, record: ({ records }: Deps, id: string) => records.rois.byId(id) },
  { folder: 'results/', idAt: 1, record: ({ records }: Deps, id: string) => records.pipelines.byId(id) },
  { folder: 'failed/', idAt: 1, record: ({ records }: Deps, id: string) => records.pipelines.byId(id) },
];

/**
 * Clears away objects that no file, region or job names: what a server left that stopped between two steps. It looks
 * at every object, so it is for every hour rather than for every minute.
 * @returns how many
 */
export async function collectOrphans(deps: Deps): Promise<number> {
  let removed = 0;
  const before = new Date(deps.clock().getTime() - graceMs).toISOString();
  for (const { folder, idAt, record } of belongings) {
    for await (const { key, modifiedAt } of deps.objects.list(folder)) {
      const id = key.split('/')[idAt];
      if (id === undefined || modifiedAt >= before || (await record(deps, id))) continue;
      await deps.objects.delete(key);
      removed++;
    }
  }
  return removed;
}
