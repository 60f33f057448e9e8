import type { Records } from '../records.ts';
import { type Table, untilSettled } from './table.ts';

/** Counters of attempts, each with the moment at which it begins anew. */
export function rateLimits(table: Table): Records['limits'] {
  const keyOf = (key: string) => ({ pk: `limit#${key}`, sk: 'record' });
  return {
    hit: (key, now, windowMs) =>
      untilSettled(async () => {
        const item = await table.get(keyOf(key));
        const stored = item && { count: Number(item.count), endsAt: Number(item.endsAt) };
        const next =
          stored && stored.endsAt > now
            ? { count: stored.count + 1, endsAt: stored.endsAt }
            : { count: 1, endsAt: now + windowMs };
        const put = { ...keyOf(key), ...next, expires: Math.ceil(next.endsAt / 1000) };
        const failed = await table.write([{ put, when: stored ?? 'absent' }]);
        return failed.length === 0 ? next : undefined;
      }),
    clear: async (key) => {
      await table.write([{ remove: keyOf(key) }]);
    },
  };
}
