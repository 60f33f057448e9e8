import { useEffect } from 'react';
import { RoiEditor } from '../roi/editor.ts';
import type { Result } from './model/source.ts';
import { sameGrid, type VoxelGrid } from './model/volume.ts';

/** Drawings of each result that was opened: they stay while one visits other pages, and go with the result. */
const drawings = new WeakMap<Result, RoiEditor[]>();

export function editorsOf(result: Result): RoiEditor[] {
  let editors = drawings.get(result);
  if (!editors) {
    editors = [];
    drawings.set(result, editors);
  }
  return editors;
}

/** The drawing of a result that belongs to a grid: maps on the same voxels share it. */
export function useEditors(result: Result | undefined): (grid: VoxelGrid) => RoiEditor {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      if (result && editorsOf(result).some(({ state }) => state.unsaved)) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [result]);
  return (grid) => {
    const editors = result ? editorsOf(result) : [];
    const known = editors.find(({ state }) => sameGrid(state.drawing.grid, grid));
    if (known) return known;
    const editor = new RoiEditor(grid);
    // Tools stay in the hand when another map is chosen.
    const before = editors.at(-1)?.state;
    if (before) editor.store.set({ tool: before.tool, brush: before.brush });
    editors.push(editor);
    return editor;
  };
}
