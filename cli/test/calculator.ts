import type { JobNews, JobOrder } from '../src/unit/messages.ts';

/** Stands in for the calculating process: says who it is, and does what its order says. */
const tell = (news: JobNews): void => void process.send!(news);

process.on('message', (message) => {
  const { does } = (message as JobOrder).job as { does: 'work' | 'last' | 'die' };
  tell({ kind: 'log', entry: { when: '', what: String(process.pid), type: 'procedure' } });
  if (does === 'die') process.kill(process.pid, 'SIGKILL');
  if (does === 'work') tell({ kind: 'done' });
});
process.once('disconnect', () => process.exit(0));
