/** Told of a topic: `wait` returns at once where something happened since the last wait. */
export interface Listener {
  /** Until the topic is touched, `milliseconds` have passed or the signal is raised. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
  close(): void;
}

/**
 * Tells waiting requests of this process that something changed, so that they need not look again and again.
 * What was changed stands in the records; who listens also looks there from time to time, because with several
 * processes the change may come from another.
 */
export class Bus {
  readonly #listeners = new Map<string, Set<() => void>>();

  touch(topic: string): void {
    for (const wake of this.#listeners.get(topic) ?? []) wake();
  }

  listen(topic: string): Listener {
    let touched = false;
    let resume = (): void => {};
    const wake = (): void => {
      touched = true;
      resume();
    };
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(wake));
    return {
      wait: async (milliseconds, signal) => {
        if (!touched && !signal?.aborted) {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, milliseconds);
            resume = () => {
              clearTimeout(timer);
              resolve();
            };
            signal?.addEventListener('abort', resume, { once: true });
          });
          signal?.removeEventListener('abort', resume);
        }
        resume = () => {};
        touched = false;
      },
      close: () => {
        listeners.delete(wake);
        if (listeners.size === 0) this.#listeners.delete(topic);
      },
    };
  }
}

const buses = new WeakMap<object, Bus>();

/** The bus of everybody who works on the same records in this process. */
export function busOf({ records }: { readonly records: object }): Bus {
  const bus = buses.get(records) ?? new Bus();
  buses.set(records, bus);
  return bus;
}

export const queueTopic = (unitId: string): string => `queue:${unitId}`;
export const pipelineTopic = (pipelineId: string): string => `pipeline:${pipelineId}`;
