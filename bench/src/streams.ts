import { type Brain, endpoints } from '@mroptimum/contract';
import { median, type Row } from './table.ts';

const streams = 500;
const changes = 11;

/**
 * Five hundred open event streams of one job: from the request that changes it until the last of them has told it,
 * all of them read by one process.
 *
 * @param waiting a job that nobody runs
 * @param resident memory of the server in MB, now
 */
export async function streamRows(
  brain: Brain,
  waiting: string,
  resident: () => Promise<number>,
): Promise<Row[]> {
  const end = new AbortController();
  const told = new Map<number, { count: number; done: PromiseWithResolvers<void> }>();
  const everybodyKnows = (sequence: number) => {
    const entry = told.get(sequence) ?? { count: 0, done: Promise.withResolvers<void>() };
    told.set(sequence, entry);
    return entry;
  };
  const follow = async (): Promise<void> => {
    for await (const { sequence } of brain.events(waiting, { signal: end.signal })) {
      const entry = everybodyKnows(sequence);
      entry.count += 1;
      if (entry.count === streams) entry.done.resolve();
    }
  };
  const change = (alias: string) => brain.call(endpoints.renameJob, { body: { id: waiting, alias } });

  const before = await resident();
  await change('opened');
  const following = Array.from({ length: streams }, follow);
  // One that fails ends the benchmark, not only itself.
  const failed = Promise.all(following);
  await Promise.race([everybodyKnows(1).done.promise, failed]);
  const each = ((await resident()) - before) / streams;
  const times: number[] = [];
  for (let sequence = 2; sequence < 2 + changes; sequence++) {
    const start = performance.now();
    await change(`change ${sequence}`);
    await Promise.race([everybodyKnows(sequence).done.promise, failed]);
    times.push(performance.now() - start);
  }
  await brain.call(endpoints.cancelJob, { params: { id: waiting } });
  await failed;
  return [
    {
      what: `brain: ${streams} event streams, until all have told a change`,
      ours: median(times),
      unit: 'ms',
    },
    { what: `brain: ${streams} event streams, memory of each`, ours: each * 1000, unit: 'kB' },
  ];
}
