import { useEffect, useRef } from 'react';
import { RoiEditor } from '../roi/editor.ts';
import { sameGrid, type VoxelGrid } from './model/volume.ts';

/** The drawing that belongs to a grid: maps on the same voxels share it. */
export function useEditors(): (grid: VoxelGrid) => RoiEditor {
  const editors = useRef<RoiEditor[]>([]);
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      if (editors.current.some(({ state }) => state.unsaved)) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, []);
  return (grid) => {
    const known = editors.current.find(({ state }) => sameGrid(state.drawing.grid, grid));
    if (known) return known;
    const editor = new RoiEditor(grid);
    // Tools stay in the hand when another map is chosen.
    const before = editors.current.at(-1)?.state;
    if (before) editor.store.set({ tool: before.tool, brush: before.brush });
    editors.current.push(editor);
    return editor;
  };
}
