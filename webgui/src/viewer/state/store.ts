import { useSyncExternalStore } from 'react';

/** A value that changes, and who wants to know. Canvases listen without React; panels by `useStore`. */
export class Store<State> {
  #state: State;
  readonly #listeners = new Set<() => void>();

  constructor(initial: State) {
    this.#state = initial;
  }

  readonly get = (): State => this.#state;

  /** Changes some fields and tells everybody. */
  readonly set = (change: Partial<State> | ((state: State) => Partial<State>)): void => {
    const fields = typeof change === 'function' ? change(this.#state) : change;
    this.#state = { ...this.#state, ...fields };
    for (const listener of [...this.#listeners]) listener();
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

/** What `select` picks of a store; the component draws itself again when that changes. */
export function useStore<State, Picked>(store: Store<State>, select: (state: State) => Picked): Picked {
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
