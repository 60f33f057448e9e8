import { type ChildProcess, fork } from 'node:child_process';
import { MroError } from '@mroptimum/contract';
import { childCommand, type JobNews, type JobOrder, type JobOutcome } from './messages.ts';

/** Told while a job runs. */
export type OnNews = (news: Extract<JobNews, { kind: 'progress' | 'log' }>) => void;

/**
 * Runs jobs in a process of its own: heartbeats go on however busy it is, a stopped job ends at once, and one
 * that takes all memory takes only itself down. The process is started before it is needed.
 */
export class Executor {
  #child: ChildProcess | undefined;

  constructor() {
    this.#child = start();
  }

  /**
   * @throws MRO_JOB_LOST where the process died
   * @returns undefined where the job was stopped by `signal`
   */
  async run(order: JobOrder, onNews: OnNews, signal: AbortSignal): Promise<JobOutcome | undefined> {
    while (!signal.aborted) {
      const waiting = this.#child && isThere(this.#child) ? this.#child : undefined;
      const child = waiting ?? start();
      this.#child = child;
      let begun = false;
      const hear: OnNews = (news) => {
        begun = true;
        onNews(news);
      };
      try {
        return await outcomeOf(child, order, hear, signal);
      } catch (error) {
        this.#child = undefined;
        // One that died while it waited had nothing to do with this job.
        if (begun || !waiting) throw error;
      } finally {
        if (signal.aborted) this.#child = start();
      }
    }
    return undefined;
  }

  stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}

const isThere = ({ exitCode, signalCode, connected }: ChildProcess): boolean =>
  exitCode === null && signalCode === null && connected;

/** What a process makes of an order. It is killed by `signal` as long as it works on it, and not later. */
async function outcomeOf(
  child: ChildProcess,
  order: JobOrder,
  onNews: OnNews,
  signal: AbortSignal,
): Promise<JobOutcome | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<JobOutcome | undefined>();
  const kill = (): boolean => child.kill('SIGKILL');
  const died = (code: number | null, by: NodeJS.Signals | null): void =>
    signal.aborted ? resolve(undefined) : reject(lost(by ?? `code ${code}`));
  const heard = (message: unknown): void => {
    const news = message as JobNews;
    if (news.kind === 'progress' || news.kind === 'log') onNews(news);
    else resolve(news);
  };
  child.once('exit', died).on('message', heard);
  signal.addEventListener('abort', kill);
  child.send(order, (error) => error && reject(lost(error.message)));
  try {
    return await promise;
  } finally {
    // The heartbeat of a job that is over may still raise its signal: the process then has another.
    signal.removeEventListener('abort', kill);
    child.off('exit', died).off('message', heard);
    if (signal.aborted) kill();
  }
}

/** The process gets no token: all it needs are the links of its job. */
function start(): ChildProcess {
  const { MRO_TOKEN: _kept, ...env } = process.env;
  const child = fork(process.argv[1]!, [childCommand], {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  // Where it cannot be started, sending it a job tells why.
  child.on('error', () => {});
  return child;
}

const lost = (how: string): MroError =>
  new MroError('MRO_JOB_LOST', `The calculation ended in the middle (${how}).`, {
    hint: 'It probably ran out of memory: use a unit with more, or a smaller job.',
  });
