import type { RoiDrawing } from '../roi/model/mask.ts';
import { report } from '../strings/report.ts';
import { labelColours } from '../viewer/canvas/draw.ts';
import { coilMatrix, coilStates, noiseLevels } from '../viewer/matrix/coils.ts';
import { paintMatrix } from '../viewer/matrix/drawMatrix.ts';
import { type ColourMapName, colourTable } from '../viewer/model/colours.ts';
import { acquiredOrientation, planeOf, planeSize } from '../viewer/model/plane.ts';
import { renderLabels, renderSlice } from '../viewer/model/render.ts';
import { type MapVolume, sameGrid } from '../viewer/model/volume.ts';
import { drawBar } from '../viewer/screenshot.ts';
import type { Shown } from '../viewer/state/shown.ts';
import type { ReportPicture } from './model/html.ts';

/** Slices of a map that a report shows at most. */
const mostSlices = 12;
const pictureWidth = 900;
const barWidth = 96;

/** Slices that are shown: all, or evenly chosen ones. */
function chosenSlices(slices: number, most = mostSlices): number[] {
  const count = Math.min(slices, most);
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * slices) / count));
}

/** The slices of a map side by side as they were acquired, with regions and the bar of colours. */
export function montage(
  shown: Shown,
  colour: ColourMapName,
  unit: string,
  drawing: RoiDrawing | undefined,
): ReportPicture {
  const { map, values, automatic } = shown;
  const plane = planeOf(map, acquiredOrientation(map));
  const size = planeSize(map, plane);
  const slices = chosenSlices(size.slices);
  const columns = Math.ceil(Math.sqrt(slices.length));
  const rows = Math.ceil(slices.length / columns);
  const tileWidth = (pictureWidth - barWidth) / columns;
  const tileHeight = (tileWidth * size.height * size.pixel[1]) / (size.width * size.pixel[0]);
  const canvas = blank(pictureWidth, Math.round(rows * tileHeight));
  const context = canvas.getContext('2d')!;
  context.imageSmoothingEnabled = false;
  const table = colourTable(colour);
  const regions = drawing && sameGrid(drawing.grid, map) ? drawing : undefined;
  const tile = blank(size.width, size.height);
  slices.forEach((slice, i) => {
    const [x, y] = [(i % columns) * tileWidth, Math.floor(i / columns) * tileHeight];
    const put = (pixels: Uint32Array, opacity: number): void => {
      const bytes = new Uint8ClampedArray(pixels.buffer as ArrayBuffer);
      tile.getContext('2d')!.putImageData(new ImageData(bytes, size.width, size.height), 0, 0);
      context.globalAlpha = opacity;
      context.drawImage(tile, x, y, tileWidth, tileHeight);
      context.globalAlpha = 1;
    };
    put(renderSlice(map, values, plane, slice, automatic, table), 1);
    if (regions) put(renderLabels(map, regions.labels, plane, slice, labelColours(regions.list)), 0.45);
  });
  const caption = { title: '', display: { colour, gamma: 1 }, window: automatic, unit };
  drawBar(context, pictureWidth - barWidth + 10, 14, canvas.height - 28, caption, 20);
  return {
    title: shown.name,
    caption: `${report.slices(slices.length, size.slices)}${unit === '' ? '' : `, ${unit}`}`,
    source: canvas.toDataURL('image/png'),
  };
}

/** A noise matrix as a picture; coils that are dead or hot are marked. */
export function matrixPicture(
  title: string,
  map: MapVolume,
  coefficients: boolean,
  covariance: MapVolume | undefined,
): ReportPicture {
  const matrix = coilMatrix(map);
  const side = 560;
  const canvas = blank(side + barWidth, side);
  const highest = Math.max(...matrix.magnitude) || 1;
  const window = [0, coefficients ? 1 : highest] as const;
  const states = covariance ? coilStates(noiseLevels(coilMatrix(covariance))) : [];
  const gamma = coefficients ? 1 : 0.5;
  const context = canvas.getContext('2d')!;
  paintMatrix(context, side, side, {
    matrix,
    part: 'magnitude',
    window,
    colour: 'viridis',
    gamma,
    states,
    cell: undefined,
  });
  const caption = { title: '', display: { colour: 'viridis', gamma }, window, unit: '' } as const;
  drawBar(context, side + 10, 14, side - 28, caption, 15);
  const marked = states.flatMap((state, coil) => (state === 'well' ? [] : [`${coil}: ${state}`]));
  return { title, caption: marked.join(', '), source: canvas.toDataURL('image/png') };
}

function blank(width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#000';
  context.fillRect(0, 0, width, height);
  return canvas;
}
