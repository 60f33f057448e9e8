import { describe, expect, it } from 'vitest';
import { planeOf } from '../viewer/model/plane.ts';
import { mapOf } from '../viewer/model/testing.ts';
import { RoiEditor } from './editor.ts';
import { countsOf } from './model/mask.ts';
import { begin, cancel, drag, end, finish, type ToolSite } from './tools.ts';

const map = mapOf(
  [12, 10, 3],
  Array.from({ length: 360 }, (_, i) => (i % 12 < 6 ? 10 : 20)),
);
const site: ToolSite = {
  grid: map,
  orientation: 'axial',
  plane: planeOf(map, 'axial'),
  slice: 1,
  values: map.data,
  window: [0, 20],
};
const voxels = (editor: RoiEditor, label = 1): number => countsOf(editor.labels).get(label) ?? 0;
const draw = (editor: RoiEditor, ...points: [number, number][]): void => {
  begin(editor, site, points[0]!);
  for (const point of points.slice(1)) drag(editor, site, point);
  end(editor, site);
};

describe('tools', () => {
  it('draw shapes of the active label on the slice, and nothing elsewhere', () => {
    const editor = new RoiEditor(map);
    editor.store.set({ tool: 'rectangle' });
    draw(editor, [2, 2], [4, 3], [5, 5]);
    expect(voxels(editor)).toBe(4 * 4);
    expect(editor.labels.subarray(0, 120).every((label) => label === 0)).toBe(true);
    editor.add('Second');
    editor.store.set({ tool: 'ellipse' });
    draw(editor, [7, 1], [9, 3]);
    expect(voxels(editor, 2)).toBe(9);
    expect(editor.state.drawing.list[1]!.name).toBe('Second');
  });

  it('make one edit of a whole stroke, and erase', () => {
    const editor = new RoiEditor(map);
    editor.store.set({ tool: 'pen', brush: 1 });
    draw(editor, [1, 1], [6, 1], [6, 4]);
    expect(voxels(editor)).toBe(9);
    editor.store.set({ tool: 'eraser' });
    draw(editor, [6, 1], [6, 2]);
    expect(voxels(editor)).toBe(7);
    editor.undo();
    expect(voxels(editor)).toBe(9);
    editor.undo();
    expect(voxels(editor)).toBe(0);
    expect(editor.state.canUndo).toBe(false);
  });

  it('fill the inside of a contour', () => {
    const editor = new RoiEditor(map);
    editor.store.set({ tool: 'pen', brush: 1, penFills: true });
    draw(editor, [1, 1], [5, 1], [5, 5], [1, 5], [1, 1]);
    expect(voxels(editor)).toBe(25);
    editor.add();
    editor.store.set({ tool: 'fill' });
    begin(editor, site, [3, 3]);
    expect(voxels(editor, 2)).toBe(25);
    begin(editor, site, [-4, 3]);
    expect(voxels(editor, 2)).toBe(25);
  });

  it('close polygons, grow by value, give up', () => {
    const editor = new RoiEditor(map);
    editor.store.set({ tool: 'polygon' });
    for (const at of [
      [1, 1],
      [4, 1],
      [4, 4],
      [1, 4],
    ] as const) {
      begin(editor, site, at);
    }
    expect(voxels(editor)).toBe(0);
    finish(editor, site);
    expect(voxels(editor)).toBe(16);
    begin(editor, site, [8, 8]);
    cancel(editor);
    expect(editor.state.draft).toBeUndefined();
    editor.clear();
    editor.store.set({ tool: 'grow', tolerance: 20 });
    begin(editor, site, [0, 0]);
    expect(voxels(editor)).toBe(60);
    editor.store.set({ grow3d: true });
    begin(editor, site, [0, 0]);
    expect(voxels(editor)).toBe(180);
  });

  it('bring a removed label back with its name', () => {
    const editor = new RoiEditor(map);
    editor.add('Liver');
    editor.paint([3, 4, 5]);
    editor.remove(2);
    expect(editor.state.drawing.list.map(({ name }) => name)).toEqual(['ROI 1']);
    expect(editor.state.active).toBe(1);
    editor.undo();
    expect(editor.state.drawing.list.map(({ name }) => name)).toEqual(['ROI 1', 'Liver']);
    expect(voxels(editor, 2)).toBe(3);
  });
});
