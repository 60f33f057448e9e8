import type { VoxelGrid } from '../viewer/model/volume.ts';
import { carriedCursor, type Display, type DisplayStore } from '../viewer/state/display.ts';

/** One picture of several that move together. */
export interface Linked {
  readonly display: DisplayStore;
  readonly grid: VoxelGrid;
  /** Colours and window of its own: a map of differences has other values than its parts. */
  readonly ownColours: boolean;
}

/**
 * Links pictures: crosshair (at the same place of the patient), orientation, zoom and shift follow in all of them, and
 * window and colours in those that do not have their own.
 * @returns how to end it
 */
export function link(pictures: readonly Linked[]): () => void {
  let passing = false;
  const stops = pictures.map((from) => {
    let before = from.display.get();
    return from.display.subscribe(() => {
      const now = from.display.get();
      const last = before;
      before = now;
      if (passing) return;
      passing = true;
      for (const to of pictures) if (to !== from) to.display.set(followed(from, to, last, now));
      passing = false;
    });
  });
  return () => {
    for (const stop of stops) stop();
  };
}

const moving = [
  'layout',
  'zoom',
  'pan',
  'neurological',
  'smooth',
  'crosshair',
  'letters',
  'roiVisible',
] as const;
const colouring = ['colour', 'phaseColour', 'gamma', 'component', 'windows', 'sharedWindow'] as const;

/** What changes in one picture when another has changed. */
function followed(from: Linked, to: Linked, last: Display, now: Display): Partial<Display> {
  const fields = from.ownColours || to.ownColours ? moving : [...moving, ...colouring];
  const changed = fields.filter((field) => now[field] !== last[field]).map((field) => [field, now[field]]);
  return {
    ...(Object.fromEntries(changed) as Partial<Display>),
    ...(now.cursor !== last.cursor && { cursor: carriedCursor(now.cursor, from.grid, to.grid) }),
  };
}
