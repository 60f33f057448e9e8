const running = new Map<string, Promise<unknown>>();

/** Runs a body once for all who ask at the same time under the same key: clients repeat what takes long. */
export function singleFlight<T>(key: string, body: () => Promise<T>): Promise<T> {
  const earlier = running.get(key);
  if (earlier) return earlier as Promise<T>;
  const mine = body().finally(() => running.delete(key));
  running.set(key, mine);
  return mine;
}
