import type { DisplayStore } from '../viewer/state/display.ts';
import type { RoiEditor, Tool } from './editor.ts';

/** Takes a tool into the hand. Whoever draws wants to see it; a volume in space cannot be drawn on. */
export function takeTool(editor: RoiEditor, display: DisplayStore, tool: Tool): void {
  editor.store.set({ tool, draft: undefined });
  display.set(({ layout }) => ({ roiVisible: true, layout: layout === 'render' ? 'axial' : layout }));
}
