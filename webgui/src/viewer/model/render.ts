import { notANumber, pixel, tableSteps } from './colours.ts';
import { type Plane, planeSize, strides } from './plane.ts';
import type { VoxelGrid } from './volume.ts';

/** Lowest and highest value that the colours tell apart. */
export type ValueWindow = readonly [low: number, high: number];

/** Colours one slice: every voxel a pixel, by its value in the window. Values that are no numbers are gray. */
export function renderSlice(
  grid: VoxelGrid,
  values: Float32Array,
  plane: Plane,
  slice: number,
  [low, high]: ValueWindow,
  table: Uint32Array,
  into?: Uint32Array,
): Uint32Array {
  const { width, height } = planeSize(grid, plane);
  const { start, across, down } = strides(grid, plane, slice);
  const pixels = into?.length === width * height ? into : new Uint32Array(width * height);
  const last = tableSteps - 1;
  const scale = last / (high - low || 1);
  const none = pixel(notANumber);
  let out = 0;
  for (let v = 0; v < height; v++) {
    let at = start + v * down;
    for (let u = 0; u < width; u++, at += across, out++) {
      const value = values[at]!;
      const step = (value - low) * scale;
      if (step >= last) pixels[out] = table[last]!;
      else if (step > 0) pixels[out] = table[(step + 0.5) | 0]!;
      else pixels[out] = Number.isNaN(value) ? none : table[0]!;
    }
  }
  return pixels;
}

/** Colours of labels over a slice: fully inside, nothing where the label is 0 or hidden. */
export function renderLabels(
  grid: VoxelGrid,
  labels: Uint16Array,
  plane: Plane,
  slice: number,
  colours: ReadonlyMap<number, number>,
): Uint32Array {
  const { width, height } = planeSize(grid, plane);
  const { start, across, down } = strides(grid, plane, slice);
  const pixels = new Uint32Array(width * height);
  let out = 0;
  for (let v = 0; v < height; v++) {
    let at = start + v * down;
    for (let u = 0; u < width; u++, at += across, out++) {
      const label = labels[at]!;
      if (label === 0) continue;
      const colour = colours.get(label);
      if (colour !== undefined) pixels[out] = pixel(colour);
    }
  }
  return pixels;
}
