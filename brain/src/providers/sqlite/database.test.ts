import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { expectCode } from '../contractTests/expectCode.ts';
import { pipeline, user } from '../contractTests/samples.ts';
import { openDatabase } from './database.ts';
import { sqliteRecords } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'mroptimum-database-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const opening = (path: string): Promise<unknown> => Promise.resolve().then(() => sqliteRecords(path));

test('a database of a newer version, a damaged one and a missing folder are told in words', async () => {
  const path = join(folder, 'newer.sqlite');
  const database = openDatabase(path);
  database.run("INSERT INTO migrations VALUES (99, 'later')");
  database.connection.close();
  await expectCode(opening(path), 'MRO_BRAIN_STORAGE');
  writeFileSync(join(folder, 'damaged.sqlite'), 'this is no database, whatever its name says'.repeat(100));
  await expectCode(opening(join(folder, 'damaged.sqlite')), 'MRO_BRAIN_STORAGE');
  await expectCode(opening(join(folder, 'nowhere', 'x.sqlite')), 'MRO_BRAIN_STORAGE');
});

test('a transaction that fails leaves nothing, and the next one works', () => {
  const database = openDatabase(':memory:');
  const insert = "INSERT INTO limits VALUES ('a', 1, 2)";
  expect(() =>
    database.transaction(() => {
      database.run(insert);
      database.run(insert);
    }),
  ).toThrow();
  expect(database.get('SELECT count(*) AS n FROM limits')?.n).toBe(0);
  database.transaction(() => database.run(insert));
  expect(database.get('SELECT count(*) AS n FROM limits')?.n).toBe(1);
  database.connection.close();
});

test('states are flushed to the disk at once, also after what need not be', async () => {
  const database = openDatabase(join(folder, 'flushed.sqlite'));
  database.relaxed(() => database.run("INSERT INTO limits VALUES ('a', 1, 2)"));
  expect(database.get('PRAGMA synchronous')?.synchronous).toBe(2);
  expect(database.get('PRAGMA journal_mode')?.journal_mode).toBe('wal');
  database.connection.close();
});

test('every access goes by a key or an index', () => {
  const database = openDatabase(':memory:');
  const accesses = [
    'SELECT doc FROM users WHERE email = ?',
    'SELECT doc FROM users WHERE username = ?',
    'SELECT doc FROM users WHERE true AND (createdAt, id) < (?, ?) ORDER BY createdAt DESC, id DESC LIMIT ?',
    'SELECT doc FROM apiTokens WHERE hash = ?',
    "SELECT doc FROM dataFiles WHERE userId = ? AND status IN ('available', 'refused') ORDER BY createdAt DESC, id DESC LIMIT ?",
    'SELECT coalesce(sum(size), 0) AS size FROM dataFiles WHERE userId = ?',
    'SELECT doc FROM uploads WHERE expiresAt < ? ORDER BY expiresAt LIMIT ?',
    'SELECT doc FROM units WHERE ownerId = ?',
    'SELECT doc FROM units INDEXED BY unitsShared WHERE isShared',
    'SELECT doc FROM pipelines WHERE userId = ? AND (createdAt, id) < (?, ?) ORDER BY createdAt DESC, id DESC LIMIT ?',
    'SELECT doc FROM pipelines WHERE userId = ? AND status = ? ORDER BY createdAt DESC, id DESC LIMIT ?',
    "SELECT doc FROM pipelines WHERE unitId = ? AND status = 'queued' ORDER BY createdAt, id LIMIT ?",
    "SELECT doc FROM pipelines WHERE status = 'running' AND leaseEndsAt < ? ORDER BY leaseEndsAt LIMIT ?",
    'SELECT count FROM monthlyJobs WHERE userId = ? AND mode = ? AND month = ?',
    'SELECT doc FROM pipelines WHERE userId = ? AND idempotencyKey = ?',
    'SELECT doc FROM events WHERE pipelineId = ? AND sequence > ? ORDER BY sequence LIMIT ?',
    'SELECT doc FROM presets WHERE userId = ?',
    'SELECT doc FROM presets INDEXED BY presetsShared WHERE isShared',
    'SELECT doc FROM rois WHERE pipelineId = ? ORDER BY createdAt, id',
  ];
  for (const sql of accesses) {
    const plan = database.connection.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
    const steps = plan.map(({ detail }) => String(detail)).filter((step) => !/^MULTI|^INDEX/.test(step));
    expect(
      steps.every((step) => /INDEX|PRIMARY KEY/.test(step)),
      `${sql}: ${steps}`,
    ).toBe(true);
  }
  database.connection.close();
});

test('a copy taken while it is written to is sound', async () => {
  const records = sqliteRecords(join(folder, 'live.sqlite'));
  for (let i = 0; i < 50; i++) await records.pipelines.create(pipeline());
  const copying = records.backup(join(folder, 'copy.sqlite'));
  const ada = user();
  await records.users.create(ada);
  await copying;
  const copy = sqliteRecords(join(folder, 'copy.sqlite'));
  expect((await copy.pipelines.listByUser('somebody', { limit: 100 })).items).toHaveLength(50);
  await copy.close();
  await records.close();
});
