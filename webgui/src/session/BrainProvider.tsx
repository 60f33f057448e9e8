import type { Brain } from '@mroptimum/contract';
import { createContext, type ReactNode, use, useSyncExternalStore } from 'react';
import { tokens } from './brain.ts';

const BrainContext = createContext<Brain | undefined>(undefined);

/** Gives the connection to the server to everything inside. */
export function BrainProvider({ brain, children }: { brain: Brain; children: ReactNode }) {
  return <BrainContext value={brain}>{children}</BrainContext>;
}

/**
 * The server, as pages talk to it: `brain.call(endpoints.files)`. Tokens, their renewal and repeated attempts
 * are its own business.
 */
export function useBrain(): Brain {
  return use(BrainContext)!;
}

/** Whether somebody is signed in, in this tab or by another one. */
export function useSignedIn(): boolean {
  return useSyncExternalStore(tokens.subscribe, tokens.isSignedIn);
}
