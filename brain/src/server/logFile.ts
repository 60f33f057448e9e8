import { mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pino, { type DestinationStream } from 'pino';
import type { ServerOptions } from './options.ts';

const largest = 50e6;

/** Where log lines go. A terminal is for people: there they go to a file, the one before is kept as `.1`. */
export function logDestination({ data, logFile }: Pick<ServerOptions, 'data' | 'logFile'>): {
  readonly destination: DestinationStream;
  readonly path: string | undefined;
} {
  const path = logFile ?? (process.stderr.isTTY ? join(data, 'server.log') : undefined);
  if (path === undefined) return { destination: process.stderr, path };
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > largest) renameSync(path, `${path}.1`);
  return { destination: pino.destination({ dest: path, mode: 0o600, sync: true }), path };
}
