import { usePreferences } from '../settings/preferences.ts';
import { viewer } from '../strings/viewer.ts';
import classes from './LocationStrip.module.css';
import { readable, stored, triple, unitOf } from './model/format.ts';
import { componentOf, valueAt, voxelToMm } from './model/volume.ts';
import type { DisplayStore } from './state/display.ts';
import type { Shown } from './state/shown.ts';
import { useStore } from './state/store.ts';
import type { Interval } from './useInterval.ts';

interface Props {
  readonly shown: Shown;
  readonly display: DisplayStore;
  readonly interval: Interval | undefined;
  readonly snrUnits: string | undefined;
}

/** What is under the crosshair: the stored value, its confidence interval, millimetres and voxel. */
export function LocationStrip({ shown, display, interval, snrUnits }: Props) {
  const { position } = usePreferences();
  const cursor = useStore(display, (state) => state.cursor);
  const repetition = useStore(display, (state) => state.repetition);
  const { map, component, id } = shown;
  const value = valueAt(map, cursor, Math.min(repetition, map.repetitions - 1));
  const mm = voxelToMm(map, cursor);
  const unit = unitOf(id, component, snrUnits);
  const limits = interval && [interval.lower, interval.upper].map((limit) => valueAt(limit, cursor)?.real);
  return (
    <dl className={classes.strip} aria-live="off">
      <div>
        <dt>{viewer.value}</dt>
        <dd data-testid="cursor-value" data-value={value?.real} className={classes.value}>
          {value ? stored(value, map.complex) : viewer.outside} {map.complex ? '' : unit}
          {value && map.complex && (
            <span className={classes.part}>
              {viewer.components[component]} {readable(componentOf(value, component), 5)} {unit}
            </span>
          )}
        </dd>
      </div>
      {limits && limits[0] !== undefined && limits[1] !== undefined && (
        <div>
          <dt>{viewer.interval}</dt>
          <dd data-testid="cursor-interval">
            {readable(limits[0])} – {readable(limits[1])}
          </dd>
        </div>
      )}
      {position !== 'voxel' && (
        <div>
          <dt>{viewer.position}</dt>
          <dd data-testid="cursor-mm">
            {mm ? `${triple(mm, 1)} ${viewer.millimetres}` : viewer.unknownPosition}
          </dd>
        </div>
      )}
      {position !== 'mm' && (
        <div>
          <dt>{viewer.voxel}</dt>
          <dd data-testid="cursor-voxel">{triple(cursor, 0)}</dd>
        </div>
      )}
    </dl>
  );
}
