import { useEffect, useMemo, useState } from 'react';
import type { Result } from '../viewer/model/source.ts';
import type { Component, MapVolume } from '../viewer/model/volume.ts';
import { type Shown, shownOf } from '../viewer/state/shown.ts';

/** One map of a result that is compared. */
export interface Compared {
  readonly key: string;
  readonly result: Result;
  readonly mapId: number;
}

interface Loaded {
  readonly item: Compared;
  readonly map: MapVolume;
}

/** A map that is there. */
export interface Picture {
  readonly item: Compared;
  readonly shown: Shown;
}

/** Loads the maps of several results; those that are there already stay while others come. */
export function useShownList(
  items: readonly Compared[],
  component: Component,
): { pictures: readonly Picture[]; error: unknown } {
  const [loaded, setLoaded] = useState<readonly Loaded[]>([]);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    let current = true;
    setError(undefined);
    for (const item of items) {
      const entry = item.result.maps.find(({ id }) => id === item.mapId);
      entry?.load().then(
        (map) =>
          current && setLoaded((others) => [...others.filter((o) => o.item.key !== item.key), { item, map }]),
        (reason: unknown) => current && setError(reason),
      );
    }
    return () => {
      current = false;
    };
  }, [items]);
  const pictures = useMemo(
    () =>
      items.flatMap((item): Picture[] => {
        const found = loaded.find((o) => o.item.key === item.key && o.item.mapId === item.mapId);
        const entry = item.result.maps.find(({ id }) => id === item.mapId);
        if (!found || !entry) return [];
        const shown = shownOf(entry.id, entry.name, found.map, { component, repetition: 0 });
        return [{ item, shown }];
      }),
    [items, loaded, component],
  );
  return { pictures, error };
}

/** The same automatic window for all maps, so that equal values have equal colours. */
export function sameWindow(pictures: readonly Picture[]): Picture[] {
  const low = Math.min(...pictures.map(({ shown }) => shown.automatic[0]));
  const high = Math.max(...pictures.map(({ shown }) => shown.automatic[1]));
  return pictures.map(({ item, shown }) => ({ item, shown: { ...shown, automatic: [low, high] as const } }));
}
