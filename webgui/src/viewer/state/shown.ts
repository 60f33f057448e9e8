import { robustWindow } from '@mroptimum/bundle';
import type { ColourMapName } from '../model/colours.ts';
import type { ValueWindow } from '../model/render.ts';
import { type Component, componentValues, type MapVolume } from '../model/volume.ts';
import { type Display, windowKey } from './display.ts';

/** A map with the numbers of it that are on the screen. */
export interface Shown {
  readonly id: number;
  readonly name: string;
  readonly map: MapVolume;
  readonly component: Component;
  readonly values: Float32Array;
  /** Window where none was set by hand. */
  readonly automatic: ValueWindow;
}

/** The component that is shown of a map: what was chosen of complex ones, the values of real ones. */
const shownComponent = (map: MapVolume, chosen: Component): Component => (map.complex ? chosen : 'real');

/** The numbers of a map for the chosen component and repetition, and a window that fits them. */
export function shownOf(
  id: number,
  name: string,
  map: MapVolume,
  { component: chosen, repetition }: Pick<Display, 'component' | 'repetition'>,
): Shown {
  const component = shownComponent(map, chosen);
  const values = componentValues(map, component, Math.min(repetition, map.repetitions - 1));
  return { id, name, map, component, values, automatic: automaticWindow(values, component) };
}

/**
 * −π … π for phases, a symmetric window for parts of complex numbers, else from zero, or from the lowest value that
 * matters, to the 99th percentile.
 */
function automaticWindow(values: Float32Array, component: Component): ValueWindow {
  if (component === 'phase') return [-Math.PI, Math.PI];
  const [low, high] = robustWindow(values);
  if (component === 'imaginary') return symmetric(low, high);
  return low > 0 && low < 0.5 * high ? [0, high] : [low, high];
}

function symmetric(low: number, high: number): ValueWindow {
  const limit = Math.max(Math.abs(low), Math.abs(high));
  return [-limit, limit];
}

/** The colours in which a map is shown, and the setting that they come from. */
export const colourField = ({ component }: Pick<Shown, 'component'>): 'colour' | 'phaseColour' =>
  component === 'phase' ? 'phaseColour' : 'colour';
export const colourOf = (display: Display, shown: Pick<Shown, 'component'>): ColourMapName =>
  display[colourField(shown)];

/** The window in which a map is shown. */
export const windowOf = (display: Display, { id, automatic }: Shown): ValueWindow =>
  display.windows[windowKey(display, id)] ?? automatic;

export const setWindow = (
  store: { set(change: (state: Display) => Partial<Display>): void },
  { id }: Shown,
  window: ValueWindow,
): void => store.set((state) => ({ windows: { ...state.windows, [windowKey(state, id)]: window } }));
