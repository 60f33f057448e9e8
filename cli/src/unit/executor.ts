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
    if (signal.aborted) return undefined;
    const alive = this.#child?.exitCode === null && this.#child.connected;
    const child = alive ? this.#child! : start();
    this.#child = child;
    try {
      return await new Promise<JobOutcome | undefined>((resolve, reject) => {
        const died = (code: number | null, by: NodeJS.Signals | null): void =>
          signal.aborted ? resolve(undefined) : reject(lost(by ?? `code ${code}`));
        child.once('exit', died);
        child.on('message', (message) => {
          const news = message as JobNews;
          if (news.kind === 'progress' || news.kind === 'log') onNews(news);
          else resolve(news);
        });
        signal.addEventListener('abort', () => child.kill('SIGKILL'), { once: true });
        child.send(order, (error) => error && reject(lost(error.message)));
      });
    } finally {
      child.removeAllListeners('message');
      child.removeAllListeners('exit');
      if (signal.aborted) {
        child.kill('SIGKILL');
        this.#child = start();
      }
    }
  }

  stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
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
