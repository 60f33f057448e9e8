import { endpoints } from '@mroptimum/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { allPages } from '../queries/allPages.ts';
import { keys } from '../queries/keys.ts';
import { useBrain } from '../session/BrainProvider.tsx';

/** All accounts, newest first. */
export function useUsers() {
  const brain = useBrain();
  return useQuery({
    queryKey: keys.users,
    queryFn: ({ signal }) =>
      allPages((cursor) => brain.call(endpoints.users, { query: { limit: 200, cursor }, signal })),
  });
}

/** What is done to accounts; the list is read anew afterwards. */
export function useUserActions() {
  const brain = useBrain();
  const queries = useQueryClient();
  const onSettled = (): void => void queries.invalidateQueries({ queryKey: keys.users });
  const approve = useMutation({
    mutationFn: (id: string) => brain.call(endpoints.approveUser, { params: { id } }),
    onSettled,
  });
  const disable = useMutation({
    mutationFn: (id: string) => brain.call(endpoints.disableUser, { params: { id } }),
    onSettled,
  });
  const role = useMutation({
    mutationFn: ({ id, role: next }: { id: string; role: 'user' | 'developer' | 'admin' }) =>
      brain.call(endpoints.setRole, { params: { id }, body: { role: next } }),
    onSettled,
  });
  return { approve, disable, role, error: approve.error ?? disable.error ?? role.error };
}
