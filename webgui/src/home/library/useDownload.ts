import { type DataFileView, endpoints } from '@mroptimum/contract';
import { useMutation } from '@tanstack/react-query';
import { startDownload } from '../../components/download.ts';
import { useBrain } from '../../session/BrainProvider.tsx';

/** Downloads files by fresh links: those of the list may have ended. */
export function useDownload() {
  const brain = useBrain();
  return useMutation({
    mutationFn: async (files: readonly DataFileView[]) => {
      for (const { id } of files.filter(({ status }) => status === 'available')) {
        startDownload((await brain.call(endpoints.presign, { body: { method: 'GET', id } })).url);
        // Browsers take several downloads at once for one.
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    },
  });
}
