import { type Brain, endpoints, type PipelineView } from '@mroptimum/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { keys } from '../queries/keys.ts';
import { useBrain } from '../session/BrainProvider.tsx';
import { isActive, type JobStatus } from './settings.ts';

const pageSize = 200;
const newestSize = 50;
/** Older ones under way are asked for one by one, a few at a time. */
const mostOlder = 20;

/** Jobs of the account, newest first, page by page, with what changed since they were read. */
export function useJobs(status: JobStatus | undefined) {
  const brain = useBrain();
  const pages = useInfiniteQuery({
    queryKey: [...keys.jobs, 'pages', status ?? 'all'],
    queryFn: ({ pageParam, signal }) =>
      brain.call(endpoints.jobs, { query: { limit: pageSize, status, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    staleTime: Number.POSITIVE_INFINITY,
    // Comparing ten thousand jobs with those of before would take longer than showing them.
    structuralSharing: false,
  });
  const read = useMemo(() => pages.data?.pages.flatMap(({ jobs }) => jobs) ?? [], [pages.data]);
  const live = useQuery({
    queryKey: [...keys.jobs, 'live', status ?? 'all'],
    queryFn: ({ signal }) => newest(brain, read, status, signal),
    enabled: pages.isSuccess,
    refetchInterval: ({ state }) => {
      const known = state.data ? [...merged(read, state.data, status)] : read;
      return known.some((job) => isActive(job.status)) ? 1500 : 10_000;
    },
  });
  const jobs = useMemo(() => (live.data ? merged(read, live.data, status) : read), [read, live.data, status]);
  return { pages, live, jobs };
}

/** What is new, and what became of those that were under way. */
async function newest(
  brain: Brain,
  read: readonly PipelineView[],
  status: JobStatus | undefined,
  signal: AbortSignal,
): Promise<PipelineView[]> {
  const { jobs } = await brain.call(endpoints.jobs, { query: { limit: newestSize, status }, signal });
  const there = new Set(jobs.map(({ id }) => id));
  const older = read.filter((job) => isActive(job.status) && !there.has(job.id)).slice(0, mostOlder);
  const asked = await Promise.all(
    // One that was deleted meanwhile is left as it was until the list is read anew.
    older.map((job) => brain.call(endpoints.job, { params: { id: job.id }, signal }).catch(() => job)),
  );
  return [...jobs, ...asked];
}

function merged(
  read: readonly PipelineView[],
  live: readonly PipelineView[],
  status: JobStatus | undefined,
): PipelineView[] {
  const byId = new Map(live.map((job) => [job.id, job]));
  const known = new Set(read.map(({ id }) => id));
  const fresh = live.filter(({ id }) => !known.has(id));
  return [...fresh, ...read.map((job) => byId.get(job.id) ?? job)].filter(
    (job) => status === undefined || job.status === status,
  );
}
