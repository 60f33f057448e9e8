import type { Orientation } from '../viewer/model/plane.ts';
import type { VoxelGrid } from '../viewer/model/volume.ts';
import { Store } from '../viewer/state/store.ts';
import { addLabel, grouped, ungrouped, withLabel, withoutLabel } from './model/edit.ts';
import { apply, type Change, changeBetween, changeTo, History } from './model/history.ts';
import { emptyDrawing, plainLabel, type RoiDrawing, type RoiLabel } from './model/mask.ts';
import type { Point } from './model/shapes.ts';

export const tools = [
  'navigate',
  'pen',
  'eraser',
  'fill',
  'rectangle',
  'ellipse',
  'polygon',
  'grow',
  'line',
] as const;
export type Tool = (typeof tools)[number];

/** A place on a slice, and which slice. */
export interface OnSlice {
  readonly orientation: Orientation;
  readonly slice: number;
}

/** A line along which values are plotted. */
export interface ProfileLine extends OnSlice {
  readonly a: Point;
  readonly b: Point;
}

export interface RoiState {
  readonly drawing: RoiDrawing;
  /** Goes up whenever voxels change; the array itself stays the same. */
  readonly version: number;
  readonly active: number;
  readonly tool: Tool;
  /** Diameter of pen and eraser, in pixels. */
  readonly brush: number;
  /** Close the contour of the pen and fill it. */
  readonly penFills: boolean;
  /** Growing takes voxels within this part of the window around the seed's value, in per cent. */
  readonly tolerance: number;
  /** Growing goes through the slices. */
  readonly grow3d: boolean;
  /** Corners of a shape that is not finished. */
  readonly draft: (OnSlice & { readonly points: readonly Point[] }) | undefined;
  readonly profile: ProfileLine | undefined;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** There are edits that were neither saved nor taken back. */
  readonly unsaved: boolean;
}

/** A drawing that is edited: its voxels, labels, history, and the tool in use. */
export class RoiEditor {
  readonly store: Store<RoiState>;
  #history = new History();
  #before: Uint16Array | undefined;
  /** Labels that were removed: undo brings them back with their names. */
  readonly #removed = new Map<number, RoiLabel>();

  constructor(grid: VoxelGrid) {
    this.store = new Store<RoiState>({
      drawing: emptyDrawing(grid),
      version: 0,
      active: 1,
      tool: 'navigate',
      brush: 5,
      penFills: false,
      tolerance: 10,
      grow3d: false,
      draft: undefined,
      profile: undefined,
      canUndo: false,
      canRedo: false,
      unsaved: false,
    });
  }

  get state(): RoiState {
    return this.store.get();
  }

  get labels(): Uint16Array {
    return this.state.drawing.labels;
  }

  /** Gives voxels (ascending places) a label, as one edit; 0 clears them. */
  paint(voxels: ArrayLike<number>, label = this.state.active): void {
    this.#make(changeTo(this.labels, voxels, label));
  }

  /** Paints a part of an edit that ends with `endStroke`. */
  stroke(voxels: ArrayLike<number>, label: number): void {
    this.#before ??= this.labels.slice();
    for (let i = 0; i < voxels.length; i++) this.labels[voxels[i]!] = label;
    this.store.set(({ version }) => ({ version: version + 1 }));
  }

  endStroke(): void {
    const before = this.#before;
    this.#before = undefined;
    const change = before && changeBetween(before, this.labels);
    if (!change) return;
    this.#history.push(change);
    this.#changed(true);
  }

  undo(): void {
    if (this.#history.undo(this.labels)) this.#changed(true);
  }

  redo(): void {
    if (this.#history.redo(this.labels)) this.#changed(true);
  }

  add(name?: string): void {
    const { drawing, label } = addLabel(this.state.drawing, name);
    this.store.set({ drawing, active: label.value, unsaved: true });
  }

  change(value: number, fields: Partial<Omit<RoiLabel, 'value'>>): void {
    this.store.set({ drawing: withLabel(this.state.drawing, value, fields), unsaved: true });
  }

  /** Removes a label; undo brings its voxels back, and with them the label. */
  remove(value: number): void {
    const label = this.state.drawing.list.find((entry) => entry.value === value);
    if (label) this.#removed.set(value, label);
    const { drawing, change } = withoutLabel(this.state.drawing, value);
    const active = this.state.active === value ? drawing.list[0]!.value : this.state.active;
    this.store.set({ drawing, active, unsaved: true });
    this.#make(change);
  }

  group(members: readonly number[]): void {
    this.store.set({ drawing: grouped(this.state.drawing, members), unsaved: true });
  }

  ungroup(id: number): void {
    this.store.set({ drawing: ungrouped(this.state.drawing, id), unsaved: true });
  }

  clear(): void {
    this.#make(changeBetween(this.labels, new Uint16Array(this.labels.length)));
  }

  /** Another drawing takes the place of this one; its history begins anew. */
  open(drawing: RoiDrawing): void {
    this.#history = new History();
    this.store.set(({ version }) => ({
      drawing,
      version: version + 1,
      active: drawing.list[0]!.value,
      draft: undefined,
      canUndo: false,
      canRedo: false,
      unsaved: false,
    }));
  }

  saved(): void {
    this.store.set({ unsaved: false });
  }

  #make(change: Change | undefined): void {
    if (!change) return;
    apply(this.labels, change);
    this.#history.push(change);
    this.#changed(true);
  }

  #changed(unsaved: boolean): void {
    const { drawing, version } = this.state;
    this.store.set({
      drawing: { ...drawing, list: withMissing(drawing.list, this.labels, this.#removed) },
      version: version + 1,
      canUndo: this.#history.canUndo,
      canRedo: this.#history.canRedo,
      unsaved,
    });
  }
}

/** Undo may bring back voxels of a label that was removed: it gets its entry again. */
function withMissing(
  list: readonly RoiLabel[],
  labels: Uint16Array,
  removed: ReadonlyMap<number, RoiLabel>,
): readonly RoiLabel[] {
  const known = new Set(list.map(({ value }) => value));
  const missing = new Set<number>();
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label !== 0 && !known.has(label)) missing.add(label);
  }
  if (missing.size === 0) return list;
  return [...list, ...[...missing].map((value) => removed.get(value) ?? plainLabel(value))].sort(
    (a, b) => a.value - b.value,
  );
}
