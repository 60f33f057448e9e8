import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Addresses of the moto servers of this run, one for each process of tests, e.g. `http://127.0.0.1:40123`. */
    motos: readonly string[];
  }
}

const python = fileURLToPath(new URL('../../.venv-cloud/bin/python', import.meta.url));
const server = fileURLToPath(new URL('../moto/server.py', import.meta.url));

/** Starts a moto server for each process of tests and hands their addresses to the tests. */
export default async function startMotos(project: TestProject): Promise<() => Promise<void>> {
  const install = fileURLToPath(new URL('../../scripts/python.mjs', import.meta.url));
  execFileSync(process.execPath, [install], { stdio: 'inherit' });
  const started = await Promise.all(Array.from({ length: project.config.maxWorkers }, startMoto));
  project.provide(
    'motos',
    started.map(({ address }) => address),
  );
  return async () => {
    await Promise.all(started.map(({ child }) => end(child)));
  };
}

async function startMoto(): Promise<{ address: string; child: ChildProcess }> {
  const port = await freePort();
  const child = spawn(python, [server, '--host', '127.0.0.1', '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', MOTO_PORT: String(port) },
  });
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  child.on('error', (error) => said.push(error.message));
  const address = `http://127.0.0.1:${port}`;
  await answers(address, child, said);
  // Requests are logged to stderr: drain it without keeping it.
  child.stderr.removeAllListeners('data').resume();
  return { address, child };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0));
    });
  });
}

async function answers(address: string, child: ChildProcess, said: string[]): Promise<void> {
  const until = Date.now() + 60_000;
  while (Date.now() < until && child.exitCode === null && child.signalCode === null) {
    const answer = await fetch(`${address}/moto-api/`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await end(child);
  throw new Error(`moto does not answer at ${address}:\n${said.join('')}`);
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined)
    return Promise.resolve();
  return new Promise((resolve) => {
    child.on('close', () => resolve());
    child.kill('SIGTERM');
  });
}
