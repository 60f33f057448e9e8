import type { VoxelGrid } from '../../viewer/model/volume.ts';
import { voxelCount } from '../../viewer/model/volume.ts';

/** Labels fit 16 bits: 0 is "none". */
export const largestLabel = 65_535;

/** A named region: the voxels that carry its number. */
export interface RoiLabel {
  readonly value: number;
  readonly name: string;
  /** 0xRRGGBB */
  readonly colour: number;
  readonly visible: boolean;
}

/** Labels that are measured as one region; voxels keep their own label. */
export interface RoiGroup {
  readonly id: number;
  readonly name: string;
  readonly members: readonly number[];
}

/** A drawing on a grid: one label per voxel, what the labels are called, and which belong together. */
export interface RoiDrawing {
  readonly grid: VoxelGrid;
  /** One label per voxel, x fastest. */
  readonly labels: Uint16Array;
  readonly list: readonly RoiLabel[];
  readonly groups: readonly RoiGroup[];
}

/** Colours that stay apart for people who see few of them (Okabe & Ito 2008), then turns of the hue. */
const palette = [0xe69f00, 0x56b4e9, 0x009e73, 0xf0e442, 0xd55e00, 0xcc79a7, 0x0072b2];

export function labelColour(index: number): number {
  if (index < palette.length) return palette[index]!;
  // Steps of the golden angle never come back to a hue that is near an earlier one.
  const hue = (index * 137.508) % 360;
  const channel = (n: number): number => {
    const k = (n + hue / 30) % 12;
    return Math.round(255 * (0.55 - 0.4 * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return (channel(0) << 16) | (channel(8) << 8) | channel(4);
}

/** An empty drawing with one label to begin with. */
export function emptyDrawing(grid: VoxelGrid): RoiDrawing {
  return { grid, labels: new Uint16Array(voxelCount(grid)), list: [newLabel([])], groups: [] };
}

/** A label without a name of its own. */
export const plainLabel = (value: number): RoiLabel => ({
  value,
  name: `ROI ${value}`,
  colour: labelColour(value - 1),
  visible: true,
});

/** A label with the next free number, name and colour. */
export function newLabel(list: readonly RoiLabel[], name?: string): RoiLabel {
  const taken = new Set(list.map(({ value }) => value));
  let value = 1;
  while (taken.has(value)) value++;
  return { ...plainLabel(value), ...(name !== undefined && { name }) };
}

/** Places of the voxels of any of these labels, in ascending order. */
export function voxelsOf(labels: Uint16Array, values: readonly number[]): Uint32Array {
  const wanted = new Set(values);
  let count = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] !== 0 && wanted.has(labels[i]!)) count++;
  const found = new Uint32Array(count);
  let at = 0;
  for (let i = 0; at < count; i++) if (labels[i] !== 0 && wanted.has(labels[i]!)) found[at++] = i;
  return found;
}

/** Places of the voxels of every label, in ascending order, found in two passes. */
export function voxelsByLabel(labels: Uint16Array): Map<number, Uint32Array> {
  const found = new Map([...countsOf(labels)].map(([label, count]) => [label, new Uint32Array(count)]));
  const filled = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label === 0) continue;
    const at = filled.get(label) ?? 0;
    found.get(label)![at] = i;
    filled.set(label, at + 1);
  }
  return found;
}

/** Voxels of every label. */
export function countsOf(labels: Uint16Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label !== 0) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return counts;
}
