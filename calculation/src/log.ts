import { type LogEntry, withoutSecrets, withoutSecretsInText } from '@mroptimum/contract';

type LogType = 'start' | 'procedure' | 'warning' | 'ERROR' | 'END';

/**
 * The log of one calculation, in words that a physicist understands. Every entry is cleaned of tokens and
 * addresses before it is kept, because logs are written into bundles and leave the machine.
 */
export class JobLog {
  readonly entries: LogEntry[] = [];
  readonly warnings: string[] = [];
  readonly #now: () => Date;
  readonly #onEntry: ((entry: LogEntry) => void) | undefined;

  constructor(now: () => Date, onEntry?: (entry: LogEntry) => void) {
    this.#now = now;
    this.#onEntry = onEntry;
  }

  start(what: string, settings?: unknown): void {
    this.#add('start', what, settings);
  }

  say(what: string, settings?: unknown): void {
    this.#add('procedure', what, settings);
  }

  /** Something the user should know before he trusts the map. Said once, however many slices say it. */
  warn(what: string): void {
    if (this.warnings.includes(what)) return;
    this.warnings.push(what);
    this.#add('warning', what);
  }

  error(what: string, settings?: unknown): void {
    this.#add('ERROR', what, settings);
  }

  end(what: string, settings?: unknown): void {
    this.#add('END', what, settings);
  }

  /** Entries of another machine, at the times that it gave them. */
  include(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      if (entry.type === 'warning') {
        if (this.warnings.includes(entry.what)) continue;
        this.warnings.push(entry.what);
      }
      this.entries.push(entry);
    }
  }

  #add(type: LogType, what: string, settings?: unknown): void {
    const entry: LogEntry = {
      when: this.#now().toISOString(),
      what: withoutSecretsInText(what),
      type,
      ...(settings === undefined ? {} : { settings: withoutSecrets(settings) }),
    };
    this.entries.push(entry);
    this.#onEntry?.(entry);
  }
}
