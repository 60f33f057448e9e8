import { MroError } from '@mroptimum/contract';
import type { Versioned } from '../../entities.ts';
import type { Database } from './database.ts';

type Row = Record<string, unknown> | undefined;

/** The record in a row; what is stored there was written by `documents` alone. */
export const record = <T>(row: Row): T | undefined =>
  row === undefined ? undefined : (JSON.parse(String(row.doc)) as T);

export const records = <T>(rows: readonly Record<string, unknown>[]): T[] =>
  rows.map((row) => JSON.parse(String(row.doc)) as T);

/** The accesses that all tables of documents share. */
export function documents<T extends { readonly id: string }>(database: Database, table: string) {
  return {
    insert: (document: T): void => {
      database.run(`INSERT INTO ${table} (id, doc) VALUES (?, ?)`, document.id, JSON.stringify(document));
    },
    byId: (id: string): T | undefined => record<T>(database.get(`SELECT doc FROM ${table} WHERE id = ?`, id)),
    by: (column: string, value: string): T | undefined =>
      record<T>(database.get(`SELECT doc FROM ${table} WHERE ${column} = ?`, value)),
    delete: (id: string): boolean => database.run(`DELETE FROM ${table} WHERE id = ?`, id) > 0,
  };
}

/**
 * Stores a record as read with its changes, one version on.
 * @throws MRO_BRAIN_CONFLICT where it changed meanwhile, MRO_BRAIN_NOT_FOUND where it is gone
 */
export function updateVersioned<T extends Versioned & { readonly id: string }>(
  database: Database,
  table: string,
  document: T,
): T {
  const next = { ...document, version: document.version + 1 };
  const changed = database.run(
    `UPDATE ${table} SET doc = ? WHERE id = ? AND version = ?`,
    JSON.stringify(next),
    document.id,
    document.version,
  );
  if (changed === 1) return next;
  if (database.get(`SELECT 1 FROM ${table} WHERE id = ?`, document.id))
    throw new MroError('MRO_BRAIN_CONFLICT', 'It was changed by somebody else in the meantime.');
  throw new MroError('MRO_BRAIN_NOT_FOUND', 'It was deleted in the meantime.');
}
