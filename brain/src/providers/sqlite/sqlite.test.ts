import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { recordsContract } from '../contractTests/recordsContract.ts';
import { sqliteRecords } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'mroptimum-records-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

recordsContract('SQLite in memory', async () => sqliteRecords(':memory:'));
recordsContract('SQLite in a file', async () => sqliteRecords(join(folder, 'brain.sqlite')));
