import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pipeline } from '../contractTests/samples.ts';
import { diskObjects, sqliteRecords } from '../index.ts';
import { isSound } from '../sqlite/snapshot.ts';
import { contentOf, sha256 } from './content.ts';

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
/** More rounds of killing by MRO_KILL_ROUNDS. */
const rounds = Number(process.env.MRO_KILL_ROUNDS ?? 6);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mroptimum-processes-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Lets a writer work until it told a number of things, kills it in the middle of the next; gives what it told. */
async function killWhileWriting(name: string, things: number): Promise<string[]> {
  const child = spawn(process.execPath, [script('writer.ts'), folder, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    text += chunk;
    if (text.split('\n').length > things) setTimeout(() => child.kill('SIGKILL'), Math.random() * 40);
  });
  await once(child, 'close');
  return text.split('\n').slice(0, -1);
}

test(`a process killed ${rounds} times while writing leaves nothing half, and nothing it told is lost`, async () => {
  const told: string[] = [];
  for (let round = 0; round < rounds; round++)
    told.push(...(await killWhileWriting(`r${round}`, 5 + 3 * round)));
  expect(told.length).toBeGreaterThan(rounds * 5);
  expect(isSound(join(folder, 'records.sqlite'))).toBe(true);
  const records = sqliteRecords(join(folder, 'records.sqlite'));
  const disk = diskObjects({ folder: join(folder, 'objects'), origin: 'http://localhost', secret: 'x' });

  const { items } = await records.pipelines.listByUser('somebody', { limit: 10_000 });
  const statusOf = new Map(items.map(({ id, status }) => [id, status]));
  for (const job of items) {
    const events = await records.pipelines.events(job.id, 0, 100);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, i) => i + 1));
    const states = events.filter(({ type }) => type === 'state').map(({ data }) => data.status);
    expect(states.at(-1)).toBe(job.status);
    expect(job.version).toBe(states.length);
    if (job.status === 'completed') expect((await disk.stamp(job.resultKey!)).etag).toBeTruthy();
  }
  for await (const { key, size } of disk.list('')) {
    const source = (await disk.open(key))!;
    const bytes = await source.read(0, size);
    await source.close();
    expect(Buffer.compare(bytes, contentOf(key)), key).toBe(0);
  }
  for (const line of told) {
    const [kind, id = '', uploadId = '', number] = line.split(' ');
    if (kind === 'queued') expect(statusOf.has(id)).toBe(true);
    if (kind === 'completed') expect(statusOf.get(id)).toBe('completed');
    if (kind !== 'part') continue;
    const whole = contentOf(id);
    const size = Math.ceil(whole.length / 3);
    const expected = sha256(whole.subarray((Number(number) - 1) * size, Number(number) * size));
    const part = (await disk.parts(id, uploadId)).find((one) => one.number === Number(number));
    expect(part?.sha256).toBe(expected);
  }
  expect(await disk.collect(new Date(Date.now() + 1000))).toBeGreaterThan(0);
  await records.close();
});

test('three processes on one database take every job once and count together', async () => {
  const path = join(folder, 'shared.sqlite');
  const records = sqliteRecords(path);
  await records.pipelines.create(pipeline({ id: 'shared', unitId: 'none' }));
  const jobs = Array.from({ length: 60 }, (_, i) => pipeline({ id: `job-${i}` }));
  for (const job of jobs) await records.pipelines.create(job);
  const run = promisify(execFile);
  const outcomes = await Promise.all(
    ['a', 'b', 'c'].map((name) => run(process.execPath, [script('taker.ts'), path, name])),
  );
  const taken: string[] = outcomes.flatMap(({ stdout }) => JSON.parse(stdout));
  expect(taken.sort()).toEqual(jobs.map(({ id }) => id).sort());
  const events = await records.pipelines.events('shared', 0, 1000);
  expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 61 }, (_, i) => i + 1));
  expect((await records.limits.hit('shared', 0, 1e6)).count).toBe(61);
  expect((await records.pipelines.listByUser('rival', { limit: 100 })).items.length).toBeLessThanOrEqual(10);
  await records.close();
});

test('three processes may open a new database at once', async () => {
  const path = join(folder, 'new.sqlite');
  const run = promisify(execFile);
  const open = () => run(process.execPath, [script('taker.ts'), path, 'x']);
  const outcomes = await Promise.all([open(), open(), open()]);
  expect(outcomes.map(({ stdout }) => stdout.trim())).toEqual(['[]', '[]', '[]']);
});
