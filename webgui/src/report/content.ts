import { resultMaps } from '@mroptimum/contract';
import { flattened } from '../compare/model/settings.ts';
import { measure, rowsOf } from '../roi/useMeasured.ts';
import { report } from '../strings/report.ts';
import { viewer } from '../strings/viewer.ts';
import { unitOf } from '../viewer/model/format.ts';
import type { Result } from '../viewer/model/source.ts';
import { summaryOf } from '../viewer/model/summary.ts';
import { type MapVolume, sameGrid } from '../viewer/model/volume.ts';
import { shownOf } from '../viewer/state/shown.ts';
import { editorsOf } from '../viewer/useEditor.ts';
import type { ReportContent, ReportPicture } from './model/html.ts';
import { matrixPicture, montage } from './pictures.ts';

interface Choice {
  readonly result: Result;
  /** Of results of a server. */
  readonly job?: { readonly id: string; readonly createdAt: string };
  /** Ids of the maps that are shown. */
  readonly mapIds: readonly number[];
  readonly notes: string;
}

/** Maps that a report shows unless told otherwise: results, and what stands beside them, not each coil. */
export const reportMaps = (result: Result): number[] =>
  result.maps
    .filter(({ id }) => id < 1000 && id !== resultMaps.snrLower.id && id !== resultMaps.snrUpper.id)
    .map(({ id }) => id);

/** Puts a report together: reads the maps, draws pictures, measures the regions that were drawn. */
export async function reportContent(choice: Choice, now = new Date()): Promise<ReportContent> {
  const { result, job, mapIds, notes } = choice;
  const { info } = result;
  const { snrUnits } = info.info;
  const pictures: ReportPicture[] = [];
  const matrices: ReportPicture[] = [];
  const regions: ReportContent['regions'][number][] = [];
  let first: MapVolume | undefined;
  const covariance = await result.maps.find(({ id }) => id === resultMaps.noiseCovariance.id)?.load();
  for (const entry of result.maps) {
    if (!mapIds.includes(entry.id)) continue;
    const map = await entry.load();
    if (entry.matrix) {
      const coefficients = entry.id === resultMaps.noiseCoefficients.id;
      matrices.push(matrixPicture(entry.name, map, coefficients, covariance));
      continue;
    }
    first ??= map;
    const shown = shownOf(entry.id, entry.name, map, { component: 'magnitude', repetition: 0 });
    const editor = editorsOf(result).find(({ state }) => sameGrid(state.drawing.grid, map));
    const colour = entry.type === 'mask' || entry.id === resultMaps.reconstruction.id ? 'gray' : 'viridis';
    pictures.push(montage(shown, colour, unitOf(entry.id, shown.component, snrUnits), editor?.state.drawing));
    if (editor) regions.push(...rowsOf(measure(editor, shown), entry.name));
  }
  return {
    name: result.name,
    made: now.toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short' }),
    notes,
    warning: snrUnits === 'relative' ? report.relative : undefined,
    summary: [
      ...(job ? [[report.job, job.id] as const, [report.date, job.createdAt] as const] : []),
      ...summaryOf(info, first),
      [report.bundle, result.maps.map(({ name }) => name).join(', ')],
    ],
    pictures,
    matrices,
    regions,
    settings: [...flattened(info.headers.options)],
    log: info.headers.log.length > 0 ? info.headers.log : [{ when: '', what: viewer.noLog }],
  };
}
