import { storeOf } from '../computing-units/stores.ts';
import type { Deps } from '../deps.ts';
import { bundleKey } from '../pipelines/keys.ts';
import { dropUpload } from '../uploads/transfer.ts';
import { unlessGone } from './place.ts';

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
        await (await unlessGone(storeOf(deps, file.unitId)))?.delete(file.objectKey);
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

type Named = (deps: Deps, id: string, key: string) => Promise<boolean>;

/** A bundle of a job: the one that it ended with, or that of the worker which has it now. */
const bundleIsNamed: Named = async ({ records }, id, key) => {
  const { resultKey, failureKey, lease } = (await records.pipelines.byId(id)) ?? {};
  const expected = lease ? [bundleKey('result', lease.id), bundleKey('failure', lease.id)] : [];
  return [resultKey, failureKey, ...expected].includes(key);
};

/** Folders of objects, the segment of their keys that is the id of a record, and whether that still names them. */
const belongings: readonly { folder: string; idAt: number; isNamed: Named }[] = [
  {
    folder: 'data/',
    idAt: 2,
    isNamed: async ({ records }, id) => ((await records.data.byId(id))?.status ?? 'refused') !== 'refused',
  },
  {
    folder: 'rois/',
    idAt: 2,
    isNamed: async ({ records }, id) => (await records.rois.byId(id)) !== undefined,
  },
  { folder: 'results/', idAt: 1, isNamed: bundleIsNamed },
  { folder: 'failed/', idAt: 1, isNamed: bundleIsNamed },
];

/**
 * Clears away objects that no file, region or job names: what a server left that stopped between two steps. It looks
 * at every object, so it is for every hour rather than for every minute.
 * @returns how many
 */
export async function collectOrphans(deps: Deps): Promise<number> {
  let removed = 0;
  const before = new Date(deps.clock().getTime() - graceMs).toISOString();
  for (const { folder, idAt, isNamed } of belongings) {
    for await (const { key, modifiedAt } of deps.objects.list(folder)) {
      const id = key.split('/')[idAt];
      if (id === undefined || modifiedAt >= before || (await isNamed(deps, id, key))) continue;
      await deps.objects.delete(key);
      removed++;
    }
  }
  return removed;
}
