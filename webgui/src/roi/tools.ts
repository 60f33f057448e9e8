import type { Orientation, Plane } from '../viewer/model/plane.ts';
import { pixelToVoxel, planeSize } from '../viewer/model/plane.ts';
import type { ValueWindow } from '../viewer/model/render.ts';
import { indexOf, type VoxelGrid } from '../viewer/model/volume.ts';
import type { RoiEditor, Tool } from './editor.ts';
import { grow, onSlice } from './model/regions.ts';
import { brush, ellipse, flood, type Point, polygon, rectangle } from './model/shapes.ts';

/** Where a tool works: a slice of the map that is shown. */
export interface ToolSite {
  readonly grid: VoxelGrid;
  readonly orientation: Orientation;
  readonly plane: Plane;
  readonly slice: number;
  readonly values: Float32Array;
  readonly window: ValueWindow;
}

const shapes = { rectangle, ellipse } as const;
const isShape = (tool: Tool): tool is 'rectangle' | 'ellipse' => tool in shapes;
const strokeLabel = (editor: RoiEditor): number => (editor.state.tool === 'eraser' ? 0 : editor.state.active);

/** The pointer goes down, or a key says "here". */
export function begin(editor: RoiEditor, site: ToolSite, at: Point): void {
  const { tool, draft } = editor.state;
  const { orientation, slice } = site;
  if (tool === 'pen' || tool === 'eraser') {
    setDraft(editor, site, [at]);
    dab(editor, site, at, at);
  } else if (isShape(tool) || tool === 'line') {
    setDraft(editor, site, [at, at]);
  } else if (tool === 'polygon') {
    const goesOn = draft && draft.orientation === orientation && draft.slice === slice;
    const points = goesOn ? draft.points : [];
    if (points.length > 2 && distance(points[0]!, at) < 1.5) finish(editor, site);
    else setDraft(editor, site, [...points, at]);
  } else if (tool === 'fill') fillAt(editor, site, at);
  else if (tool === 'grow') growAt(editor, site, at);
}

/** The pointer moves with its button down. */
export function drag(editor: RoiEditor, site: ToolSite, at: Point): void {
  const { tool, draft } = editor.state;
  if (!draft) return;
  if (tool === 'pen' || tool === 'eraser') {
    dab(editor, site, draft.points.at(-1)!, at);
    setDraft(editor, site, [...draft.points, at]);
  } else if (isShape(tool) || tool === 'line') setDraft(editor, site, [draft.points[0]!, at]);
}

/** The pointer goes up. A polygon waits for more corners. */
export function end(editor: RoiEditor, site: ToolSite): void {
  if (editor.state.tool !== 'polygon') finish(editor, site);
}

/** Makes an edit of what was drawn so far. */
export function finish(editor: RoiEditor, site: ToolSite): void {
  const { tool, draft, penFills, active } = editor.state;
  if (!draft) return;
  const extent = planeSize(site.grid, site.plane);
  const place = (pixels: Uint32Array): Uint32Array => onSlice(site.grid, site.plane, draft.slice, pixels);
  const [a, b] = [draft.points[0]!, draft.points.at(-1)!];
  if (tool === 'pen' || tool === 'eraser') {
    if (tool === 'pen' && penFills) editor.stroke(place(polygon(extent, draft.points)), active);
    editor.endStroke();
  } else if (isShape(tool)) editor.paint(place(shapes[tool](extent, a, b)));
  else if (tool === 'polygon') editor.paint(place(polygon(extent, draft.points)));
  else if (tool === 'line' && distance(a, b) > 0) {
    editor.store.set({ profile: { orientation: draft.orientation, slice: draft.slice, a, b } });
  }
  editor.store.set({ draft: undefined });
}

export function cancel(editor: RoiEditor): void {
  editor.endStroke();
  editor.store.set({ draft: undefined });
}

const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

const setDraft = (editor: RoiEditor, { orientation, slice }: ToolSite, points: readonly Point[]): void =>
  editor.store.set({ draft: { orientation, slice, points } });

function dab(editor: RoiEditor, { grid, plane, slice }: ToolSite, from: Point, to: Point): void {
  const pixels = brush(planeSize(grid, plane), from, to, editor.state.brush);
  editor.stroke(onSlice(grid, plane, slice, pixels), strokeLabel(editor));
}

function fillAt(editor: RoiEditor, { grid, plane, slice }: ToolSite, at: Point): void {
  const { labels } = editor;
  const labelAt = (u: number, v: number): number =>
    labels[indexOf(grid, pixelToVoxel(grid, plane, u, v, slice))]!;
  const [u0, v0] = [Math.round(at[0]), Math.round(at[1])];
  const extent = planeSize(grid, plane);
  if (u0 < 0 || v0 < 0 || u0 >= extent.width || v0 >= extent.height) return;
  const wanted = labelAt(u0, v0);
  editor.paint(
    onSlice(
      grid,
      plane,
      slice,
      flood(extent, at, (u, v) => labelAt(u, v) === wanted),
    ),
  );
}

function growAt(editor: RoiEditor, { grid, plane, slice, values, window }: ToolSite, at: Point): void {
  const extent = planeSize(grid, plane);
  const [u, v] = [Math.round(at[0]), Math.round(at[1])];
  if (u < 0 || v < 0 || u >= extent.width || v >= extent.height) return;
  const seed = pixelToVoxel(grid, plane, u, v, slice);
  const value = values[indexOf(grid, seed)]!;
  const reach = ((window[1] - window[0]) * editor.state.tolerance) / 100;
  const range = { low: value - reach, high: value + reach };
  editor.paint(grow(grid, values, seed, range, editor.state.grow3d, plane));
}
