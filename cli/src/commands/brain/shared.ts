import { type Brain, endpoints, MroError } from '@mroptimum/contract';
import type { Command } from 'commander';
import { brainFor, type ServerChoice } from '../../client/connection.ts';
import type { Terminal } from '../../terminal.ts';

/** Options of every command that talks to a server. */
export function addServerOptions(command: Command): Command {
  return command
    .option('--server <address>', 'the server (default: MRO_SERVER, or that of the last sign-in)')
    .option('--json', 'print one JSON object');
}

/** Does `work` with the server that the options name; prints its value as JSON, or as `text` has it. */
export async function answer<T extends object>(
  terminal: Terminal,
  options: ServerChoice,
  work: (brain: Brain) => Promise<T>,
  text: (value: T) => string,
): Promise<void> {
  const value = await work(await brainFor(options));
  terminal.out(options.json ? `${JSON.stringify({ ok: true, ...value })}\n` : text(value));
}

/** Rows under their headings, columns as wide as their longest entry. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    `${row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd()}\n`;
  return all.map(line).join('');
}

/** "1.4 MB" */
export function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  const power = Math.min(4, Math.floor(Math.log10(size) / 3));
  return `${(size / 1000 ** power).toPrecision(3)} ${['', 'kB', 'MB', 'GB', 'TB'][power]}`;
}

/** "2026-11-23 14:05", in the time of this machine. */
export function time(iso: string): string {
  const date = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** All pages of a list up to `limit` entries. */
export async function upTo<T>(
  limit: number,
  page: (cursor: string | undefined, limit: number) => Promise<{ items: readonly T[]; nextCursor?: string }>,
): Promise<T[]> {
  const found: T[] = [];
  for (let cursor: string | undefined; found.length < limit; ) {
    const { items, nextCursor } = await page(cursor, Math.min(100, limit - found.length));
    found.push(...items);
    if (nextCursor === undefined || items.length === 0) break;
    cursor = nextCursor;
  }
  return found.slice(0, limit);
}

/**
 * A file of the library by its id or its name.
 * @throws MroError MRO_BRAIN_NOT_FOUND, or MRO_CLI_USAGE where several have the name
 */
export async function fileNamed(brain: Brain, name: string) {
  const files = await upTo(5000, (cursor, limit) =>
    brain.call(endpoints.files, { query: { cursor, limit } }),
  );
  const byId = files.find(({ id }) => id === name);
  if (byId) return byId;
  const named = files.filter(({ filename }) => filename === name);
  if (named.length === 1) return named[0]!;
  if (named.length === 0) {
    throw new MroError('MRO_BRAIN_NOT_FOUND', `There is no file ${name} in your library.`, {
      hint: '`mroptimum data ls` lists names and ids.',
    });
  }
  throw new MroError('MRO_CLI_USAGE', `${named.length} files are called ${name}.`, {
    hint: `Name one by its id: ${named.map(({ id }) => id).join(', ')}.`,
  });
}
