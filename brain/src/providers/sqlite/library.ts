import type { ComputingUnit, DataFile, Preset, Roi, Upload } from '../../entities.ts';
import type { Records } from '../records.ts';
import type { Database } from './database.ts';
import { documents, records, updateVersioned } from './documents.ts';
import { readPage } from './pages.ts';

const visibleUnits = `
  SELECT doc, createdAt, id FROM units WHERE ownerId = ?
  UNION SELECT doc, createdAt, id FROM units WHERE isShared ORDER BY createdAt, id`;

const visiblePresets = `
  SELECT doc, createdAt, id FROM presets WHERE userId = ?
  UNION SELECT doc, createdAt, id FROM presets WHERE isShared ORDER BY createdAt, id`;

/** Files, uploads under way, computing units, regions of interest and presets. */
export function library(
  database: Database,
): Pick<Records, 'data' | 'uploads' | 'units' | 'rois' | 'presets'> {
  const files = documents<DataFile>(database, 'dataFiles');
  const uploads = documents<Upload>(database, 'uploads');
  const units = documents<ComputingUnit>(database, 'units');
  const rois = documents<Roi>(database, 'rois');
  const presets = documents<Preset>(database, 'presets');
  return {
    data: {
      create: async (file) => files.insert(file),
      byId: async (id) => files.byId(id),
      update: async (file) => updateVersioned(database, 'dataFiles', file),
      delete: async (id) => {
        files.delete(id);
      },
      listByUser: async (userId, page) =>
        readPage<DataFile>(
          database,
          'dataFiles',
          `userId = ? AND status IN ('available', 'refused')`,
          [userId],
          page,
        ),
      usage: async (userId) =>
        Number(
          database.get('SELECT coalesce(sum(size), 0) AS size FROM dataFiles WHERE userId = ?', userId)?.size,
        ),
    },
    uploads: {
      create: async (upload) => uploads.insert(upload),
      byId: async (id) => uploads.byId(id),
      delete: async (id) => {
        uploads.delete(id);
      },
      expired: async (now, limit) =>
        records<Upload>(
          database.all('SELECT doc FROM uploads WHERE expiresAt < ? ORDER BY expiresAt LIMIT ?', now, limit),
        ),
    },
    units: {
      create: async (unit) => units.insert(unit),
      byId: async (id) => units.byId(id),
      update: async (unit) => updateVersioned(database, 'units', unit),
      delete: async (id) => {
        units.delete(id);
      },
      listVisible: async (userId) => records<ComputingUnit>(database.all(visibleUnits, userId)),
    },
    rois: {
      create: async (roi) => rois.insert(roi),
      byId: async (id) => rois.byId(id),
      listByPipeline: async (pipelineId) =>
        records<Roi>(
          database.all('SELECT doc FROM rois WHERE pipelineId = ? ORDER BY createdAt, id', pipelineId),
        ),
      delete: async (id) => {
        rois.delete(id);
      },
    },
    presets: {
      create: async (preset) => presets.insert(preset),
      byId: async (id) => presets.byId(id),
      update: async (preset) => updateVersioned(database, 'presets', preset),
      delete: async (id) => {
        presets.delete(id);
      },
      listVisible: async (userId) => records<Preset>(database.all(visiblePresets, userId)),
    },
  };
}
