import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { lockFolder } from '../lock.ts';
import type { ServerOptions } from '../options.ts';
import { type Finding, ill, well } from './finding.ts';
import { disk, folder, node, permissions } from './machine.ts';
import { clock, database, worker } from './store.ts';

export type { Finding } from './finding.ts';

/** Looks at everything that a server on this machine needs; changes nothing, and may run beside a server. */
export async function examine(options: ServerOptions): Promise<readonly Finding[]> {
  const { data } = options;
  const answers = await serverAnswers(options);
  return [
    node(),
    folder(data),
    disk(data),
    permissions(data),
    database(data),
    await port(options, answers),
    server(options, answers),
    worker(data, answers),
    clock(data),
  ];
}

/** What is not well, and in words what to do. */
export function report(findings: readonly Finding[]): string {
  const lines = findings.map(({ what, ok, words }) => `${ok ? '✓' : '✗'} ${what.padEnd(12)} ${words}\n`);
  const bad = findings.filter(({ ok }) => !ok).length;
  return `${lines.join('')}\n${bad === 0 ? 'All is well.' : `${bad} to be mended: see the lines with ✗.`}\n`;
}

async function serverAnswers({ host, port }: ServerOptions): Promise<boolean> {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const address = `http://${name.includes(':') ? `[${name}]` : name}:${port}/health`;
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(3000) });
    return ((await response.json()) as { status?: unknown }).status === 'ok';
  } catch {
    return false;
  }
}

async function port({ host, port }: ServerOptions, ours: boolean): Promise<Finding> {
  if (ours) return well('port', `${port}, used by the server`);
  const refused = await new Promise<string | undefined>((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen(port, host, () => probe.close(() => resolve(undefined)));
  });
  if (refused === undefined) return well('port', `${port} is free`);
  return ill('port', `${port} cannot be used (${refused}). Stop the other program, or choose --port.`);
}

function server({ data }: ServerOptions, answers: boolean): Finding {
  if (answers) return well('server', 'answers');
  if (!existsSync(join(data, 'lock.sqlite'))) return well('server', 'never started here: npm start');
  try {
    lockFolder(data)();
    return well('server', 'stopped: npm start');
  } catch {
    const words = 'One uses the folder but does not answer here. Name its --port, or stop and start it.';
    return ill('server', words);
  }
}
