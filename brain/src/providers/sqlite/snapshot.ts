import { DatabaseSync } from 'node:sqlite';

/** A consistent copy of a database at one moment, while others read and write it. */
export function snapshotDatabase(from: string, to: string): void {
  const database = new DatabaseSync(from, { timeout: 10_000 });
  try {
    database.prepare('VACUUM INTO ?').run(to);
  } finally {
    database.close();
  }
}

/** Keys of the objects that must exist for the records to be true: files of libraries, results of jobs. */
export function requiredObjects(path: string): string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database
      .prepare(
        `SELECT json_extract(doc, '$.objectKey') AS key FROM dataFiles WHERE status = 'available'
         UNION SELECT json_extract(doc, '$.resultKey') FROM pipelines WHERE status = 'completed'`,
      )
      .all()
      .flatMap(({ key }) => (typeof key === 'string' ? [key] : []));
  } finally {
    database.close();
  }
}

/** Whether SQLite finds the whole file sound. */
export function isSound(path: string): boolean {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database.prepare('PRAGMA integrity_check').get()?.integrity_check === 'ok';
  } catch {
    return false;
  } finally {
    database.close();
  }
}
