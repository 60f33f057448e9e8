/** A process that takes queued jobs, counts, and sends the same requests as its rivals; tells what it got. */
import { pipeline } from '../contractTests/samples.ts';
import { sqliteRecords } from '../index.ts';

const [path = '', name = ''] = process.argv.slice(2);
const records = sqliteRecords(path);
const event = (status: string) =>
  ({ at: new Date().toISOString(), type: 'state', data: { status, by: name } }) as const;
const taken: string[] = [];

for (;;) {
  const waiting = await records.pipelines.queued('unit', 5);
  if (waiting.length === 0) break;
  for (const job of waiting) {
    const mine = await records.pipelines.transition(
      { ...job, status: 'running' },
      ['queued'],
      event('running'),
    );
    if (!mine) continue;
    taken.push(job.id);
    await records.pipelines.append('shared', [event('running')]);
    await records.limits.hit('shared', 0, 1e6);
    const key = `same-${taken.length % 10}`;
    await records.pipelines.create(pipeline({ userId: 'rival', unitId: 'none', idempotencyKey: key }));
  }
}
await records.close();
console.log(JSON.stringify(taken));
