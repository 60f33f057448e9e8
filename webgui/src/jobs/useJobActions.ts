import { endpoints, MroError, type PipelineView } from '@mroptimum/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { startDownload } from '../components/download.ts';
import { keys } from '../queries/keys.ts';
import { useBrain } from '../session/BrainProvider.tsx';

/** What can be done with jobs; afterwards everything about jobs is read anew. */
export function useJobActions() {
  const brain = useBrain();
  const queries = useQueryClient();
  const onSettled = (): void => {
    void queries.invalidateQueries({ queryKey: keys.jobs });
  };
  const cancel = useMutation({
    mutationFn: ({ id }: PipelineView) => brain.call(endpoints.cancelJob, { params: { id } }),
    onSettled,
  });
  const retry = useMutation({
    mutationFn: ({ id }: PipelineView) => brain.call(endpoints.retryJob, { params: { id } }),
    onSettled,
  });
  const remove = useMutation({
    mutationFn: async (jobs: readonly PipelineView[]) => {
      for (const { id } of jobs) await brain.call(endpoints.deleteJob, { query: { id } });
    },
    onSettled,
  });
  const rename = useMutation({
    mutationFn: ({ id, alias }: { id: string; alias: string }) =>
      brain.call(endpoints.renameJob, { body: { id, alias } }),
    onSettled,
  });
  const download = useMutation({
    mutationFn: async ({ id }: PipelineView) => {
      const { files } = await brain.call(endpoints.job, { params: { id } });
      const [bundle] = files;
      if (!bundle) throw new MroError('MRO_BRAIN_NOT_FOUND', 'This job has left no bundle.');
      startDownload(bundle.link);
    },
  });
  const error = cancel.error ?? retry.error ?? download.error;
  return { cancel, retry, remove, rename, download, error };
}

export type JobActions = ReturnType<typeof useJobActions>;
