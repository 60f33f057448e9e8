import { type Plane, planeSize, strides } from '../../viewer/model/plane.ts';
import { indexOf, type Triple, type VoxelGrid } from '../../viewer/model/volume.ts';

/** Places in the data, ascending, of pixels of a slice (u + width · v). */
export function onSlice(grid: VoxelGrid, plane: Plane, slice: number, pixels: Uint32Array): Uint32Array {
  const { width } = planeSize(grid, plane);
  const { start, across, down } = strides(grid, plane, slice);
  const placed = pixels.map((at) => start + (at % width) * across + Math.floor(at / width) * down);
  return placed.sort();
}

/** Values that a threshold accepts; both limits are included. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

const within = (value: number, { low, high }: Range): boolean => value >= low && value <= high;

/** Voxels of the volume, or of one slice of it, whose value lies in a range. */
export function threshold(
  grid: VoxelGrid,
  values: Float32Array,
  range: Range,
  only?: { readonly plane: Plane; readonly slice: number },
): Uint32Array {
  const found: number[] = [];
  if (!only) {
    for (let at = 0; at < values.length; at++) if (within(values[at]!, range)) found.push(at);
    return Uint32Array.from(found);
  }
  const { width, height } = planeSize(grid, only.plane);
  const { start, across, down } = strides(grid, only.plane, only.slice);
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++) {
      const at = start + u * across + v * down;
      if (within(values[at]!, range)) found.push(at);
    }
  }
  return Uint32Array.from(found).sort();
}

/**
 * Region growing: voxels that are connected with the seed over faces of voxels whose value lies in the range; through
 * the volume, or within one slice.
 */
export function grow(
  grid: VoxelGrid,
  values: Float32Array,
  seed: Triple,
  range: Range,
  within3d: boolean,
  plane: Plane,
): Uint32Array {
  const { size } = grid;
  const step = [1, size[0], size[0] * size[1]] as const;
  const axes = ([0, 1, 2] as const).filter((axis) => within3d || axis !== plane.through);
  const seen = new Uint8Array(values.length);
  const open: number[] = [];
  const found: number[] = [];
  const visit = (at: number): void => {
    if (seen[at] === 1 || !within(values[at]!, range)) return;
    seen[at] = 1;
    open.push(at);
  };
  visit(indexOf(grid, seed));
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    found.push(at);
    for (const axis of axes) {
      const position = Math.floor(at / step[axis]) % size[axis];
      if (position > 0) visit(at - step[axis]);
      if (position + 1 < size[axis]) visit(at + step[axis]);
    }
  }
  return Uint32Array.from(found).sort();
}

/** Voxels of a label on one slice, repeated on every slice of that orientation. */
export function onAllSlices(
  grid: VoxelGrid,
  labels: Uint16Array,
  plane: Plane,
  slice: number,
  label: number,
): Uint32Array {
  const { width, height, slices } = planeSize(grid, plane);
  const { start, across, down } = strides(grid, plane, slice);
  const step = [1, grid.size[0], grid.size[0] * grid.size[1]][plane.through]!;
  const found: number[] = [];
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++) {
      const at = start + u * across + v * down;
      if (labels[at] !== label) continue;
      for (let other = 0; other < slices; other++) found.push(at + (other - slice) * step);
    }
  }
  return Uint32Array.from(found).sort();
}
