import type { ComputingUnit, DataFile, Preset, Roi, Upload, Versioned } from '../../entities.ts';
import type { Records } from '../records.ts';
import { documents, timed, updateVersioned } from './documents.ts';
import type { Table } from './table.ts';

const filesOf = (userId: string): string => `files#${userId}`;
const usageOf = (userId: string): string => `usage#${userId}`;
const waiting = 'uploads';

/** Files and uploads under way. */
export function library(table: Table): Pick<Records, 'data' | 'uploads'> {
  const files = documents<DataFile>(table, {
    name: 'file',
    places: (file) =>
      file.status === 'available' || file.status === 'refused'
        ? [{ list: filesOf(file.userId), at: timed(file) }]
        : [],
    counts: ({ userId, size }) => [{ counter: usageOf(userId), name: 'bytes', amount: size }],
  });
  // They do not end by themselves: whoever collects them gives back what they reserved.
  const uploads = documents<Upload>(table, {
    name: 'upload',
    places: ({ expiresAt, id }) => [{ list: waiting, at: `${expiresAt}#${id}` }],
  });
  return {
    data: {
      create: files.insert,
      byId: files.byId,
      update: (file) => updateVersioned(table, files, file),
      delete: async (id) => {
        await files.delete(id);
      },
      listByUser: (userId, page) => files.page(filesOf(userId), page),
      usage: async (userId) => Number((await table.get({ pk: usageOf(userId), sk: 'record' }))?.bytes ?? 0),
    },
    uploads: {
      create: uploads.insert,
      byId: uploads.byId,
      delete: async (id) => {
        await uploads.delete(id);
      },
      expired: (now, limit) => uploads.list(waiting, { before: now, limit }),
    },
  };
}

/** More than anybody sees. */
const most = 10_000;
const shared = 'shared';
const ownedBy = (userId: string): string => `owner#${userId}`;

/** Records that belong to somebody, and that others see where they are shared; oldest first. */
function shareable<T extends Versioned & { readonly id: string; readonly isShared: boolean }>(
  table: Table,
  name: string,
  ownerOf: (record: T) => string,
) {
  const all = documents<T>(table, {
    name,
    places: (record) => [
      { list: `${name}s#${ownedBy(ownerOf(record))}`, at: timed(record) },
      ...(record.isShared ? [{ list: `${name}s#${shared}`, at: timed(record) }] : []),
    ],
  });
  return {
    create: all.insert,
    byId: all.byId,
    update: (record: T) => updateVersioned(table, all, record),
    delete: async (id: string) => {
      await all.delete(id);
    },
    listVisible: async (userId: string): Promise<readonly T[]> => {
      const [own, others] = await Promise.all([
        all.list(`${name}s#${ownedBy(userId)}`, { limit: most }),
        all.list(`${name}s#${shared}`, { limit: most }),
      ]);
      const known = new Set(own.map(({ id }) => id));
      return [...own, ...others.filter(({ id }) => !known.has(id))].sort((one, other) =>
        timed(one) < timed(other) ? -1 : 1,
      );
    },
  };
}

/** Computing units. */
export const units = (table: Table): Records['units'] =>
  shareable<ComputingUnit>(table, 'unit', ({ ownerId }) => ownerId);

/** Settings that a user keeps to set up jobs with. */
export const presets = (table: Table): Records['presets'] =>
  shareable<Preset>(table, 'preset', ({ userId }) => userId);

const roisOf = (pipelineId: string): string => `rois#${pipelineId}`;

/** Regions of interest, beside the jobs they belong to. */
export function rois(table: Table): Records['rois'] {
  const all = documents<Roi>(table, {
    name: 'roi',
    places: (roi) => [{ list: roisOf(roi.pipelineId), at: timed(roi) }],
  });
  return {
    create: all.insert,
    byId: all.byId,
    listByPipeline: (pipelineId) => all.list(roisOf(pipelineId), { limit: most }),
    delete: async (id) => {
      await all.delete(id);
    },
  };
}
