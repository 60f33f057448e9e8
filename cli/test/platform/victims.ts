import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { TestServer } from './harness.ts';

/** What a server consists of: itself, its computing unit, and the process in which that calculates. */
export type Victim = 'server' | 'unit' | 'calculation' | 'server and unit';

/** What is killed between two kills of a server. */
export const victims: readonly Victim[] = ['unit', 'unit', 'calculation', 'server and unit'];

/** Steps that a server tells of in its log, each when its answer is on the way. */
export const steps = [
  '"path":"/api/upload_initiate"',
  '"method":"PUT","path":"/objects/{key}"',
  '"path":"/api/upload_finalize"',
  '"path":"/api/task/queue"',
  '"path":"/api/unit/lease"',
  '/heartbeat"',
  '/output"',
  '"path":"/api/pipeline/completed"',
] as const;

/** Waits for the next time that the server tells of a step, or for `milliseconds` at most. */
export function untilStep({ process: { stderr } }: TestServer, step: string, milliseconds: number) {
  return new Promise<void>((resolve) => {
    const look = (text: string): void => {
      if (text.includes(step)) end();
    };
    const timer = setTimeout(end, milliseconds);
    stderr?.on('data', look);
    function end(): void {
      clearTimeout(timer);
      stderr?.off('data', look);
      resolve();
    }
  });
}

/** The processes that a server has started: its unit, and the one in which the unit calculates. */
export function familyOf({ process: { pid } }: TestServer): { unit?: number; calculation?: number } {
  const all = processes();
  const unit = all.find(({ parent }) => parent === pid)?.pid;
  const calculation = unit === undefined ? undefined : all.find(({ parent }) => parent === unit)?.pid;
  return { ...(unit !== undefined && { unit }), ...(calculation !== undefined && { calculation }) };
}

/** Those of some processes that are still there; what is no unit took the number of one that ended. */
export const survivors = (pids: ReadonlySet<number>): number[] =>
  processes().flatMap(({ pid, line }) =>
    pids.has(pid) && /[ \0]unit(-job)?[ \0]/.test(`${line} `) ? [pid] : [],
  );

export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly line: string;
}

const processes = (): Process[] => (process.platform === 'linux' ? fromProc() : fromPs());

function fromProc(): Process[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const [, parent] = /^[A-Z] (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)!)!;
      const line = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      return [{ pid: Number(name), parent: Number(parent), line }];
    } catch {
      // It ended in the meantime.
      return [];
    }
  });
}

const fromPs = (): Process[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((text) => {
      const [, pid, parent, line = ''] = /^ *(\d+) +(\d+) (.*)$/.exec(text) ?? [];
      return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), line }];
    });
