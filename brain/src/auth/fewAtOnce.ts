import { MroError } from '@mroptimum/contract';

/**
 * Runs at most `most` pieces of work at once; others wait, and where `patience` of them wait already, more are
 * sent away.
 *
 * @throws MRO_BRAIN_TOO_MANY
 */
export function fewAtOnce(most: number, patience: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running < most) running += 1;
    else {
      if (waiting.length >= patience) {
        throw new MroError('MRO_BRAIN_TOO_MANY', 'The server is busy with sign-ins.', {
          details: { retryAfterSeconds: 5 },
        });
      }
      // Whoever ends hands its place on.
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
