import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { RoiStatistics } from '../roi/model/statistics.ts';
import { useBrain } from '../session/BrainProvider.tsx';
import { componentValues } from '../viewer/model/volume.ts';
import { jobResultQuery } from '../viewer/useJobResult.ts';
import { type TrendRegion, trendStatistics } from './model/trend.ts';

export interface TrendJob {
  readonly id: string;
  readonly alias: string;
  readonly createdAt: string;
}

/** One result of a protocol: its numbers, or why it has none. */
export interface TrendPoint {
  readonly job: TrendJob;
  readonly statistics: RoiStatistics | undefined;
  readonly error: unknown;
}

/** Reads a map of each job, one after the other, and measures it. What was read stays in the cache of the page. */
export function useTrend(
  jobs: readonly TrendJob[],
  mapName: string,
  region: TrendRegion,
): readonly TrendPoint[] {
  const brain = useBrain();
  const queries = useQueryClient();
  const [points, setPoints] = useState<readonly TrendPoint[]>([]);
  useEffect(() => {
    let current = true;
    const measured = async (job: TrendJob): Promise<TrendPoint> => {
      try {
        const { result } = await queries.fetchQuery(jobResultQuery(brain, job.id));
        const map = await result.maps.find(({ name, matrix }) => name === mapName && !matrix)?.load();
        const found = map && trendStatistics(map, componentValues(map, 'magnitude'), region);
        return { job, statistics: found, error: undefined };
      } catch (error) {
        return { job, statistics: undefined, error };
      }
    };
    const all = async (): Promise<void> => {
      const found: TrendPoint[] = [];
      setPoints([]);
      for (const job of jobs) {
        found.push(await measured(job));
        if (!current) return;
        setPoints([...found]);
      }
    };
    void all();
    return () => {
      current = false;
    };
  }, [brain, queries, jobs, mapName, region]);
  return points;
}
