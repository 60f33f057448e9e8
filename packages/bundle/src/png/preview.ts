import type { Geometry } from '@mroptimum/contract';
import { MroError } from '@mroptimum/contract';
import { magnitude } from '../volume.ts';
import type { Canvas } from './canvas.ts';
import { createCanvas, drawText, fillRectangle, ink, lineHeight, paste, textWidth } from './canvas.ts';
import type { ColourMap } from './colours.ts';
import { colourOf, palette } from './colours.ts';
import { encodePng } from './encode.ts';
import type { Window } from './scale.ts';
import { robustWindow, tickLabels, ticks } from './scale.ts';

/** A map to be looked at; of complex ones the magnitude is shown. */
export interface PreviewMap {
  /** (y, x) or (z, y, x), x fastest. */
  readonly shape: readonly number[];
  readonly data: Float32Array;
  readonly complex?: boolean;
  /** Voxels are drawn in their proportions where it is given. */
  readonly geometry?: Geometry;
}

export interface PreviewOptions {
  readonly title?: string;
  readonly units?: string;
  readonly colourMap?: ColourMap;
  /** Default: 1st to 99th percentile of the values that are not zero. */
  readonly window?: Window;
}

/** Smallest and largest side of the image area in pixels. */
const wanted = 320;
const largest = 2048;
const gap = 2;
const margin = 12;
const barWidth = 16;

/**
 * A PNG picture of a map: x (readout) to the right, y (phase) down, slices as a mosaic in rows from the upper
 * left; beside it a colour bar with the values in their own units. Pixels that are not a number are gray.
 *
 * @throws MRO_BUNDLE_SHAPE
 */
export function preview(map: PreviewMap, options: PreviewOptions = {}): Uint8Array<ArrayBuffer> {
  return encodePng(drawPanel(map, options));
}

/**
 * Several labelled maps in one PNG, row by row, each with its own colour bar.
 * @throws MRO_BUNDLE_SHAPE
 */
export function contactSheet(
  panels: readonly (PreviewMap & PreviewOptions)[],
  columns = Math.ceil(Math.sqrt(panels.length)),
): Uint8Array<ArrayBuffer> {
  if (panels.length === 0 || !Number.isInteger(columns) || columns < 1) {
    throw new MroError('MRO_BUNDLE_SHAPE', 'A contact sheet needs at least one map and one column.');
  }
  const pictures = panels.map((panel) => drawPanel(panel, panel));
  const rows = Math.ceil(pictures.length / columns);
  const widest = (of: (i: number) => boolean, side: 'width' | 'height') =>
    Math.max(0, ...pictures.filter((_, i) => of(i)).map((picture) => picture[side]));
  const widths = Array.from({ length: columns }, (_, c) => widest((i) => i % columns === c, 'width'));
  const heights = Array.from({ length: rows }, (_, r) =>
    widest((i) => Math.floor(i / columns) === r, 'height'),
  );
  const sum = (list: readonly number[]) => list.reduce((total, side) => total + side, 0);
  const sheet = createCanvas(sum(widths), sum(heights));
  pictures.forEach((picture, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    paste(sheet, picture, sum(widths.slice(0, column)), sum(heights.slice(0, row)));
  });
  return encodePng(sheet);
}

function drawPanel(map: PreviewMap, options: PreviewOptions): Canvas {
  const { colourMap = 'viridis', title = '', units = '' } = options;
  const values = magnitude({ ...map, complex: map.complex === true });
  const window = options.window ?? robustWindow(values);
  const image = drawMosaic(map, values, window, colourMap);
  const marks = ticks(window);
  const labels = tickLabels(marks);
  const heading = units === '' ? title : `${title} [${units}]`;
  const labelWidth = Math.max(0, ...labels.map(textWidth));
  const top = margin + (heading === '' ? 0 : lineHeight);
  const barLeft = margin + image.width + margin;
  const width = Math.max(barLeft + barWidth + 8 + labelWidth, margin + textWidth(heading)) + margin;
  const canvas = createCanvas(width, top + image.height + margin);
  drawText(canvas, heading, margin, margin - 2);
  paste(canvas, image, margin, top);
  drawBar(canvas, { left: barLeft, top, height: image.height, window, colourMap, marks, labels });
  return canvas;
}

interface Bar {
  readonly left: number;
  readonly top: number;
  readonly height: number;
  readonly window: Window;
  readonly colourMap: ColourMap;
  readonly marks: readonly number[];
  readonly labels: readonly string[];
}

/** The colour bar: high values on top, a line and a number at round values. */
function drawBar(canvas: Canvas, { left, top, height, window, colourMap, marks, labels }: Bar): void {
  const [low, high] = window;
  for (let y = 0; y < height; y++) {
    const colour = colourOf(colourMap, 1 - (y + 0.5) / height);
    fillRectangle(canvas, left, top + y, barWidth, 1, colour);
  }
  marks.forEach((value, i) => {
    const y = Math.min(height - 1, Math.round(((high - value) / (high - low)) * height));
    fillRectangle(canvas, left + barWidth, top + y, 4, 1, ink);
    const textTop = Math.min(Math.max(top + y - 6, top - 2), top + height - 14);
    drawText(canvas, labels[i]!, left + barWidth + 8, textTop);
  });
}

/** Slices side by side, enlarged to a size that can be looked at, or thinned out where they are too many. */
function drawMosaic(map: PreviewMap, values: Float32Array, window: Window, colourMap: ColourMap): Canvas {
  const [nx = 0, ny = 1, nz = 1, ...others] = [...map.shape].reverse();
  if (others.some((extent) => extent !== 1) || values.length !== nx * ny * nz || values.length === 0) {
    const shape = map.shape.join(', ');
    throw new MroError(
      'MRO_BUNDLE_SHAPE',
      `A picture of ${values.length} values in the shape (${shape}) cannot be drawn.`,
    );
  }
  const columns = Math.ceil(Math.sqrt(nz));
  const rows = Math.ceil(nz / columns);
  const ratio = map.geometry ? map.geometry.spacing[1] / map.geometry.spacing[0] : 1;
  // A twentieth is not seen, but would make neighbouring voxels unequal.
  const aspect = Math.abs(ratio - 1) < 0.05 || !Number.isFinite(ratio) ? 1 : ratio;
  const side = Math.max(nx * columns, ny * aspect * rows);
  const zoom = side <= wanted ? Math.max(1, Math.round(wanted / side)) : Math.min(1, largest / side);
  const width = Math.max(1, Math.round(nx * zoom));
  const height = Math.max(1, Math.round(ny * zoom * aspect));
  const canvas = createCanvas(columns * (width + gap) - gap, rows * (height + gap) - gap);
  const colour = palette(colourMap, window);
  const columnOf = Uint32Array.from({ length: width }, (_, x) => Math.floor((x * nx) / width));
  for (let z = 0; z < nz; z++) {
    const left = (z % columns) * (width + gap);
    const top = Math.floor(z / columns) * (height + gap);
    for (let y = 0; y < height; y++) {
      const row = (z * ny + Math.floor((y * ny) / height)) * nx;
      let at = 3 * ((top + y) * canvas.width + left);
      for (let x = 0; x < width; x++) {
        const [red, green, blue] = colour(values[row + columnOf[x]!]!);
        canvas.rgb[at++] = red;
        canvas.rgb[at++] = green;
        canvas.rgb[at++] = blue;
      }
    }
  }
  return canvas;
}
