import type { VoxelGrid } from '../model/volume.ts';
import { clamped, type Display, windowKey } from './display.ts';
import { type Place, parsed } from './placeSchema.ts';
import type { Shown } from './shown.ts';

/** The place that is shown now. Automatic windows are left out: they follow from the map. */
export function placeOf(display: Display, shown: Shown): Place {
  const set = display.windows[windowKey(display, shown.id)];
  return {
    map: shown.id,
    view: display.layout,
    at: display.cursor.join(','),
    ...(shown.map.complex && { part: shown.component }),
    ...(set && { window: set.join(',') }),
  };
}

/** Display settings of a place, on the grid of the map that it names; the crosshair stays inside. */
export function displayAt(
  { view, at, part, window }: Place,
  { id, grid }: { id: number; grid: VoxelGrid },
  before: Display,
): Partial<Display> {
  const component = part ?? before.component;
  const [low, high] = window === undefined ? [] : parsed(window);
  const [i, j, k] = at === undefined ? [] : parsed(at);
  return {
    component,
    ...(view && { layout: view }),
    ...(i !== undefined && { cursor: clamped(grid, [i, j!, k!]) }),
    ...(low !== undefined && {
      windows: { ...before.windows, [windowKey({ ...before, component }, id)]: [low, high!] },
    }),
  };
}
