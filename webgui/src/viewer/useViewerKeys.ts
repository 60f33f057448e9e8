import { useEffect } from 'react';
import type { RoiEditor, Tool } from '../roi/editor.ts';
import { takeTool } from '../roi/takeTool.ts';
import type { VoxelGrid } from './model/volume.ts';
import { activeOrientation, type DisplayStore, type Layout, moveSlice, resetView } from './state/display.ts';

const layouts: Readonly<Record<string, Layout>> = {
  '1': 'axial',
  '2': 'coronal',
  '3': 'sagittal',
  '4': 'multiplanar',
  '5': 'render',
};
/** Keys of the tools, as the toolbar shows them. */
export const toolKeys: Readonly<Record<Tool, string>> = {
  navigate: 'V',
  pen: 'P',
  eraser: 'E',
  fill: 'F',
  rectangle: 'R',
  ellipse: 'O',
  polygon: 'G',
  grow: 'W',
  line: 'L',
};
const toolsByKey = new Map(Object.entries(toolKeys).map(([tool, key]) => [key.toLowerCase(), tool as Tool]));

interface Target {
  readonly display: DisplayStore;
  readonly editor: RoiEditor | undefined;
  readonly grid: VoxelGrid | undefined;
  readonly nextMap: (by: 1 | -1) => void;
  readonly screenshot: () => void;
  readonly fullScreen: () => void;
  readonly onTool?: (tool: Tool) => void;
}

/** Keys of the whole viewer; none while one types into a field or a menu is open. */
export function useViewerKeys(target: Target): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isTyping(event.target)) return;
      if (handle(event, target)) event.preventDefault();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  });
}

function handle(event: KeyboardEvent, { display, editor, grid, ...actions }: Target): boolean {
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (key === 'z' && event.shiftKey) editor?.redo();
    else if (key === 'z') editor?.undo();
    else if (key === 'y') editor?.redo();
    else return false;
    return true;
  }
  if (event.altKey) return false;
  const tool = toolsByKey.get(key);
  const layout = layouts[key];
  const slice = { pageup: 1, pagedown: -1 }[key];
  if (tool && editor) {
    takeTool(editor, display, tool);
    actions.onTool?.(tool);
  } else if (layout) display.set({ layout });
  else if (slice && grid) moveSlice(display, grid, activeOrientation(display.get()), slice);
  else if (key === 'n') actions.nextMap(1);
  else if (key === 'b') actions.nextMap(-1);
  else if (key === '0') resetView(display);
  else if (key === 'x') display.set(({ crosshair }) => ({ crosshair: !crosshair }));
  else if (key === 'h') display.set(({ roiVisible }) => ({ roiVisible: !roiVisible }));
  else if (key === 's') actions.screenshot();
  else if (key === 'z') actions.fullScreen();
  else if ((key === '[' || key === ']') && editor) {
    editor.store.set(({ brush }) => ({ brush: Math.min(99, Math.max(1, brush + (key === ']' ? 1 : -1))) }));
  } else return false;
  return true;
}

/** Fields and menus: they take letters themselves. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest(
    'input:not([type="radio"], [type="checkbox"], [readonly]), textarea, select, [role="listbox"], [role="menu"], [role="dialog"]',
  ) !== null;
