import { useEffect, useState } from 'react';
import { componentValues } from '../viewer/model/volume.ts';
import type { Shown } from '../viewer/state/shown.ts';
import type { RoiEditor } from './editor.ts';
import { voxelsByLabel } from './model/mask.ts';
import { differenceSnr, type RoiStatistics, statistics } from './model/statistics.ts';
import type { StatisticsRow } from './model/table.ts';

/** A region with its voxels and what is measured there. */
export interface MeasuredRegion {
  /** Label number; undefined of a group. */
  readonly label: number | undefined;
  /** Group number; undefined of a label. */
  readonly group: number | undefined;
  readonly name: string;
  readonly colour: number;
  readonly voxels: Uint32Array;
  readonly statistics: RoiStatistics;
  readonly differenceSnr: number | undefined;
}

/** Measures every label and group of a drawing on a map; those without voxels too. */
export function measure(editor: RoiEditor, shown: Shown): MeasuredRegion[] {
  const { drawing } = editor.state;
  const byLabel = voxelsByLabel(drawing.labels);
  const none = new Uint32Array(0);
  const repetitions = repetitionsOf(shown);
  const region = (
    name: string,
    colour: number,
    voxels: Uint32Array,
    place: Pick<MeasuredRegion, 'label' | 'group'>,
  ): MeasuredRegion => ({
    ...place,
    name,
    colour,
    voxels,
    statistics: statistics(shown.map, shown.values, voxels),
    differenceSnr: repetitions && differenceSnr(repetitions[0], repetitions[1], voxels),
  });
  const labels = drawing.list.map(({ value, name, colour }) =>
    region(name, colour, byLabel.get(value) ?? none, { label: value, group: undefined }),
  );
  const groups = drawing.groups.map(({ id, name, members }) => {
    const colour = drawing.list.find(({ value }) => value === members[0])?.colour ?? 0x888888;
    const voxels = joined(members.map((member) => byLabel.get(member) ?? none));
    return region(name, colour, voxels, { label: undefined, group: id });
  });
  return [...labels, ...groups];
}

/** Magnitudes of the first two repetitions, where the map has them. */
function repetitionsOf({ map }: Shown): readonly [Float32Array, Float32Array] | undefined {
  if (map.repetitions < 2) return undefined;
  return [componentValues(map, 'magnitude', 0), componentValues(map, 'magnitude', 1)];
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all.sort();
}

/** Lines of the table, of regions that have voxels. */
export const rowsOf = (regions: readonly MeasuredRegion[], map: string): StatisticsRow[] =>
  regions
    .filter(({ voxels }) => voxels.length > 0)
    .map(({ name, statistics: measured, differenceSnr: snr }) => ({
      roi: name,
      map,
      statistics: measured,
      ...(snr !== undefined && { differenceSnr: snr }),
    }));

/** Milliseconds between measurements while a stroke goes on. */
const pause = 40;

/** The regions of a drawing, measured whenever it, or the map, has changed. */
export function useMeasured(editor: RoiEditor, shown: Shown): readonly MeasuredRegion[] {
  const [regions, setRegions] = useState<readonly MeasuredRegion[]>(() => measure(editor, shown));
  useEffect(() => {
    setRegions(measure(editor, shown));
    let timer: ReturnType<typeof setTimeout> | undefined;
    let { drawing, version } = editor.state;
    const changed = (): void => {
      if (editor.state.drawing === drawing && editor.state.version === version) return;
      ({ drawing, version } = editor.state);
      timer ??= setTimeout(() => {
        timer = undefined;
        setRegions(measure(editor, shown));
      }, pause);
    };
    const stop = editor.store.subscribe(changed);
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [editor, shown]);
  return regions;
}
