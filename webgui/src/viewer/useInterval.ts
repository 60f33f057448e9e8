import { resultMaps } from '@mroptimum/contract';
import { useEffect, useState } from 'react';
import type { Result } from './model/source.ts';
import { type MapVolume, sameGrid, type VoxelGrid } from './model/volume.ts';

/** Limits of the 95 % confidence interval of SNR. */
export interface Interval {
  readonly lower: MapVolume;
  readonly upper: MapVolume;
}

/** The interval of the map that is shown: of SNR, where the result has one. It comes a moment after the map. */
export function useInterval(result: Result, mapId: number, grid: VoxelGrid): Interval | undefined {
  const [interval, setInterval] = useState<Interval>();
  useEffect(() => {
    setInterval(undefined);
    if (mapId !== resultMaps.snr.id) return;
    const find = (id: number) => result.maps.find((map) => map.id === id);
    const [lower, upper] = [find(resultMaps.snrLower.id), find(resultMaps.snrUpper.id)];
    if (!lower || !upper) return;
    let current = true;
    Promise.all([lower.load(), upper.load()]).then(
      ([low, high]) => {
        if (current && sameGrid(low, grid) && sameGrid(high, grid)) setInterval({ lower: low, upper: high });
      },
      // The interval is an addition: without it the map is shown as it is, and opening its own map says why.
      () => {},
    );
    return () => {
      current = false;
    };
  }, [result, mapId, grid]);
  return interval;
}
