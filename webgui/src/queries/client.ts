import { MroError } from '@mroptimum/contract';
import { QueryClient } from '@tanstack/react-query';

/** The transport below tries again by itself what a moment later may work, so a query asks once. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: false, staleTime: 10_000, refetchOnReconnect: true },
    mutations: { retry: false },
  },
});

/** An answer that will be the same next time: polling ends with it. */
export const isFinal = (error: unknown): boolean =>
  error instanceof MroError && !['MRO_CLI_SERVER', 'MRO_INTERNAL', 'MRO_BRAIN_TOO_MANY'].includes(error.code);
