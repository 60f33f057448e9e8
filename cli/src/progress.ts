import type { LogEntry } from '@mroptimum/contract';
import type { Terminal } from './terminal.ts';

/** What the user sees while a calculation runs. */
export interface Progress {
  fraction(done: number): void;
  log(entry: LogEntry): void;
  /** Takes the bar away. */
  end(): void;
}

const silent: Progress = { fraction: () => {}, log: () => {}, end: () => {} };

/** A bar on a terminal, the log as plain lines elsewhere, nothing when quiet. */
export function progressOn(terminal: Terminal, quiet: boolean, now: () => number = Date.now): Progress {
  if (quiet) return silent;
  return terminal.interactive ? bar(terminal, now) : lines(terminal);
}

/** Every tenth of the work once, and every line of the log. */
function lines(terminal: Terminal): Progress {
  let tenth = 0;
  return {
    fraction(done) {
      const reached = Math.floor(done * 10);
      if (reached > tenth && reached < 10) terminal.err(`${reached * 10} %\n`);
      tenth = Math.max(tenth, reached);
    },
    log(entry) {
      if (!/^Slice \d+ of \d+ computed/.test(entry.what)) terminal.err(`${label(entry)}${entry.what}\n`);
    },
    end() {},
  };
}

function bar(terminal: Terminal, now: () => number): Progress {
  const started = now();
  const clear = '\r\x1b[K';
  let done = 0;
  const draw = (): void => {
    const width = Math.max(10, Math.min(40, terminal.columns - 30));
    const filled = Math.round(done * width);
    const elapsed = (now() - started) / 1000;
    const left = done > 0.06 ? `  ${seconds((elapsed * (1 - done)) / done)} left` : '';
    const percent = String(Math.floor(done * 100)).padStart(3);
    terminal.err(`${clear}${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${percent} %${left}`);
  };
  return {
    fraction(fraction) {
      done = fraction;
      draw();
    },
    log(entry) {
      if (entry.type === 'warning') {
        terminal.err(`${clear}${label(entry)}${entry.what}\n`);
        draw();
      }
    },
    end: () => terminal.err(clear),
  };
}

const label = ({ type }: LogEntry): string => (type === 'warning' ? 'Note: ' : '');

function seconds(value: number): string {
  return value < 90 ? `${Math.ceil(value)} s` : `${Math.ceil(value / 60)} min`;
}
