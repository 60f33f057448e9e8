import { asMroError, runJob } from '@mroptimum/calculation';
import { remoteIo } from '@mroptimum/calculation/local';
import { Command } from 'commander';
import { childCommand, type JobNews, type JobOrder } from './messages.ts';

/** The calculating process of a unit: does the jobs that its parent sends, one after the other. */
export function unitJobCommand(): Command {
  return new Command(childCommand).action(async () => {
    const gone = new Promise<void>((resolve) => process.once('disconnect', () => resolve()));
    // A Ctrl-C of the terminal reaches the whole group; the parent says when to end.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
    process.on('message', (order) => void calculate(order as JobOrder));
    await gone;
    // Without its parent nobody wants the result.
    process.exit(0);
  });
}

const tell = (news: JobNews): void => {
  if (process.connected) process.send!(news);
};

async function calculate({ job, inputs, spool, threads, memoryLimit }: JobOrder): Promise<void> {
  const io = remoteIo({
    inputs,
    spool,
    threads,
    memoryLimit,
    onLog: (entry) => tell({ kind: 'log', entry: { when: entry.when, what: entry.what, type: entry.type } }),
  });
  try {
    await runJob(job, io, (fraction) => tell({ kind: 'progress', fraction }));
    tell({ kind: 'done' });
  } catch (thrown) {
    const { code, message, hint } = asMroError(thrown);
    tell({ kind: 'failed', error: { code, message, hint } });
  }
}
