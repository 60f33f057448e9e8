import classes from './ColourBar.module.css';
import { cssGradient } from './model/colours.ts';
import { readable } from './model/format.ts';
import type { ValueWindow } from './model/render.ts';
import type { Display } from './state/display.ts';

interface Props {
  readonly display: Pick<Display, 'colour' | 'gamma'>;
  readonly window: ValueWindow;
  readonly unit: string;
}

const steps = [1, 0.75, 0.5, 0.25, 0];

/** The colours of a map from low to high, with values in its own units. */
export function ColourBar({ display, window: [low, high], unit }: Props) {
  return (
    <div className={classes.bar} data-testid="colour-bar">
      <div
        className={classes.colours}
        style={{ backgroundImage: cssGradient(display.colour, display.gamma, 'to top') }}
      />
      <div className={classes.values}>
        {steps.map((at) => (
          <span key={at}>{readable(low + at * (high - low), 3)}</span>
        ))}
      </div>
      {unit !== '' && <span className={classes.unit}>{unit}</span>}
    </div>
  );
}
