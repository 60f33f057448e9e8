import { Slider } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Loading } from '../components/Loading.tsx';
import type { RoiEditor } from '../roi/editor.ts';
import { viewer } from '../strings/viewer.ts';
import { ColourBar } from './ColourBar.tsx';
import { SliceCanvas, slicesOf } from './canvas/SliceCanvas.tsx';
import { unitOf } from './model/format.ts';
import { type Orientation, orientations, planeOf } from './model/plane.ts';
import classes from './Stage.module.css';
import { activeOrientation, type DisplayStore, moveSlice } from './state/display.ts';
import { colourOf, type Shown, windowOf } from './state/shown.ts';
import { useStore } from './state/store.ts';

const RenderView = lazy(() => import('./render/RenderView.tsx').then((m) => ({ default: m.RenderView })));

interface Props {
  readonly shown: Shown;
  readonly underlay: Shown | undefined;
  readonly display: DisplayStore;
  readonly editor: RoiEditor;
  readonly snrUnits: string | undefined;
  readonly colourBar?: boolean;
}

/** The slices of a map, or the volume, with colour bar and a slider through the slices. */
export function Stage({ shown, underlay, display, editor, snrUnits, colourBar = true }: Props) {
  const layout = useStore(display, (state) => state.layout);
  const window = useStore(display, (state) => windowOf(state, shown));
  const colour = useStore(display, (state) => colourOf(state, shown));
  const gamma = useStore(display, (state) => state.gamma);
  const slice = (orientation: Orientation) => (
    <SliceCanvas key={orientation} {...{ orientation, shown, underlay, display, editor }} />
  );
  return (
    <div className={classes.stage}>
      <div className={classes.pictures} data-layout={layout}>
        {layout === 'multiplanar' && orientations.map(slice)}
        {(layout === 'render' || layout === 'multiplanar') && (
          <Suspense fallback={<Loading label={viewer.render.loading} />}>
            <RenderView shown={shown} display={display} />
          </Suspense>
        )}
        {layout !== 'render' && layout !== 'multiplanar' && slice(layout)}
        {colourBar && (
          <ColourBar
            display={{ colour, gamma }}
            window={window}
            unit={unitOf(shown.id, shown.component, snrUnits)}
          />
        )}
      </div>
      {layout !== 'render' && <SliceSlider shown={shown} display={display} />}
    </div>
  );
}

function SliceSlider({ shown, display }: { shown: Shown; display: DisplayStore }) {
  const orientation = useStore(display, activeOrientation);
  const { through } = planeOf(shown.map, orientation);
  const slice = useStore(display, (state) => state.cursor[through]);
  const slices = slicesOf(shown, orientation);
  if (slices < 2) return null;
  return (
    <div className={classes.slider}>
      <Slider
        size="sm"
        min={1}
        max={slices}
        value={slice + 1}
        label={null}
        thumbLabel={viewer.sliceNumber}
        thumbProps={{ 'aria-valuetext': `${slice + 1} / ${slices}` }}
        onChange={(value) => moveSlice(display, shown.map, orientation, value - 1 - slice)}
        flex={1}
      />
      <span className={classes.number} data-testid="slice-number">
        {slice + 1} / {slices}
      </span>
    </div>
  );
}
