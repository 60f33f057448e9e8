import { useRef, useSyncExternalStore } from 'react';

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

/** Some fields of a store; the component draws itself again when one of them changes, and at no other time. */
export function useFields<State, Key extends keyof State>(
  store: Store<State>,
  ...keys: readonly Key[]
): Pick<State, Key> {
  const last = useRef<Pick<State, Key>>(undefined);
  return useStore(store, (state) => {
    const before = last.current;
    if (before && keys.every((key) => Object.is(before[key], state[key]))) return before;
    const picked = Object.fromEntries(keys.map((key) => [key, state[key]])) as Pick<State, Key>;
    last.current = picked;
    return picked;
  });
}
