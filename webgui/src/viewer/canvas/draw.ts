import type { Point } from '../../roi/model/shapes.ts';
import { type ColourMapName, colourTable, hex } from '../model/colours.ts';
import { type Orientation, type Plane, planeOf, planeSize, voxelToPixel } from '../model/plane.ts';
import { renderLabels, renderSlice, type ValueWindow } from '../model/render.ts';
import type { VoxelGrid } from '../model/volume.ts';
import type { Display } from '../state/display.ts';
import { type Screen, type SliceView, sliceView, toScreen } from './view.ts';

/** One map on a slice. */
export interface Layer {
  readonly values: Float32Array;
  readonly window: ValueWindow;
  readonly colour: ColourMapName;
  readonly gamma: number;
  readonly opacity: number;
}

/** A shape that is being drawn, or a line that is measured. */
export interface Draft {
  readonly kind: 'rectangle' | 'ellipse' | 'polygon' | 'line';
  readonly points: readonly Point[];
  readonly colour: string;
}

/** Everything on one slice. */
export interface Scene {
  readonly grid: VoxelGrid;
  readonly orientation: Orientation;
  readonly display: Display;
  readonly layers: readonly Layer[];
  readonly labels?: { readonly voxels: Uint16Array; readonly colours: ReadonlyMap<number, number> };
  readonly drafts: readonly Draft[];
  /** Circle around the pointer: place and diameter in pixels of the slice. */
  readonly brush?: { readonly at: Point; readonly diameter: number };
}

/** What was drawn, for translating places on the screen. */
export interface Drawn {
  readonly view: SliceView;
  readonly plane: Plane;
}

const scratch = new Map<string, { canvas: HTMLCanvasElement; context: CanvasRenderingContext2D }>();

/** A canvas of the size of a slice that is used again for every frame. */
function sliceCanvas(name: string, width: number, height: number) {
  const key = `${name} ${width} ${height}`;
  let entry = scratch.get(key);
  if (!entry) {
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    entry = { canvas, context: canvas.getContext('2d')! };
    if (scratch.size > 16) scratch.clear();
    scratch.set(key, entry);
  }
  return entry;
}

/** Draws a slice with all that lies on it. */
export function drawScene(context: CanvasRenderingContext2D, screen: Screen, scene: Scene): Drawn {
  const { grid, orientation, display } = scene;
  const plane = planeOf(grid, orientation, display.neurological);
  const size = planeSize(grid, plane);
  const slice = display.cursor[plane.through];
  const view = sliceView(size, screen, display.zoom, display.pan[orientation]);
  const put = (name: string, pixels: Uint32Array, opacity: number, smooth: boolean): void => {
    const { canvas, context: small } = sliceCanvas(name, size.width, size.height);
    const bytes = new Uint8ClampedArray(pixels.buffer as ArrayBuffer, pixels.byteOffset, pixels.byteLength);
    small.putImageData(new ImageData(bytes, size.width, size.height), 0, 0);
    context.globalAlpha = opacity;
    context.imageSmoothingEnabled = smooth;
    context.drawImage(
      canvas,
      view.origin[0],
      view.origin[1],
      size.width * view.scale[0],
      size.height * view.scale[1],
    );
    context.globalAlpha = 1;
  };

  context.fillStyle = '#000';
  context.fillRect(0, 0, screen.width, screen.height);
  for (const layer of scene.layers) {
    const table = colourTable(layer.colour, layer.gamma);
    put(
      'map',
      renderSlice(grid, layer.values, plane, slice, layer.window, table),
      layer.opacity,
      display.smooth,
    );
  }
  if (scene.labels && display.roiVisible) {
    const { voxels, colours } = scene.labels;
    put('labels', renderLabels(grid, voxels, plane, slice, colours), display.roiOpacity, false);
  }
  for (const draft of scene.drafts) drawDraft(context, view, draft);
  if (display.crosshair) drawCrosshair(context, screen, view, voxelToPixel(grid, plane, display.cursor));
  if (scene.brush) drawBrush(context, view, scene.brush);
  if (display.letters) drawLetters(context, screen, plane);
  drawCaption(context, screen, plane, slice, size.slices);
  return { view, plane };
}

function drawDraft(
  context: CanvasRenderingContext2D,
  view: SliceView,
  { kind, points, colour }: Draft,
): void {
  const at = points.map(([u, v]) => toScreen(view, u, v));
  const [a, b] = [at[0], at.at(-1)];
  if (!a || !b) return;
  const outline = new Path2D();
  if (kind === 'polygon' || kind === 'line') {
    for (const [x, y] of at) outline.lineTo(x, y);
  } else {
    // Whole pixels are covered: the frame runs half a pixel outside of the outermost centres.
    const [hx, hy] = [view.scale[0] / 2, view.scale[1] / 2];
    const [left, right] = [Math.min(a[0], b[0]) - hx, Math.max(a[0], b[0]) + hx];
    const [top, bottom] = [Math.min(a[1], b[1]) - hy, Math.max(a[1], b[1]) + hy];
    if (kind === 'rectangle') outline.rect(left, top, right - left, bottom - top);
    else {
      const [rx, ry] = [(right - left) / 2, (bottom - top) / 2];
      outline.ellipse(left + rx, top + ry, rx, ry, 0, 0, 2 * Math.PI);
    }
  }
  stroke(context, outline, colour, 2);
  if (kind === 'polygon' || kind === 'line') {
    for (const [x, y] of at) {
      context.fillStyle = colour;
      context.fillRect(x - 3, y - 3, 6, 6);
    }
  }
}

/** A line with a dark border, which is seen on every background. */
function stroke(context: CanvasRenderingContext2D, path: Path2D, colour: string, width: number): void {
  context.lineJoin = 'round';
  context.strokeStyle = 'rgba(0, 0, 0, 0.6)';
  context.lineWidth = width + 2;
  context.stroke(path);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke(path);
}

function drawCrosshair(
  context: CanvasRenderingContext2D,
  screen: Screen,
  view: SliceView,
  [u, v]: Point,
): void {
  const [x, y] = toScreen(view, u, v);
  const [gapX, gapY] = view.scale.map((scale) => Math.max(6, scale / 2 + 3)) as [number, number];
  const lines = new Path2D();
  for (const [x0, y0, x1, y1] of [
    [0, y, x - gapX, y],
    [x + gapX, y, screen.width, y],
    [x, 0, x, y - gapY],
    [x, y + gapY, x, screen.height],
  ] as const) {
    lines.moveTo(x0, y0);
    lines.lineTo(x1, y1);
  }
  context.strokeStyle = 'rgba(0, 0, 0, 0.45)';
  context.lineWidth = 3;
  context.stroke(lines);
  context.strokeStyle = 'rgba(255, 255, 255, 0.75)';
  context.lineWidth = 1;
  context.stroke(lines);
}

function drawBrush(
  context: CanvasRenderingContext2D,
  view: SliceView,
  { at, diameter }: { at: Point; diameter: number },
): void {
  const [x, y] = toScreen(view, at[0], at[1]);
  const circle = new Path2D();
  circle.ellipse(x, y, (diameter / 2) * view.scale[0], (diameter / 2) * view.scale[1], 0, 0, 2 * Math.PI);
  stroke(context, circle, '#fff', 1);
}

function drawLetters(context: CanvasRenderingContext2D, screen: Screen, { edges }: Plane): void {
  if (!edges) return;
  const [left, right, top, bottom] = edges;
  text(context, left, 8, screen.height / 2, 'left');
  text(context, right, screen.width - 8, screen.height / 2, 'right');
  text(context, top, screen.width / 2, 12, 'center');
  text(context, bottom, screen.width / 2, screen.height - 12, 'center');
}

function drawCaption(
  context: CanvasRenderingContext2D,
  screen: Screen,
  { orientation, oblique }: Plane,
  slice: number,
  slices: number,
): void {
  const name = orientation[0]!.toUpperCase() + orientation.slice(1);
  const turned = oblique > 0.5 ? `, oblique ${oblique.toFixed(0)}°` : '';
  text(context, `${name}${turned}`, 8, 12, 'left', 12);
  text(context, `${slice + 1} / ${slices}`, 8, screen.height - 12, 'left', 12);
}

function text(
  context: CanvasRenderingContext2D,
  words: string,
  x: number,
  y: number,
  align: CanvasTextAlign,
  size = 14,
): void {
  context.font = `600 ${size}px system-ui, sans-serif`;
  context.textAlign = align;
  context.textBaseline = 'middle';
  context.lineWidth = 3;
  context.strokeStyle = 'rgba(0, 0, 0, 0.8)';
  context.strokeText(words, x, y);
  context.fillStyle = '#fff';
  context.fillText(words, x, y);
}

/** Colours of the labels that are visible. */
export const labelColours = (
  list: readonly { readonly value: number; readonly colour: number; readonly visible: boolean }[],
): ReadonlyMap<number, number> =>
  new Map(list.filter(({ visible }) => visible).map(({ value, colour }) => [value, colour]));

export const cssColour = hex;
