/** Where a command speaks: results on stdout, everything else on stderr. Tests give their own. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Whether stderr is a terminal on which lines can be drawn again. */
  readonly interactive: boolean;
  readonly columns: number;
  /** Calls back when the user wants the command to stop; returns how to stop listening. */
  onInterrupt(stop: () => void): () => void;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  // A reader that went away (head, a closed pager, a server that ended) is no reason to fail.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  return {
    out: (text) => {
      process.stdout.write(text);
    },
    err: (text) => {
      process.stderr.write(text);
    },
    interactive: process.stderr.isTTY === true && process.env.TERM !== 'dumb',
    columns: process.stderr.columns ?? 80,
    onInterrupt: (stop) => {
      let asked = false;
      const listener = (): void => {
        // A second Ctrl-C does not wait for the calculation to notice.
        if (asked) process.exit(130);
        asked = true;
        stop();
      };
      process.on('SIGINT', listener);
      process.on('SIGTERM', listener);
      return () => {
        process.off('SIGINT', listener);
        process.off('SIGTERM', listener);
      };
    },
  };
}
