import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { testFolder } from './platform/harness.ts';

const { at, remove } = testFolder();
const main = join(import.meta.dirname, '../src/main.ts');
const started: ReturnType<typeof start>[] = [];
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  remove();
});

/** A unit as a server starts it, for a server that never answers. */
function start(port: number) {
  const line = [
    main,
    'unit',
    '--brain',
    `http://127.0.0.1:${port}`,
    '--token',
    'none',
    '--spool',
    at('spool'),
  ];
  return spawn(process.execPath, line, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
}

test.each(['before it has begun', 'while it waits for jobs'])(
  'a unit whose server dies %s ends by itself',
  async (when) => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const child = start(port);
    started.push(child);
    const ended = once(child, 'exit');
    if (when === 'while it waits for jobs') await once(child.stderr!, 'data');
    child.disconnect();
    expect(
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 15_000, 'there'))]),
    ).toEqual([0, null]);
    silent.close();
  },
);
