import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Executor } from '../src/unit/executor.ts';
import { alive } from './processes.ts';

const order = (does: string) => ({ job: { does }, inputs: [], spool: '', threads: 1, memoryLimit: 1 });
const { argv } = process;
let executor: Executor;

beforeAll(() => {
  process.argv = [argv[0]!, join(import.meta.dirname, 'calculator.ts')];
});
afterAll(() => {
  process.argv = argv;
});
afterEach(() => executor.stop());

/** One job; `over` is what ends it. */
const does = (what: string, over = new AbortController()) => {
  let heard = (_pid: number): void => {};
  const pid = new Promise<number>((resolve) => {
    heard = resolve;
  });
  const outcome = executor.run(
    order(what),
    (news) => 'entry' in news && heard(Number(news.entry.what)),
    over.signal,
  );
  return { outcome, over, pid };
};

test('jobs share a process; one that is stopped ends its own', async () => {
  executor = new Executor();
  const first = does('work');
  expect(await first.outcome).toEqual({ kind: 'done' });
  const second = does('work');
  expect(await second.outcome).toEqual({ kind: 'done' });
  expect(await first.pid).toBe(await second.pid);
  const stopped = does('last');
  const pid = await stopped.pid;
  stopped.over.abort();
  expect(await stopped.outcome).toBeUndefined();
  expect(await alive(pid)).toBe(false);
});

test('a job that is over cannot end the next one, which has its process', async () => {
  executor = new Executor();
  const first = does('work');
  expect(await first.outcome).toEqual({ kind: 'done' });
  // Its last heartbeat comes after its result and hears that there is no such lease any more.
  first.over.abort();
  expect(await does('work').outcome).toEqual({ kind: 'done' });
});

test('a process that died between two jobs takes none with it', async () => {
  executor = new Executor();
  const first = does('work');
  await first.outcome;
  process.kill(await first.pid, 'SIGKILL');
  expect(await does('work').outcome).toEqual({ kind: 'done' });
});

test('a process that dies in the middle of a job loses it, and not the next', async () => {
  executor = new Executor();
  const lost = does('die');
  await expect(lost.outcome).rejects.toMatchObject({ code: 'MRO_JOB_LOST' });
  expect(await does('work').outcome).toEqual({ kind: 'done' });
});
