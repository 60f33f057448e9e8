import type { Brain } from '@mroptimum/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { keys } from '../queries/keys.ts';
import type { RoiStatistics } from '../roi/model/statistics.ts';
import { useBrain } from '../session/BrainProvider.tsx';
import { componentValues } from '../viewer/model/volume.ts';
import { fetchResult } from '../viewer/useJobResult.ts';
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

/** What is kept of a result: its numbers, not its voxels. */
const pointQuery = (brain: Brain, job: TrendJob, mapName: string, region: TrendRegion) => ({
  queryKey: [...keys.results(job.id), 'trend', mapName, region],
  queryFn: async () => {
    const { result } = await fetchResult(brain, job.id);
    const map = await result.maps.find(({ name, matrix }) => name === mapName && !matrix)?.load();
    return map ? trendStatistics(map, componentValues(map, 'magnitude'), region) : null;
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** Reads a map of each job, one after the other, and measures it. */
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
    const measured = (job: TrendJob): Promise<TrendPoint> =>
      queries.fetchQuery(pointQuery(brain, job, mapName, region)).then(
        (found) => ({ job, statistics: found ?? undefined, error: undefined }),
        (error: unknown) => ({ job, statistics: undefined, error }),
      );
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
