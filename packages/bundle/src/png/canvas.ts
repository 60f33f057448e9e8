import type { Colour } from './colours.ts';
import { glyphAdvance, glyphDot, glyphHeight, glyphWidth } from './font.ts';

/** An RGB picture: row 0 on top, x to the right, y down. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Three bytes a pixel. */
  readonly rgb: Uint8Array;
}

export const background: Colour = [16, 16, 20];
export const ink: Colour = [235, 235, 235];
/** Pixels per dot of a letter. */
const dot = 2;

export const lineHeight = (glyphHeight + 1) * dot;
export const textWidth = (text: string): number => [...text].length * glyphAdvance * dot;

export function createCanvas(width: number, height: number): Canvas {
  const canvas = { width, height, rgb: new Uint8Array(3 * width * height) };
  fillRectangle(canvas, 0, 0, width, height, background);
  return canvas;
}

/** Fills a rectangle; what lies beyond the picture is cut. */
export function fillRectangle(
  { rgb, width: pictureWidth, height: pictureHeight }: Canvas,
  left: number,
  top: number,
  width: number,
  height: number,
  [red, green, blue]: Colour,
): void {
  const right = Math.min(left + width, pictureWidth);
  const bottom = Math.min(top + height, pictureHeight);
  for (let y = Math.max(0, top); y < bottom; y++) {
    for (let x = Math.max(0, left); x < right; x++) {
      const at = 3 * (y * pictureWidth + x);
      rgb[at] = red;
      rgb[at + 1] = green;
      rgb[at + 2] = blue;
    }
  }
}

/** Writes text, its upper left corner at (left, top). */
export function drawText(
  canvas: Canvas,
  text: string,
  left: number,
  top: number,
  colour: Colour = ink,
): void {
  [...text].forEach((letter, i) => {
    for (let y = 0; y < glyphHeight; y++) {
      for (let x = 0; x < glyphWidth; x++) {
        if (!glyphDot(letter, x, y)) continue;
        fillRectangle(canvas, left + (i * glyphAdvance + x) * dot, top + y * dot, dot, dot, colour);
      }
    }
  });
}

/** Puts a picture into another one. */
export function paste(canvas: Canvas, picture: Canvas, left: number, top: number): void {
  for (let y = 0; y < picture.height; y++) {
    const row = picture.rgb.subarray(3 * y * picture.width, 3 * (y + 1) * picture.width);
    canvas.rgb.set(row, 3 * ((top + y) * canvas.width + left));
  }
}
