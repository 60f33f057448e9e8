import type { Progress } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** Runs work that Ctrl-C ends; the bar is gone afterwards, however it ended. */
export async function interruptible<T>(
  terminal: Terminal,
  progress: Progress,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const stopListening = terminal.onInterrupt(() => abort.abort());
  try {
    return await work(abort.signal);
  } finally {
    progress.end();
    stopListening();
  }
}
