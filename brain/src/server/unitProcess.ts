import { type ChildProcess, spawn } from 'node:child_process';
import type { Logger } from 'pino';
import { commandLine } from './programs.ts';

export interface UnitProcess {
  /** Whether the process is there now. */
  readonly alive: boolean;
  /** Asks it to hand its job back and end; ends it after a while. */
  stop(): Promise<void>;
}

/** A unit that ends at once is started again after 0.5, 1, 2 … at most 30 s. */
const longestPause = 30_000;
const patience = 8_000;

/**
 * Keeps a computing unit running as a process of its own. It knows the server by its address and a token, as
 * units of other machines do; the token comes by the environment, since command lines are visible to everybody
 * on a machine. The channel between the two tells the unit when the server is gone.
 */
export function startUnit(options: {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly log: Logger;
  /** Told whenever the process has ended: what it was doing is done by nobody. */
  readonly onEnd: () => Promise<unknown>;
}): UnitProcess {
  const { args, env, log, onEnd } = options;
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  let pause = 500;

  function start(): void {
    const [program, line] = commandLine(['unit', ...args]);
    const started = Date.now();
    child = spawn(program, line, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // A Ctrl-C of the terminal goes to the server, which asks the unit to end.
      detached: process.platform !== 'win32',
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      for (const said of text.trim().split('\n')) log.info({ unit: child?.pid, said });
    });
    const { pid } = child;
    child.once('exit', () => pid !== undefined && endGroup(pid));
    child.once('error', (error) => log.error({ err: error }, 'the computing unit cannot be started'));
    child.once('close', (code, signal) => {
      child = undefined;
      if (stopping) return;
      onEnd().catch((error: unknown) => log.error({ err: error }, 'jobs of the unit were not given back'));
      if (Date.now() - started > 10_000) pause = 500;
      log.warn({ code, signal, again: pause }, 'the computing unit ended; it is started again');
      timer = setTimeout(start, pause);
      pause = Math.min(longestPause, 2 * pause);
    });
  }
  start();

  return {
    get alive() {
      return child !== undefined;
    },
    async stop() {
      stopping = true;
      clearTimeout(timer);
      const running = child;
      if (running === undefined) return;
      const ended = new Promise<void>((resolve) => running.once('close', () => resolve()));
      running.kill('SIGTERM');
      const last = setTimeout(() => running.kill('SIGKILL'), patience);
      await ended;
      clearTimeout(last);
      await onEnd();
    },
  };
}

/** What the unit left of its calculation would still need the memory that the next one counts on. */
function endGroup(leader: number): void {
  if (process.platform === 'win32') return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nothing was left.
  }
}
