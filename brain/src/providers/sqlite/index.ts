import { backup } from 'node:sqlite';
import type { Records } from '../records.ts';
import { accounts } from './accounts.ts';
import { openDatabase } from './database.ts';
import { library } from './library.ts';
import { pipelines } from './pipelines.ts';

/**
 * Records in one SQLite file, or in memory (":memory:") for tests. Several processes may use one file.
 * @throws MRO_BRAIN_STORAGE where it cannot be opened, is damaged or was written by a newer version
 */
export function sqliteRecords(path: string): Records {
  const database = openDatabase(path);
  return {
    ...accounts(database),
    ...library(database),
    pipelines: pipelines(database),
    backup: async (to) => {
      await backup(database.connection, to);
    },
    close: async () => database.connection.close(),
  };
}
