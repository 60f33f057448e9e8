import type { ColourMapName } from '../model/colours.ts';
import type { Layout } from '../model/names.ts';
import {
  acquiredOrientation,
  type Orientation,
  orientations,
  planeOf,
  voxelToPixel,
} from '../model/plane.ts';
import type { ValueWindow } from '../model/render.ts';
import { type Component, mmToVoxel, type Triple, type VoxelGrid, voxelToMm } from '../model/volume.ts';
import { Store } from './store.ts';

export type { Layout };

/** How maps are shown. It stays when another map is chosen; windows are kept for each map. */
export interface Display {
  readonly layout: Layout;
  /** The voxel under the crosshair, of the map that is shown. */
  readonly cursor: Triple;
  readonly zoom: number;
  /** Shift of the picture in millimetres on the screen, for each orientation. */
  readonly pan: Readonly<Record<Orientation, readonly [number, number]>>;
  readonly colour: ColourMapName;
  /** Of phases: colours that close, as −π and π are the same. */
  readonly phaseColour: ColourMapName;
  readonly gamma: number;
  /** Of the map over its underlay, or over the background. */
  readonly opacity: number;
  /** Map in gray below this one. */
  readonly underlay: number | undefined;
  readonly component: Component;
  readonly repetition: number;
  readonly neurological: boolean;
  readonly smooth: boolean;
  readonly crosshair: boolean;
  readonly letters: boolean;
  readonly roiVisible: boolean;
  readonly roiOpacity: number;
  /** Windows that were set by hand: `windowKey` → window. */
  readonly windows: Readonly<Record<string, ValueWindow>>;
  /** One window for every map. */
  readonly sharedWindow: boolean;
}

const noPan = { axial: [0, 0], coronal: [0, 0], sagittal: [0, 0] } as const;

const initialDisplay: Display = {
  layout: 'axial',
  cursor: [0, 0, 0],
  zoom: 1,
  pan: noPan,
  colour: 'viridis',
  phaseColour: 'hsv',
  gamma: 1,
  opacity: 1,
  underlay: undefined,
  component: 'magnitude',
  repetition: 0,
  neurological: false,
  smooth: false,
  crosshair: true,
  letters: true,
  roiVisible: true,
  roiOpacity: 0.45,
  windows: {},
  sharedWindow: false,
};

export type DisplayStore = Store<Display>;
export const displayStore = (first: Partial<Display> = {}): DisplayStore =>
  new Store<Display>({ ...initialDisplay, ...first });

export const minimumZoom = 0.25;
export const maximumZoom = 40;

/** Windows belong to a map and to the component of it that is shown. */
export const windowKey = ({ sharedWindow, component }: Display, mapId: number): string =>
  sharedWindow ? 'all' : `${mapId} ${component}`;

/** The middle of a grid. */
export const middle = ({ size }: VoxelGrid): Triple =>
  size.map((extent) => Math.floor(extent / 2)) as unknown as Triple;

/** What a viewer shows first: the plane in which the slices were measured, in their middle. */
export const firstView = (grid: VoxelGrid): Partial<Display> => ({
  layout: acquiredOrientation(grid),
  cursor: middle(grid),
});

/** The crosshair on another grid: at the same place of the patient, else at the same voxel; inside in any case. */
export function carriedCursor(cursor: Triple, from: VoxelGrid, to: VoxelGrid): Triple {
  const mm = voxelToMm(from, cursor);
  const there = (mm && mmToVoxel(to, mm)) ?? cursor;
  return clamped(to, there);
}

export const clamped = ({ size }: VoxelGrid, voxel: Triple): Triple =>
  voxel.map((v, axis) => Math.min(size[axis]! - 1, Math.max(0, Math.round(v)))) as unknown as Triple;

/** Moves through the slices of an orientation. */
export function moveSlice(store: DisplayStore, grid: VoxelGrid, orientation: Orientation, by: number): void {
  const { through } = planeOf(grid, orientation);
  store.set(({ cursor }) => {
    const next = [...cursor] as [number, number, number];
    next[through] += by;
    return { cursor: clamped(grid, next) };
  });
}

/** Moves the crosshair by pixels of a slice. */
export function moveCursor(
  store: DisplayStore,
  grid: VoxelGrid,
  orientation: Orientation,
  [du, dv]: readonly [number, number],
): void {
  store.set(({ cursor, neurological }) => {
    const plane = planeOf(grid, orientation, neurological);
    const next = [...cursor] as [number, number, number];
    next[plane.across] += plane.flipAcross ? -du : du;
    next[plane.down] += plane.flipDown ? -dv : dv;
    return { cursor: clamped(grid, next) };
  });
}

export const zoomBy = (store: DisplayStore, factor: number): void =>
  store.set(({ zoom }) => ({ zoom: Math.min(maximumZoom, Math.max(minimumZoom, zoom * factor)) }));

/** The whole picture again, with windows and gamma as they were at first. */
export const resetView = (store: DisplayStore): void => store.set({ zoom: 1, pan: noPan });
export const resetContrast = (store: DisplayStore): void => store.set({ windows: {}, gamma: 1 });

/** The orientation that keys move through: the one that is shown, or axial where several are. */
export const activeOrientation = ({ layout }: Display): Orientation =>
  orientations.find((orientation) => orientation === layout) ?? 'axial';

/** Pixel of the crosshair on a slice. */
export const cursorPixel = (
  grid: VoxelGrid,
  { cursor, neurological }: Display,
  orientation: Orientation,
): readonly [number, number] => voxelToPixel(grid, planeOf(grid, orientation, neurological), cursor);
