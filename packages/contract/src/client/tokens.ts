/** What a signed-in device keeps. */
export interface Tokens {
  readonly access: string;
  readonly refresh: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Where tokens lie between requests: a file of the command, the memory of a browser tab. */
export interface TokenStore {
  load(): Promise<Tokens | undefined>;
  save(tokens: Tokens | undefined): Promise<void>;
  /**
   * Runs `work` alone among everybody who shares this store. A refresh token works once: two programs that
   * used the same one would look like a thief, and the server would sign both out.
   */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

/** Tokens of this process alone. */
export function tokensInMemory(first?: Tokens): TokenStore {
  let tokens = first;
  let last: Promise<unknown> = Promise.resolve();
  return {
    load: async () => tokens,
    save: async (next) => {
      tokens = next;
    },
    alone: (work) => {
      const result = last.then(work);
      last = result.catch(() => {});
      return result;
    },
  };
}
