import type { Logger } from 'pino';

/** Work that comes back; `stop` waits for what is under way. */
export interface Timers {
  every(milliseconds: number, name: string, work: () => Promise<unknown>): void;
  stop(): Promise<void>;
}

/** Runs each work again and again with a pause between its end and its next start; a failure is only logged. */
export function timers(log: Logger): Timers {
  const stopping = new AbortController();
  const running: Promise<void>[] = [];
  return {
    every(milliseconds, name, work) {
      running.push(
        (async () => {
          while (!stopping.signal.aborted) {
            await work().catch((error: unknown) => log.error({ err: error, timer: name }, 'timer failed'));
            await pause(milliseconds, stopping.signal);
          }
        })(),
      );
    },
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
