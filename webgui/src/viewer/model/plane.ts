import { type Orientation, orientations } from './names.ts';
import type { Triple, VoxelGrid } from './volume.ts';

export { type Orientation, orientations };

type Axis = 0 | 1 | 2;

/** How a slice is laid on the screen: which voxel axes run across, down and through it. */
export interface Plane {
  readonly orientation: Orientation;
  readonly across: Axis;
  readonly down: Axis;
  readonly through: Axis;
  /** The axis runs against the screen: its last voxel is at the left, or at the top. */
  readonly flipAcross: boolean;
  readonly flipDown: boolean;
  /** Letters of the patient's sides at the left, right, top and bottom edge; undefined where they are unknown. */
  readonly edges?: readonly [left: string, right: string, top: string, bottom: string];
  /** Degrees by which the slice is turned out of the patient's plane. */
  readonly oblique: number;
}

/** The patient's axes (RAS) that run across, down and through a picture of each orientation. */
const layout: Readonly<Record<Orientation, readonly [across: Axis, down: Axis, through: Axis]>> = {
  axial: [0, 1, 2],
  coronal: [0, 2, 1],
  sagittal: [1, 2, 0],
};
const letters = [
  ['L', 'R'],
  ['P', 'A'],
  ['I', 'S'],
] as const;
const permutations: readonly (readonly [Axis, Axis, Axis])[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

/** cos of the angle between voxel axis and the patient's axis, with its sign. */
function cosine({ affine, spacing }: VoxelGrid, voxelAxis: number, patientAxis: number): number {
  return affine ? affine[patientAxis]![voxelAxis]! / spacing[voxelAxis]! : voxelAxis === patientAxis ? 1 : 0;
}

/** The voxel axis that is nearest to each of the patient's axes, no axis twice. */
function nearestAxes(grid: VoxelGrid): readonly [Axis, Axis, Axis] {
  const score = (axes: readonly Axis[]): number =>
    axes.reduce<number>((sum, voxelAxis, patientAxis) => {
      const c = cosine(grid, voxelAxis, patientAxis);
      return sum + c * c;
    }, 0);
  return permutations.reduce((best, next) => (score(next) > score(best) + 1e-9 ? next : best));
}

/**
 * The slices of an orientation, along the axes of the voxels: an oblique volume is not resampled, so every pixel
 * is a voxel. Radiological: the patient's right is at the left; neurological: the other way round. In sagittal
 * slices anterior is at the left. Without a known position the arrays are shown as they are stored.
 */
export function planeOf(grid: VoxelGrid, orientation: Orientation, neurological = false): Plane {
  const [across, down, through] = layout[orientation];
  const axes = nearestAxes(grid);
  const plane = { orientation, across: axes[across], down: axes[down], through: axes[through] };
  if (!grid.affine) return { ...plane, flipAcross: false, flipDown: false, oblique: 0 };
  // Screen to the right is the patient's left (radiological) or posterior; down is posterior or inferior.
  const wantedAcross = neurological && across === 0 ? 1 : -1;
  const flipAcross = Math.sign(cosine(grid, plane.across, across)) !== wantedAcross;
  const flipDown = Math.sign(cosine(grid, plane.down, down)) !== -1;
  const right = letters[across][wantedAcross > 0 ? 1 : 0];
  const left = letters[across][wantedAcross > 0 ? 0 : 1];
  const cos = Math.min(1, Math.abs(cosine(grid, plane.through, through)));
  return {
    ...plane,
    flipAcross,
    flipDown,
    edges: [left, right, letters[down][1], letters[down][0]],
    oblique: (Math.acos(cos) * 180) / Math.PI,
  };
}

/** The orientation in which the slices were acquired (z runs through them). */
export function acquiredOrientation(grid: VoxelGrid): Orientation {
  const axes = nearestAxes(grid);
  return orientations.find((orientation) => axes[layout[orientation][2]] === 2)!;
}

/** Pixels across and down of a slice, and their sizes in millimetres. */
export interface PlaneSize {
  readonly width: number;
  readonly height: number;
  readonly slices: number;
  readonly pixel: readonly [number, number];
}

export const planeSize = (grid: VoxelGrid, plane: Plane): PlaneSize => ({
  width: grid.size[plane.across],
  height: grid.size[plane.down],
  slices: grid.size[plane.through],
  pixel: [grid.spacing[plane.across], grid.spacing[plane.down]],
});

/** Voxel of a pixel of a slice. */
export function pixelToVoxel(grid: VoxelGrid, plane: Plane, u: number, v: number, slice: number): Triple {
  const voxel: [number, number, number] = [0, 0, 0];
  voxel[plane.across] = plane.flipAcross ? grid.size[plane.across] - 1 - u : u;
  voxel[plane.down] = plane.flipDown ? grid.size[plane.down] - 1 - v : v;
  voxel[plane.through] = slice;
  return voxel;
}

/** Pixel (across, down) of a voxel: the inverse of `pixelToVoxel`. */
export function voxelToPixel(grid: VoxelGrid, plane: Plane, voxel: Triple): readonly [number, number] {
  const [u, v] = [voxel[plane.across], voxel[plane.down]];
  return [
    plane.flipAcross ? grid.size[plane.across] - 1 - u : u,
    plane.flipDown ? grid.size[plane.down] - 1 - v : v,
  ];
}

/** Strides of a slice in the data: place = start + u · across + v · down. */
export function strides(grid: VoxelGrid, plane: Plane, slice: number) {
  const [nx, ny] = grid.size;
  const step = [1, nx, nx * ny] as const;
  const across = step[plane.across] * (plane.flipAcross ? -1 : 1);
  const down = step[plane.down] * (plane.flipDown ? -1 : 1);
  const start =
    slice * step[plane.through] +
    (plane.flipAcross ? (grid.size[plane.across] - 1) * step[plane.across] : 0) +
    (plane.flipDown ? (grid.size[plane.down] - 1) * step[plane.down] : 0);
  return { start, across, down };
}
