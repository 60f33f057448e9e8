import { type Brain, endpoints } from '@mroptimum/contract';
import { type UseQueryOptions, useQuery } from '@tanstack/react-query';
import { keys } from '../queries/keys.ts';
import { useBrain } from '../session/BrainProvider.tsx';
import { type Result, resultOfJob } from './model/source.ts';

export interface JobResult {
  readonly id: string;
  readonly createdAt: string;
  readonly result: Result;
  /** Downloads the whole bundle. */
  readonly link: string;
}

/** The result of a finished job; its maps are fetched when they are shown. */
export const jobResultQuery = (brain: Brain, id: string) =>
  ({
    queryKey: keys.results(id),
    queryFn: () => fetchResult(brain, id),
    // A finished result never changes; its links work for an hour.
    staleTime: 45 * 60_000,
  }) satisfies UseQueryOptions<JobResult>;

/** Asks for a result; links that expire meanwhile are asked for again. */
export async function fetchResult(brain: Brain, id: string): Promise<JobResult> {
  const ask = () => brain.call(endpoints.results, { params: { id } });
  const [job, answer] = await Promise.all([brain.call(endpoints.job, { params: { id } }), ask()]);
  let links = answer.data;
  const bytesOf = async (link: string): Promise<Uint8Array> => {
    const response = await brain.send({ method: 'GET', url: link });
    return new Uint8Array(await response.arrayBuffer());
  };
  const result = await resultOfJob(job.alias || id, answer, async (link) => {
    const at = answer.data.findIndex((map) => map.link === link);
    try {
      return await bytesOf(links[at]?.link ?? link);
    } catch {
      // The link has expired while the page was open: a fresh one is asked for, once.
      links = (await ask()).data;
      return bytesOf(links[at]!.link);
    }
  });
  return { id, createdAt: job.createdAt, result, link: answer.link };
}

/** The same as a hook: undefined while it is on its way. */
export function useJobResult(id: string): { result?: Result; link?: string; error: unknown } {
  const { data, error } = useQuery(jobResultQuery(useBrain(), id));
  return { ...(data && { result: data.result, link: data.link }), error };
}
