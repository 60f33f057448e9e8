import { type Plane, pixelToVoxel, planeSize } from '../../viewer/model/plane.ts';
import { indexOf, type VoxelGrid } from '../../viewer/model/volume.ts';
import type { Point } from './shapes.ts';

/** Values along a line. */
export interface LineProfile {
  /** Millimetres from the first end (pixels where voxel sizes are unknown). */
  readonly distance: Float64Array;
  readonly value: Float64Array;
}

/**
 * Values of a slice along a line between two points, at steps of about half a pixel, interpolated linearly between
 * the four pixels around; NaN where one of them that takes part is no number.
 */
export function lineProfile(
  grid: VoxelGrid,
  values: Float32Array,
  plane: Plane,
  slice: number,
  a: Point,
  b: Point,
): LineProfile {
  const { pixel, width, height } = planeSize(grid, plane);
  const length = Math.hypot((b[0] - a[0]) * pixel[0], (b[1] - a[1]) * pixel[1]);
  const steps = Math.max(1, Math.ceil(2 * Math.hypot(b[0] - a[0], b[1] - a[1])));
  const distance = new Float64Array(steps + 1);
  const value = new Float64Array(steps + 1);
  const at = (u: number, v: number): number => values[indexOf(grid, pixelToVoxel(grid, plane, u, v, slice))]!;
  for (let i = 0; i <= steps; i++) {
    const u = clamp(a[0] + ((b[0] - a[0]) * i) / steps, width - 1);
    const v = clamp(a[1] + ((b[1] - a[1]) * i) / steps, height - 1);
    const [u0, v0] = [Math.floor(u), Math.floor(v)];
    let sum = 0;
    for (const [du, dv] of corners) {
      const weight = (du === 1 ? u - u0 : 1 - (u - u0)) * (dv === 1 ? v - v0 : 1 - (v - v0));
      if (weight > 0) sum += weight * at(u0 + du, v0 + dv);
    }
    distance[i] = (length * i) / steps;
    value[i] = sum;
  }
  return { distance, value };
}

const corners = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
] as const;

const clamp = (value: number, high: number): number => Math.min(high, Math.max(0, value));
