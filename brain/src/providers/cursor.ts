import { MroError } from '@mroptimum/contract';
import type { Page } from '../entities.ts';

/** Where a page ended: time of creation and id of its last record. */
export interface Position {
  readonly createdAt: string;
  readonly id: string;
}

/** A cursor that says nothing to whoever holds it. */
export const cursorOf = ({ createdAt, id }: Position): string =>
  Buffer.from(JSON.stringify([createdAt, id])).toString('base64url');

/** @throws MRO_BRAIN_INVALID for what `cursorOf` did not make */
export function positionOf(cursor: string): Position {
  try {
    const [createdAt, id, ...rest]: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (typeof createdAt === 'string' && typeof id === 'string' && rest.length === 0)
      return { createdAt, id };
  } catch {
    // Told below, like every other cursor that is not ours.
  }
  throw new MroError('MRO_BRAIN_INVALID', 'cursor: not one that a list of this server returned.', {
    hint: 'Begin the list again, without a cursor.',
  });
}

/** A page of what was read: one record more than asked for tells that there is a next one. */
export function pageOf<T extends Position>(read: readonly T[], limit: number): Page<T> {
  const items = read.slice(0, limit);
  const last = items.at(-1);
  return read.length > limit && last ? { items, nextCursor: cursorOf(last) } : { items };
}
