import { endpoints } from '@mroptimum/contract';
import { useQuery } from '@tanstack/react-query';
import { allPages } from '../../queries/allPages.ts';
import { keys } from '../../queries/keys.ts';
import { useBrain } from '../../session/BrainProvider.tsx';

/** All files of the account, newest first; asked again while one of them is still looked at. */
export function useLibrary() {
  const brain = useBrain();
  return useQuery({
    queryKey: keys.files,
    queryFn: ({ signal }) =>
      allPages((cursor) => brain.call(endpoints.files, { query: { limit: 1000, cursor }, signal })),
    refetchInterval: ({ state }) => (state.data?.some(({ status }) => status === 'checking') ? 2000 : false),
  });
}
