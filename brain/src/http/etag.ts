import { MroError } from '@mroptimum/contract';
import type { Context } from 'hono';
import type { Versioned } from '../entities.ts';

/** The version of a record as an entity tag. */
export const etagOf = (record: Versioned): string => `"${record.version}"`;

/**
 * Checks If-Match against the record as it is; without that header every version is accepted.
 *
 * @throws MRO_BRAIN_PRECONDITION where the client has seen another version
 */
export function checkIfMatch(c: Context, record: Versioned): void {
  const wanted = c.req.header('if-match');
  if (wanted === undefined || wanted.trim() === '*') return;
  const tags = wanted.split(',').map((tag) => tag.trim());
  if (!tags.includes(etagOf(record))) {
    throw new MroError('MRO_BRAIN_PRECONDITION', 'Somebody changed it since you read it.');
  }
}
