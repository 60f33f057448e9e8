import type { KeyboardEvent } from 'react';
import { begin, cancel, drag, end, finish } from '../../roi/tools.ts';
import { cursorPixel, moveCursor, moveSlice, zoomBy } from '../state/display.ts';
import type { SliceProps } from './SliceCanvas.tsx';
import { siteOf } from './scene.ts';

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * Keys on a slice: arrows move the crosshair (with Shift by ten pixels), PageUp and PageDown the slice, + and − zoom.
 * With a drawing tool Space sets a point at the crosshair: the first and the second corner of a shape, a dab of the
 * pen, a corner of a polygon; Enter finishes, Escape gives up.
 */
export function sliceKeys(event: KeyboardEvent, props: SliceProps): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { display, shown, orientation, editor } = props;
  const arrow = arrows[event.key];
  if (arrow) {
    const by = event.shiftKey ? 10 : 1;
    moveCursor(display, shown.map, orientation, [arrow[0] * by, arrow[1] * by]);
    if (editor.state.draft) drag(editor, siteOf(props), cursorPixel(shown.map, display.get(), orientation));
  } else if (event.key === 'PageUp') moveSlice(display, shown.map, orientation, 1);
  else if (event.key === 'PageDown') moveSlice(display, shown.map, orientation, -1);
  else if (event.key === '+' || event.key === '=') zoomBy(display, 1.25);
  else if (event.key === '-') zoomBy(display, 0.8);
  else if (event.key === ' ') space(props);
  else if (event.key === 'Enter') finish(editor, siteOf(props));
  else if (event.key === 'Escape' && editor.state.draft) cancel(editor);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function space(props: SliceProps): void {
  const { editor, shown, display, orientation } = props;
  const { tool, draft } = editor.state;
  const site = siteOf(props);
  const at = cursorPixel(shown.map, display.get(), orientation);
  if (tool === 'navigate') return;
  const second = draft && (tool === 'rectangle' || tool === 'ellipse' || tool === 'line');
  if (second) {
    drag(editor, site, at);
    end(editor, site);
    return;
  }
  begin(editor, site, at);
  if (tool === 'pen' || tool === 'eraser') end(editor, site);
}
