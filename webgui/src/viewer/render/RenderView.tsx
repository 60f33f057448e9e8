import { Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { viewer } from '../../strings/viewer.ts';
import { drawNow } from '../screenshot.ts';
import type { DisplayStore } from '../state/display.ts';
import { colourOf, type Shown, windowOf } from '../state/shown.ts';
import { openScene, type RenderScene } from './niivue.ts';
import classes from './RenderView.module.css';

/** The volume in space, drawn by NiiVue: turned by dragging. Numbers are never read from it. */
export function RenderView({ shown, display }: { shown: Shown; display: DisplayStore }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scene = useRef<RenderScene>(undefined);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    let current = true;
    const style = () => {
      const { gamma } = display.get();
      return { colour: colourOf(display.get(), shown), gamma, window: windowOf(display.get(), shown) };
    };
    const update = (): void => scene.current?.style(style());
    openScene(canvas.current!, shown).then(
      (opened) => {
        if (!current) return opened.close();
        scene.current = opened;
        update();
      },
      () => current && setFailed(true),
    );
    const stop = display.subscribe(update);
    const element = canvas.current!;
    const drawAtOnce = (): void => scene.current?.draw();
    element.addEventListener(drawNow, drawAtOnce);
    return () => {
      current = false;
      stop();
      element.removeEventListener(drawNow, drawAtOnce);
      scene.current?.close();
      scene.current = undefined;
    };
  }, [shown, display]);

  if (failed) {
    return (
      <Text className={classes.none} role="status">
        {viewer.render.none}
      </Text>
    );
  }
  return (
    <div className={classes.frame}>
      {/* A canvas whose context was given up cannot be used again: each volume gets its own. */}
      <canvas
        key={`${shown.id} ${shown.component}`}
        ref={canvas}
        className={classes.canvas}
        role="img"
        aria-label={viewer.render.label}
        data-testid="render"
      />
    </div>
  );
}
