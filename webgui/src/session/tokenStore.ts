import type { TokenStore, Tokens } from '@mroptimum/contract';
import { z } from 'zod';

const tokensSchema = z.object({ access: z.string(), refresh: z.string(), expiresAt: z.number() });

/** A token store that also tells when somebody signs in or out, in this tab or in another one. */
export interface BrowserTokens extends TokenStore {
  readonly isSignedIn: () => boolean;
  /** Calls `changed` after each change; returns how to stop that. */
  subscribe(changed: () => void): () => void;
}

const key = 'mroptimum-session';

/**
 * Tokens of this browser: a reload and every tab share them. A refresh token works once, so tabs take turns
 * by a lock of the browser; the one that waited finds the new tokens and uses them.
 */
export function browserTokens(storage: Storage = localStorage): BrowserTokens {
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  window.addEventListener('storage', (event) => {
    if (event.key === key || event.key === null) tell();
  });
  const read = (): Tokens | undefined => {
    const text = storage.getItem(key);
    if (text === null) return undefined;
    try {
      return tokensSchema.safeParse(JSON.parse(text)).data;
    } catch {
      return undefined;
    }
  };
  return {
    load: async () => read(),
    async save(tokens) {
      const before = read() !== undefined;
      if (tokens === undefined) storage.removeItem(key);
      else storage.setItem(key, JSON.stringify(tokens));
      if (before !== (tokens !== undefined)) tell();
    },
    alone: inTurn,
    isSignedIn: () => read() !== undefined,
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
  };
}

let last: Promise<unknown> = Promise.resolve();

/** Browsers give locks to pages of a secure origin alone; elsewhere only the requests of one tab take turns. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (navigator.locks !== undefined) return navigator.locks.request(key, work) as Promise<T>;
  const result = last.then(work);
  last = result.catch(() => {});
  return result;
}
