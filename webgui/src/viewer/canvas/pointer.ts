import type { Point } from '../../roi/model/shapes.ts';
import { begin, drag, end, finish } from '../../roi/tools.ts';
import { pixelToVoxel } from '../model/plane.ts';
import { clamped, maximumZoom, minimumZoom, moveSlice } from '../state/display.ts';
import { setWindow, windowOf } from '../state/shown.ts';
import type { Drawn } from './draw.ts';
import type { SliceProps } from './SliceCanvas.tsx';
import { siteOf } from './scene.ts';
import { toSlice } from './view.ts';

interface Host {
  readonly props: () => SliceProps;
  readonly drawn: () => Drawn | undefined;
  readonly hover: (at: Point | undefined) => void;
}

type Gesture = 'tool' | 'cursor' | 'window' | 'pan' | 'pinch';

/**
 * Pointer and wheel on a slice. Left: the tool in use, or the crosshair. Right: window (across) and level (down).
 * Middle, or with Shift: shift the picture. Wheel: slices; with Ctrl: zoom at the pointer. Two fingers: zoom and shift.
 * @returns how to stop listening
 */
export function pointerGestures(element: HTMLElement, host: Host): () => void {
  let gesture: Gesture | undefined;
  let last: readonly [number, number] = [0, 0];
  const fingers = new Map<number, readonly [number, number]>();

  const place = (event: MouseEvent): readonly [number, number] => {
    const box = element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const pixelAt = (event: MouseEvent): Point | undefined => {
    const drawn = host.drawn();
    return drawn && toSlice(drawn.view, ...place(event));
  };
  const toCursor = (at: Point): void => {
    const { shown, display } = host.props();
    const drawn = host.drawn()!;
    const slice = display.get().cursor[drawn.plane.through];
    const voxel = pixelToVoxel(shown.map, drawn.plane, Math.round(at[0]), Math.round(at[1]), slice);
    display.set({ cursor: clamped(shown.map, voxel) });
  };

  const down = (event: PointerEvent): void => {
    const at = pixelAt(event);
    if (!at) return;
    element.parentElement?.focus({ preventScroll: true });
    element.setPointerCapture(event.pointerId);
    last = place(event);
    fingers.set(event.pointerId, last);
    if (fingers.size === 2) {
      gesture = 'pinch';
      return;
    }
    const { editor } = host.props();
    if (event.button === 2) gesture = 'window';
    else if (event.button === 1 || event.shiftKey) gesture = 'pan';
    else gesture = editor.state.tool === 'navigate' ? 'cursor' : 'tool';
    if (gesture === 'cursor') toCursor(at);
    if (gesture === 'tool') begin(editor, siteOf(host.props()), at);
  };

  const move = (event: PointerEvent): void => {
    const at = pixelAt(event);
    if (!at) return;
    host.hover(at);
    if (!gesture) return;
    const now = place(event);
    const [dx, dy] = [now[0] - last[0], now[1] - last[1]];
    if (gesture === 'cursor') toCursor(at);
    else if (gesture === 'tool') drag(host.props().editor, siteOf(host.props()), at);
    else if (gesture === 'pan') pan(host, dx, dy);
    else if (gesture === 'window') level(host, dx, dy);
    else pinch(host, fingers, event.pointerId, now, element);
    last = now;
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, now);
  };

  const up = (event: PointerEvent): void => {
    fingers.delete(event.pointerId);
    if (gesture === 'tool') end(host.props().editor, siteOf(host.props()));
    gesture = undefined;
  };

  const wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { display, shown, orientation } = host.props();
    if (event.ctrlKey || event.metaKey) zoomAt(host, element, place(event), Math.exp(-event.deltaY / 300));
    else moveSlice(display, shown.map, orientation, Math.sign(event.deltaY));
  };
  const double = (): void => {
    const { editor } = host.props();
    if (editor.state.tool === 'polygon') finish(editor, siteOf(host.props()));
  };
  const leave = (): void => host.hover(undefined);
  const noMenu = (event: Event): void => event.preventDefault();

  element.addEventListener('pointerdown', down);
  element.addEventListener('pointermove', move);
  element.addEventListener('pointerup', up);
  element.addEventListener('pointercancel', up);
  element.addEventListener('pointerleave', leave);
  element.addEventListener('wheel', wheel, { passive: false });
  element.addEventListener('dblclick', double);
  element.addEventListener('contextmenu', noMenu);
  return () => {
    element.removeEventListener('pointerdown', down);
    element.removeEventListener('pointermove', move);
    element.removeEventListener('pointerup', up);
    element.removeEventListener('pointercancel', up);
    element.removeEventListener('pointerleave', leave);
    element.removeEventListener('wheel', wheel);
    element.removeEventListener('dblclick', double);
    element.removeEventListener('contextmenu', noMenu);
  };
}

/** Millimetres per screen pixel of what is drawn. */
function mmPerPixel(host: Host): number {
  const { shown } = host.props();
  const { view, plane } = host.drawn()!;
  return shown.map.spacing[plane.across] / view.scale[0];
}

function pan(host: Host, dx: number, dy: number): void {
  const { display, orientation } = host.props();
  const mm = mmPerPixel(host);
  display.set(({ pan }) => {
    const [x, y] = pan[orientation];
    return { pan: { ...pan, [orientation]: [x + dx * mm, y + dy * mm] } };
  });
}

/** Across: the window gets wider; down: its middle goes up, so that the picture gets darker. */
function level(host: Host, dx: number, dy: number): void {
  const { display, shown } = host.props();
  const [low, high] = windowOf(display.get(), shown);
  const width = (high - low) * Math.exp(dx / 200);
  const middle = (low + high) / 2 + (dy / 300) * (high - low);
  setWindow(display, shown, [middle - width / 2, middle + width / 2]);
}

function zoomAt(host: Host, element: HTMLElement, [x, y]: readonly [number, number], factor: number): void {
  const { display, orientation } = host.props();
  const mm = mmPerPixel(host);
  const [cx, cy] = [x - element.clientWidth / 2, y - element.clientHeight / 2];
  display.set(({ zoom, pan }) => {
    const next = Math.min(maximumZoom, Math.max(minimumZoom, zoom * factor));
    // What lies under the pointer stays there: its distance from the middle of the screen grows with the zoom.
    const shift = mm * (zoom / next - 1);
    const [px, py] = pan[orientation];
    return { zoom: next, pan: { ...pan, [orientation]: [px + cx * shift, py + cy * shift] } };
  });
}

function pinch(
  host: Host,
  fingers: ReadonlyMap<number, readonly [number, number]>,
  moved: number,
  now: readonly [number, number],
  element: HTMLElement,
): void {
  const other = [...fingers].find(([id]) => id !== moved)?.[1];
  const before = fingers.get(moved);
  if (!other || !before) return;
  const spread = (a: readonly [number, number]): number => Math.hypot(a[0] - other[0], a[1] - other[1]);
  const middle: [number, number] = [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2];
  zoomAt(host, element, middle, spread(now) / Math.max(1, spread(before)));
  pan(host, (now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
}
