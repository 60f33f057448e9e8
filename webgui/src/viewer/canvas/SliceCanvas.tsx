import { useEffect, useRef } from 'react';
import type { RoiEditor } from '../../roi/editor.ts';
import { viewer } from '../../strings/viewer.ts';
import { type Orientation, planeOf, planeSize } from '../model/plane.ts';
import type { DisplayStore } from '../state/display.ts';
import type { Shown } from '../state/shown.ts';
import { type Drawn, drawScene } from './draw.ts';
import { sliceKeys } from './keys.ts';
import { pointerGestures } from './pointer.ts';
import classes from './SliceCanvas.module.css';
import { sceneOf } from './scene.ts';

export interface SliceProps {
  readonly orientation: Orientation;
  readonly shown: Shown;
  readonly underlay: Shown | undefined;
  readonly display: DisplayStore;
  readonly editor: RoiEditor;
}

/**
 * A slice on a canvas. It listens to the stores by itself and draws once per frame at most: scrolling through slices
 * runs past React.
 */
export function SliceCanvas(props: SliceProps) {
  const { orientation, shown, underlay, display, editor } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const redraw = useRef<() => void>(() => {});

  useEffect(() => {
    const element = canvas.current!;
    const context = element.getContext('2d', { alpha: false })!;
    let drawn: Drawn | undefined;
    let hover: readonly [number, number] | undefined;
    let frame = 0;

    const draw = (): void => {
      frame = 0;
      const { clientWidth: width, clientHeight: height } = element;
      if (width === 0 || height === 0) return;
      const ratio = window.devicePixelRatio;
      const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (element.width !== w || element.height !== h) {
        element.width = w;
        element.height = h;
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      drawn = drawScene(context, { width, height }, sceneOf(latest.current, hover));
    };
    const request = (): void => {
      frame ||= requestAnimationFrame(draw);
    };
    redraw.current = request;

    const gestures = pointerGestures(element, {
      props: () => latest.current,
      drawn: () => drawn,
      hover: (at) => {
        hover = at;
        request();
      },
    });
    const stops = [
      gestures,
      display.subscribe(request),
      editor.store.subscribe(request),
      observeSize(element, request),
    ];
    request();
    return () => {
      cancelAnimationFrame(frame);
      for (const stop of stops) stop();
    };
  }, [display, editor]);

  useEffect(() => redraw.current(), [orientation, shown, underlay]);

  return (
    <div
      className={classes.frame}
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the crosshair is moved by keys.
      tabIndex={0}
      aria-label={viewer.sliceKeys(orientation)}
      onKeyDown={(event) => sliceKeys(event, latest.current)}
    >
      <canvas ref={canvas} className={classes.canvas} aria-hidden data-testid={`slice-${orientation}`} />
    </div>
  );
}

function observeSize(element: HTMLElement, changed: () => void): () => void {
  const observer = new ResizeObserver(changed);
  observer.observe(element);
  return () => observer.disconnect();
}

/** Number of slices of an orientation. */
export const slicesOf = (shown: Shown, orientation: Orientation): number =>
  planeSize(shown.map, planeOf(shown.map, orientation)).slices;
