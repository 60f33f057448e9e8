import { type Brain, type DataFileView, endpoints } from '@mroptimum/contract';
import { useQuery } from '@tanstack/react-query';
import { keys } from '../queries/keys.ts';
import { useBrain } from '../session/BrainProvider.tsx';
import type { ChosenFile } from './model/form.ts';

/** More files than one can choose among are found by their name in the library. */
const mostFiles = 2000;

/** Files of the library that can be used, newest first. */
export function useLibrary() {
  const brain = useBrain();
  return useQuery({
    queryKey: [...keys.files, 'usable'],
    queryFn: ({ signal }) => usableFiles(brain, signal),
  });
}

async function usableFiles(brain: Brain, signal: AbortSignal): Promise<readonly ChosenFile[]> {
  const files: ChosenFile[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await brain.call(endpoints.files, { query: { limit: 1000, cursor }, signal });
    files.push(...page.items.filter(({ status }) => status === 'available').map(chosenFile));
    cursor = page.nextCursor;
    if (cursor === undefined || files.length >= mostFiles) return files;
  }
}

/** A file of the library as a task names it. */
export function chosenFile(file: DataFileView): ChosenFile {
  const { Bucket, Key } = JSON.parse(file.location) as { Bucket: string; Key: string };
  const { id, filename, size, link, summary = {} } = file;
  return { id, filename, bucket: Bucket, key: Key, size, link, summary };
}

/** Computing units that the account may use. */
export function useUnits() {
  const brain = useBrain();
  return useQuery({
    queryKey: [...keys.units, 'choice'],
    queryFn: async ({ signal }) => (await brain.call(endpoints.units, { signal })).computingUnits,
  });
}
