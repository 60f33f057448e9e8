import { type Change, changeTo } from './history.ts';
import { newLabel, type RoiDrawing, type RoiLabel, voxelsOf } from './mask.ts';

/** Adds a label with a free number. */
export function addLabel(drawing: RoiDrawing, name?: string): { drawing: RoiDrawing; label: RoiLabel } {
  const label = newLabel(drawing.list, name);
  return { drawing: { ...drawing, list: [...drawing.list, label] }, label };
}

/** Changes name, colour or visibility of a label. */
export const withLabel = (
  drawing: RoiDrawing,
  value: number,
  change: Partial<Omit<RoiLabel, 'value'>>,
): RoiDrawing => ({
  ...drawing,
  list: drawing.list.map((label) => (label.value === value ? { ...label, ...change } : label)),
});

/** Takes a label off the list and off its groups; its voxels are cleared by the change that comes with it. */
export function withoutLabel(
  drawing: RoiDrawing,
  value: number,
): { drawing: RoiDrawing; change: Change | undefined } {
  const rest = drawing.list.filter((label) => label.value !== value);
  const groups = drawing.groups
    .map((group) => ({ ...group, members: group.members.filter((member) => member !== value) }))
    .filter(({ members }) => members.length > 1);
  return {
    drawing: { ...drawing, list: rest.length > 0 ? rest : [newLabel([])], groups },
    change: changeTo(drawing.labels, voxelsOf(drawing.labels, [value]), 0),
  };
}

/** Measures labels as one region. */
export function grouped(drawing: RoiDrawing, members: readonly number[]): RoiDrawing {
  const id = Math.max(0, ...drawing.groups.map((group) => group.id)) + 1;
  const names = drawing.list.filter(({ value }) => members.includes(value)).map(({ name }) => name);
  return { ...drawing, groups: [...drawing.groups, { id, name: names.join(' + '), members }] };
}

/** Labels of a group are regions of their own again. */
export const ungrouped = (drawing: RoiDrawing, id: number): RoiDrawing => ({
  ...drawing,
  groups: drawing.groups.filter((group) => group.id !== id),
});
