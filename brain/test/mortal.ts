import type { Deps } from '../src/deps.ts';

/** What everybody hears who still asks something of a server that is dead. */
export class Died extends Error {}

/**
 * A server that dies before it makes its next call of records or objects, when it has made so many: what it did
 * stays, and nothing follows, not even what it would clear up after an error.
 */
export function mortal(deps: Deps, calls: number): Deps {
  let left = calls;
  const wrap = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(_, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value === 'object' && value !== null) return wrap(value);
        if (typeof value !== 'function') return value;
        return (...values: unknown[]): unknown => {
          if (left === 0)
            return name === 'list' && target === deps.objects ? dead() : Promise.reject(new Died());
          left -= 1;
          return Reflect.apply(value, target, values);
        };
      },
    });
  return { ...deps, records: wrap(deps.records), objects: wrap(deps.objects) };
}

// biome-ignore lint/correctness/useYield: a list that is never begun.
async function* dead(): AsyncGenerator<never> {
  throw new Died();
}

/** What a step gave in the run in which nobody died, after it was tried with a death before each of its calls. */
export async function withEveryDeath<Case, Answer>(run: {
  readonly deps: Deps;
  readonly prepare: () => Promise<Case>;
  readonly act: (deps: Deps, given: Case) => Promise<Answer>;
  /** Told what the step gave, or undefined where it died. */
  readonly check: (given: Case, answer: Answer | undefined) => Promise<void>;
}): Promise<number> {
  for (let calls = 0; ; calls += 1) {
    const given = await run.prepare();
    let answer: { readonly value: Answer } | undefined;
    try {
      answer = { value: await run.act(mortal(run.deps, calls), given) };
    } catch (error) {
      if (!(error instanceof Died)) throw error;
    }
    await run.check(given, answer?.value);
    if (answer) return calls;
  }
}
