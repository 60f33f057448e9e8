import { type ColourMapName, colourTable, tableSteps } from '../model/colours.ts';
import type { ValueWindow } from '../model/render.ts';
import type { CoilMatrix, CoilState } from './coils.ts';

interface Picture {
  readonly matrix: CoilMatrix;
  readonly part: 'magnitude' | 'phase';
  readonly window: ValueWindow;
  readonly colour: ColourMapName;
  readonly gamma: number;
  readonly states: readonly CoilState[];
  /** The pair that is looked at. */
  readonly cell: readonly [number, number] | undefined;
}

/** Room for the numbers of the coils at the left and above. */
const edge = 30;

/** Side of a cell of a picture. */
const cellSize = (width: number, height: number, coils: number): number =>
  (Math.min(width, height) - edge - 6) / coils;

/** The pair of coils (row, column) at a place of the picture. */
export function cellAt(
  element: HTMLElement,
  coils: number,
  x: number,
  y: number,
): readonly [number, number] | undefined {
  const side = cellSize(element.clientWidth, element.clientHeight, coils);
  const [i, j] = [Math.floor((y - edge) / side), Math.floor((x - edge) / side)];
  return i >= 0 && j >= 0 && i < coils && j < coils ? [i, j] : undefined;
}

/** Draws a matrix on the whole canvas. */
export function drawMatrix(element: HTMLCanvasElement, picture: Picture): void {
  const ratio = globalThis.devicePixelRatio;
  const { clientWidth: width, clientHeight: height } = element;
  element.width = Math.round(width * ratio);
  element.height = Math.round(height * ratio);
  const context = element.getContext('2d')!;
  context.scale(ratio, ratio);
  paintMatrix(context, width, height, picture);
}

/** Row i downwards and column j to the right, as a matrix is written. */
export function paintMatrix(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  picture: Picture,
): void {
  const { matrix, part, window, states, cell } = picture;
  const { coils } = matrix;
  context.fillStyle = '#000';
  context.fillRect(0, 0, width, height);
  const side = cellSize(width, height, coils);
  const table = colourTable(picture.colour, picture.gamma);
  const values = matrix[part];
  for (let i = 0; i < coils; i++) {
    for (let j = 0; j < coils; j++) {
      context.fillStyle = cssOf(values[i + coils * j]!, window, table);
      context.fillRect(edge + j * side, edge + i * side, side + 0.5, side + 0.5);
    }
  }
  context.font = '600 11px system-ui, sans-serif';
  context.textBaseline = 'middle';
  const step = Math.max(1, Math.ceil(16 / side));
  for (let coil = 0; coil < coils; coil++) {
    const marked = states[coil] === 'dead' || states[coil] === 'hot';
    if (coil % step !== 0 && !marked) continue;
    context.fillStyle = marked ? '#ff8a80' : '#c9d1d9';
    const middle = edge + (coil + 0.5) * side;
    context.textAlign = 'right';
    context.fillText(marked ? `!${coil}` : String(coil), edge - 6, middle);
    context.textAlign = 'center';
    context.fillText(marked ? `!${coil}` : String(coil), middle, edge / 2);
    if (marked) {
      outline(context, '#ff8a80', edge, edge + coil * side, coils * side, side);
      outline(context, '#ff8a80', edge + coil * side, edge, side, coils * side);
    }
  }
  if (cell) outline(context, '#fff', edge + cell[1] * side, edge + cell[0] * side, side, side);
}

function outline(
  context: CanvasRenderingContext2D,
  colour: string,
  ...[x, y, w, h]: readonly [number, number, number, number]
): void {
  context.lineWidth = 1.5;
  context.strokeStyle = colour;
  context.strokeRect(x, y, w, h);
}

function cssOf(value: number, [low, high]: ValueWindow, table: Uint32Array): string {
  const at = Math.round(((value - low) / (high - low || 1)) * (tableSteps - 1));
  const pixel = table[Math.min(tableSteps - 1, Math.max(0, at || 0))]!;
  return `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`;
}
