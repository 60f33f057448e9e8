import { endpoints } from '@mroptimum/contract';
import { useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import { keys } from '../../queries/keys.ts';
import { useBrain } from '../../session/BrainProvider.tsx';

export type UnitView = z.infer<(typeof endpoints.units)['answer']>['computingUnits'][number];

/** Computing units that one may use; asked again every few seconds while `watching` for a new one. */
export function useUnits(watching = false) {
  const brain = useBrain();
  return useQuery({
    queryKey: keys.units,
    queryFn: async ({ signal }) => (await brain.call(endpoints.units, { signal })).computingUnits,
    refetchInterval: watching ? 2000 : 30_000,
  });
}
