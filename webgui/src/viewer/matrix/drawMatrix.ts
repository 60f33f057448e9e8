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
  readonly cell: readonly [number, number];
}

/** Room for the numbers of the coils at the left and above. */
const edge = 30;

/** Side of a cell on the screen. */
const cellSize = (element: HTMLElement, coils: number): number =>
  (Math.min(element.clientWidth, element.clientHeight) - edge - 6) / coils;

/** The pair of coils (row, column) at a place of the picture. */
export function cellAt(
  element: HTMLElement,
  coils: number,
  x: number,
  y: number,
): readonly [number, number] | undefined {
  const side = cellSize(element, coils);
  const [i, j] = [Math.floor((y - edge) / side), Math.floor((x - edge) / side)];
  return i >= 0 && j >= 0 && i < coils && j < coils ? [i, j] : undefined;
}

/** Draws row i downwards and column j to the right, as a matrix is written. */
export function drawMatrix(element: HTMLCanvasElement, picture: Picture): void {
  const { matrix, part, window, states, cell } = picture;
  const { coils } = matrix;
  const ratio = globalThis.devicePixelRatio;
  const { clientWidth: width, clientHeight: height } = element;
  element.width = Math.round(width * ratio);
  element.height = Math.round(height * ratio);
  const context = element.getContext('2d')!;
  context.scale(ratio, ratio);
  context.fillStyle = '#000';
  context.fillRect(0, 0, width, height);
  const side = cellSize(element, coils);
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
    if (marked) outline(context, '#ff8a80', edge, edge + coil * side, coils * side, side);
  }
  outline(context, '#fff', edge + cell[1] * side, edge + cell[0] * side, side, side);
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
