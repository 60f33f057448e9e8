import { cssGradientStops } from './model/colours.ts';
import { readable } from './model/format.ts';
import type { ValueWindow } from './model/render.ts';
import type { Display } from './state/display.ts';

/** What stands beside and below the slices of a picture. */
export interface Caption {
  readonly title: string;
  readonly display: Pick<Display, 'colour' | 'gamma'>;
  readonly window: ValueWindow;
  readonly unit: string;
}

/** Asks a canvas to draw itself before its pixels are read. */
export const drawNow = 'mroptimum-draw';

const barWidth = 110;
const footer = 34;

/** Slices side by side as they are on the screen, with the colour bar in real units and a title: a PNG. */
export async function pictureOf(canvases: readonly HTMLCanvasElement[], caption: Caption): Promise<Blob> {
  const ratio = globalThis.devicePixelRatio;
  const height = Math.max(...canvases.map((canvas) => canvas.height));
  const width = canvases.reduce((sum, canvas) => sum + canvas.width, 0);
  const picture = document.createElement('canvas');
  picture.width = width + barWidth * ratio;
  picture.height = height + footer * ratio;
  const context = picture.getContext('2d')!;
  context.fillStyle = '#000';
  context.fillRect(0, 0, picture.width, picture.height);
  let x = 0;
  for (const canvas of canvases) {
    // What WebGL has drawn is gone after the frame: such a canvas draws itself again right now.
    canvas.dispatchEvent(new Event(drawNow));
    context.drawImage(canvas, x, 0);
    x += canvas.width;
  }
  context.scale(ratio, ratio);
  drawBar(context, width / ratio + 16, 14, height / ratio - 28, caption);
  context.fillStyle = '#fff';
  context.font = '13px system-ui, sans-serif';
  context.textAlign = 'left';
  context.fillText(caption.title, 10, height / ratio + footer / 2 + 4);
  return new Promise((resolve) => picture.toBlob((blob) => resolve(blob!), 'image/png'));
}

/** Draws the colours of a window from low (below) to high, with values in the map's units. */
export function drawBar(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  height: number,
  { display, window: [low, high], unit }: Caption,
  fontSize = 12,
): void {
  const gradient = context.createLinearGradient(0, y + height, 0, y);
  for (const [at, colour] of cssGradientStops(display.colour, display.gamma))
    gradient.addColorStop(at, colour);
  context.fillStyle = gradient;
  context.fillRect(x, y, 16, height);
  context.fillStyle = '#fff';
  context.font = `${fontSize}px system-ui, sans-serif`;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  for (const at of [0, 0.25, 0.5, 0.75, 1]) {
    const words = `${readable(low + at * (high - low), 3)} ${at === 1 ? unit : ''}`.trim();
    context.fillText(words, x + 22, y + height * (1 - at));
  }
}

/** Hands a file to the browser's downloads. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download has its own hold on the data once it began.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
