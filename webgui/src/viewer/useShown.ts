import { useEffect, useMemo, useState } from 'react';
import type { Result, ResultMap } from './model/source.ts';
import type { MapVolume } from './model/volume.ts';
import type { DisplayStore } from './state/display.ts';
import { type Shown, shownOf } from './state/shown.ts';
import { useStore } from './state/store.ts';

interface Loaded {
  readonly entry: ResultMap;
  readonly map: MapVolume;
}

/** A map of a result that is on its way, there, or that could not be read. */
export interface MapState {
  /** The map that is there; while another one is loaded, the one before. */
  readonly loaded: Loaded | undefined;
  readonly error: unknown;
}

/** Loads a map. The one before stays until the new one is there, so that nothing flickers. */
export function useMap(result: Result, id: number | undefined): MapState {
  const [state, setState] = useState<MapState>({ loaded: undefined, error: undefined });
  useEffect(() => {
    const entry = result.maps.find((map) => map.id === id);
    if (!entry) {
      setState({ loaded: undefined, error: undefined });
      return;
    }
    let current = true;
    entry.load().then(
      (map) => current && setState({ loaded: { entry, map }, error: undefined }),
      (error: unknown) => current && setState((before) => ({ ...before, error })),
    );
    return () => {
      current = false;
    };
  }, [result, id]);
  return state;
}

/** The numbers of a loaded map that are on the screen: of the chosen component and repetition. */
export function useShown(loaded: Loaded | undefined, display: DisplayStore): Shown | undefined {
  const component = useStore(display, (state) => state.component);
  const repetition = useStore(display, (state) => state.repetition);
  return useMemo(
    () => loaded && shownOf(loaded.entry.id, loaded.entry.name, loaded.map, { component, repetition }),
    [loaded, component, repetition],
  );
}
