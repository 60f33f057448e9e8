import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { placesIn } from '../places.ts';
import { type Finding, ill, well } from './finding.ts';

/** Looks into the records without changing them, also while a server uses them. */
function reading<T>(path: string, look: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    return look(database);
  } finally {
    database.close();
  }
}

export function database(data: string): Finding {
  const path = placesIn(data).records;
  if (!existsSync(path)) return well('database', 'none yet');
  try {
    const state = reading(path, (records) => records.prepare('PRAGMA quick_check').get()?.quick_check);
    return state === 'ok'
      ? well('database', 'sound')
      : ill('database', 'It is damaged. Stop the server and restore the latest backup.');
  } catch (error) {
    const words = `It cannot be read (${(error as Error).message}). Check its permissions and the disk.`;
    return ill('database', words);
  }
}

/** A unit asks for work at least every 20 s. */
const silence = 60_000;

export function worker(data: string, serverAnswers: boolean): Finding {
  const path = placesIn(data).records;
  if (!serverAnswers || !existsSync(path)) return well('worker', 'runs with the server');
  const latest = lastSeen(path);
  const seconds = Math.round((Date.now() - latest) / 1000);
  return Date.now() - latest < silence
    ? well('worker', `asked for jobs ${seconds} s ago`)
    : ill(
        'worker',
        'No computing unit asks for jobs: they wait. Start the server without --no-unit, or "mroptimum unit" on a machine of the lab; the log of the server says why a unit ended.',
      );
}

function lastSeen(path: string): number {
  try {
    const sql = "SELECT max(json_extract(doc, '$.lastSeenAt')) AS latest FROM units";
    return Date.parse(String(reading(path, (records) => records.prepare(sql).get()?.latest)));
  } catch {
    return Number.NaN;
  }
}

/** Tokens and signatures hold for minutes: a clock that went back makes new ones look old. */
export function clock(data: string, now = Date.now()): Finding {
  const path = placesIn(data).records;
  const written = existsSync(path) ? statSync(path).mtimeMs : 0;
  if (now < Date.parse('2026-01-01') || written - now > 60_000) {
    return ill(
      'clock',
      `It says ${new Date(now).toISOString()}, which is before the records were written. Set it.`,
    );
  }
  return well('clock', new Date(now).toISOString());
}
