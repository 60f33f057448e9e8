import { endpoints } from '@mroptimum/contract';
import { useQuery } from '@tanstack/react-query';
import { keys } from '../queries/keys.ts';
import { useBrain, useSignedIn } from './BrainProvider.tsx';

/** The account that is signed in: name, quota, usage. */
export function useProfile() {
  const brain = useBrain();
  const enabled = useSignedIn();
  return useQuery({
    queryKey: keys.profile,
    queryFn: ({ signal }) => brain.call(endpoints.profile, { signal }),
    enabled,
    staleTime: 30_000,
  });
}
