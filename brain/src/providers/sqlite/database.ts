import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { MroError } from '@mroptimum/contract';
import { migrations } from './migrations.ts';

/** How long a statement waits for another process that writes. */
const busyMs = 10_000;
const constraint = 19;

/** One connection, its statements prepared once. */
export interface Database {
  run(sql: string, ...values: SQLInputValue[]): number;
  get(sql: string, ...values: SQLInputValue[]): Record<string, unknown> | undefined;
  all(sql: string, ...values: SQLInputValue[]): Record<string, unknown>[];
  /** All or nothing; the body must not wait for anything. */
  transaction<T>(body: () => T): T;
  /** Without waiting for the disk: what a power failure may take back, such as a progress line. */
  relaxed<T>(body: () => T): T;
  readonly connection: DatabaseSync;
}

/**
 * Opens a database and brings it to the newest version.
 * @throws MRO_BRAIN_STORAGE where it cannot be opened, is damaged or was written by a newer version
 */
export function openDatabase(path: string): Database {
  const connection = told(`The database ${path} cannot be opened.`, () => {
    const opened = new DatabaseSync(path, { timeout: busyMs });
    opened.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;');
    return opened;
  });
  const prepared = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    let found = prepared.get(sql);
    if (!found) {
      found = connection.prepare(sql);
      prepared.set(sql, found);
    }
    return found;
  };
  const database: Database = {
    connection,
    run: (sql, ...values) => told('', () => Number(statement(sql).run(...values).changes)),
    get: (sql, ...values) => told('', () => statement(sql).get(...values)),
    all: (sql, ...values) => told('', () => statement(sql).all(...values)),
    transaction: (body) => {
      told('', () => connection.exec('BEGIN IMMEDIATE'));
      try {
        const result = body();
        told('', () => connection.exec('COMMIT'));
        return result;
      } catch (error) {
        if (connection.isTransaction) connection.exec('ROLLBACK');
        throw error;
      }
    },
    relaxed: (body) => {
      connection.exec('PRAGMA synchronous = NORMAL');
      try {
        return body();
      } finally {
        connection.exec('PRAGMA synchronous = FULL');
      }
    },
  };
  migrate(database);
  return database;
}

/** Several processes may open a new database at once: the version is read again inside the transaction. */
function migrate(database: Database): void {
  database.transaction(() => {
    database.connection.exec(
      'CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, appliedAt TEXT NOT NULL) STRICT',
    );
    const version = Number(
      database.get('SELECT coalesce(max(version), 0) AS version FROM migrations')?.version,
    );
    if (version > migrations.length) {
      throw new MroError(
        'MRO_BRAIN_STORAGE',
        'The database was written by a newer version of this program.',
        {
          hint: 'Start the newer version, or restore a backup of this one.',
          details: { version, known: migrations.length },
        },
      );
    }
    migrations.slice(version).forEach((sql, i) => {
      told('', () => database.connection.exec(sql));
      database.run("INSERT INTO migrations VALUES (?, datetime('now'))", version + i + 1);
    });
  });
}

/** SQLite's errors in our words: what exists already is one thing, a disk that fails another. */
function told<T>(message: string, body: () => T): T {
  try {
    return body();
  } catch (cause) {
    const code = sqliteCode(cause);
    if (code === undefined) throw cause;
    if (code === constraint)
      throw new MroError('MRO_BRAIN_EXISTS', 'There is one of that name or identifier already.', { cause });
    throw new MroError('MRO_BRAIN_STORAGE', message || 'The database cannot be read or written.', {
      details: { sqlite: code },
      cause,
    });
  }
}

/** Primary result code of an error of SQLite. */
function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined;
  return error.errcode & 0xff;
}
