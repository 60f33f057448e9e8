import { endpoints } from '@mroptimum/contract';
import { useQuery } from '@tanstack/react-query';
import { keys } from '../queries/keys.ts';
import { useBrain } from '../session/BrainProvider.tsx';

/** Jobs that can be chosen: the newest ones that are completed. */
export function useCompletedJobs(limit = 200) {
  const brain = useBrain();
  const { data, error } = useQuery({
    queryKey: [...keys.jobs, 'completed', limit],
    queryFn: ({ signal }) => brain.call(endpoints.jobs, { query: { status: 'completed', limit }, signal }),
  });
  return { jobs: data?.jobs ?? [], error };
}
