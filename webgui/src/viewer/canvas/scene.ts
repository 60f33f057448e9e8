import type { RoiState } from '../../roi/editor.ts';
import type { Point } from '../../roi/model/shapes.ts';
import { planeOf } from '../model/plane.ts';
import { colourOf, windowOf } from '../state/shown.ts';
import { cssColour, type Draft, type Layer, labelColours, type Scene } from './draw.ts';
import type { SliceProps } from './SliceCanvas.tsx';

/** Everything that lies on a slice now. */
export function sceneOf({ orientation, shown, underlay, display, editor }: SliceProps, hover?: Point): Scene {
  const state = display.get();
  const roi = editor.state;
  const slice = state.cursor[planeOf(shown.map, orientation, state.neurological).through];
  const map: Layer = {
    values: shown.values,
    window: windowOf(state, shown),
    colour: colourOf(state, shown),
    gamma: state.gamma,
    opacity: state.opacity,
  };
  const below: Layer[] = underlay
    ? [{ values: underlay.values, window: underlay.automatic, colour: 'gray', gamma: 1, opacity: 1 }]
    : [];
  const brushes = roi.tool === 'pen' || roi.tool === 'eraser';
  return {
    grid: shown.map,
    orientation,
    display: state,
    layers: [...below, map],
    labels: { voxels: roi.drawing.labels, colours: labelColours(roi.drawing.list) },
    drafts: draftsOn(roi, orientation, slice),
    ...(brushes && hover && { brush: { at: hover, diameter: roi.brush } }),
  };
}

function draftsOn(roi: RoiState, orientation: string, slice: number): Draft[] {
  const here = (place: { orientation: string; slice: number }): boolean =>
    place.orientation === orientation && place.slice === slice;
  const drafts: Draft[] = [];
  const { draft, profile, tool } = roi;
  const active = roi.drawing.list.find(({ value }) => value === roi.active);
  const colour = cssColour(active?.colour ?? 0xffffff);
  if (draft && here(draft) && (tool === 'rectangle' || tool === 'ellipse' || tool === 'polygon')) {
    drafts.push({ kind: tool, points: draft.points, colour });
  }
  if (draft && here(draft) && tool === 'line') {
    drafts.push({ kind: 'line', points: draft.points, colour: '#fff' });
  } else if (profile && here(profile)) {
    drafts.push({ kind: 'line', points: [profile.a, profile.b], colour: '#fff' });
  }
  return drafts;
}

/** What a tool needs to know about the slice that it works on. */
export function siteOf({ orientation, shown, display }: SliceProps) {
  const state = display.get();
  const plane = planeOf(shown.map, orientation, state.neurological);
  return {
    grid: shown.map,
    orientation,
    plane,
    slice: state.cursor[plane.through],
    values: shown.values,
    window: windowOf(state, shown),
  };
}
