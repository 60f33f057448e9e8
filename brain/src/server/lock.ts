import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MroError } from '@mroptimum/contract';

/**
 * Takes a data folder for this process alone; returns how to give it back. The lock is one that the operating
 * system holds for an SQLite file: it ends with the process, however that ends, and no stale file is left.
 *
 * @throws MroError MRO_BRAIN_RUNNING where another server has the folder
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(join(folder, 'lock.sqlite'), { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
  } catch (cause) {
    database.close();
    throw new MroError('MRO_BRAIN_RUNNING', `Another MR Optimum server already uses ${folder}.`, { cause });
  }
  return () => database.close();
}
