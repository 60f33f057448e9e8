import type { PlaneSize } from '../model/plane.ts';

/** Size of a canvas on the screen, in CSS pixels. */
export interface Screen {
  readonly width: number;
  readonly height: number;
}

/** Where a slice lies on the screen. */
export interface SliceView {
  /** Screen pixels per pixel of the slice, across and down. */
  readonly scale: readonly [number, number];
  /** Screen position of the corner of the first pixel. */
  readonly origin: readonly [number, number];
}

/** Room around the slice at zoom 1. */
const margin = 0.97;

/** Fits a slice into the screen with true proportions (millimetres), zoomed and shifted. */
export function sliceView(
  { width, height, pixel }: PlaneSize,
  screen: Screen,
  zoom: number,
  [panX, panY]: readonly [number, number],
): SliceView {
  const [w, h] = [width * pixel[0], height * pixel[1]];
  const perMm = Math.min(screen.width / w, screen.height / h) * margin * zoom;
  return {
    scale: [perMm * pixel[0], perMm * pixel[1]],
    origin: [screen.width / 2 + (panX - w / 2) * perMm, screen.height / 2 + (panY - h / 2) * perMm],
  };
}

/** Position on the slice (whole numbers are centres of pixels) of a place on the screen. */
export const toSlice = ({ scale, origin }: SliceView, x: number, y: number): [u: number, v: number] => [
  (x - origin[0]) / scale[0] - 0.5,
  (y - origin[1]) / scale[1] - 0.5,
];

/** The inverse of `toSlice`. */
export const toScreen = ({ scale, origin }: SliceView, u: number, v: number): [x: number, y: number] => [
  origin[0] + (u + 0.5) * scale[0],
  origin[1] + (v + 0.5) * scale[1],
];
