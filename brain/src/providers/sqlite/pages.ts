import type { SQLInputValue } from 'node:sqlite';
import type { Page, PageRequest } from '../../entities.ts';
import { type Position, pageOf, positionOf } from '../cursor.ts';
import type { Database } from './database.ts';
import { records } from './documents.ts';

/** A page of a table, newest first, by an index that ends in (createdAt, id). */
export function readPage<T extends Position>(
  database: Database,
  table: string,
  where: string,
  values: readonly SQLInputValue[],
  { limit, cursor }: PageRequest,
): Page<T> {
  const select = `SELECT doc FROM ${table} WHERE ${where}`;
  const order = 'ORDER BY createdAt DESC, id DESC LIMIT ?';
  if (cursor === undefined)
    return pageOf(records<T>(database.all(`${select} ${order}`, ...values, limit + 1)), limit);
  const { createdAt, id } = positionOf(cursor);
  const rows = database.all(
    `${select} AND (createdAt, id) < (?, ?) ${order}`,
    ...values,
    createdAt,
    id,
    limit + 1,
  );
  return pageOf(records<T>(rows), limit);
}
