import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/program.ts';

const root = join(import.meta.dirname, '../../..');
/** From source, or as they are shipped: MRO_TEST_PROGRAMS names a folder with main.js and server.js. */
const built = process.env.MRO_TEST_PROGRAMS;
const programs = {
  command: built ? join(built, 'main.js') : join(root, 'cli/src/main.ts'),
  server: built ? join(built, 'server.js') : join(root, 'brain/src/server.ts'),
};

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line as a process of its own. */
export function mroptimum(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const line = [programs.command, ...args];
    const options = { env: { ...process.env, ...env }, maxBuffer: 2 ** 26 };
    execFile(process.execPath, line, options, (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, out, err });
    });
  });
}

/** Runs a command line in this process: the same, without the time a process needs to start. */
export async function mroptimumHere(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Ran> {
  const before = { ...process.env };
  Object.assign(process.env, env);
  let out = '';
  let err = '';
  try {
    const code = await run(args, {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      interactive: false,
      columns: 80,
      onInterrupt: () => () => {},
    });
    return { code, out, err };
  } finally {
    process.env = before;
  }
}

export interface TestServer {
  readonly address: string;
  readonly administrator: { readonly email: string; readonly password: string } | undefined;
  readonly process: ChildProcess;
  /** What it logged. */
  log(): string;
  /** Resolves to the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts a server as a process of its own and waits until it says where it is. */
export async function startTestServer(
  data: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<TestServer> {
  const line = [programs.server, 'serve', '--data', data, '--no-demo', '--threads', '1'];
  const child = spawn(process.execPath, [...line, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  await new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (out.includes('Ctrl-C ends it.')) resolve();
    });
    void exited.then((code) => reject(new Error(`The server ended with ${code}: ${log.slice(-2000)}`)));
  });
  const email = /e-mail +(\S+)/.exec(out)?.[1];
  const password = /password +(\S+)/.exec(out)?.[1];
  return {
    address: /runs at (\S+)/.exec(out)![1]!,
    administrator: email && password ? { email, password } : undefined,
    process: child,
    log: () => log,
    end(signal) {
      child.kill(signal);
      return exited;
    },
  };
}

/** A computing unit as a process of its own; `end` resolves to its exit code. */
export function startTestUnit(env: Readonly<Record<string, string>>, ...args: string[]) {
  const child = spawn(process.execPath, [programs.command, 'unit', ...args], {
    env: { ...process.env, ...env },
    stdio: 'ignore',
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return {
    end: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

/** A folder for one test file. */
export function testFolder(): { at: (...parts: string[]) => string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'mroptimum-platform-'));
  return {
    at: (...parts) => join(folder, ...parts),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Asks until the answer is there. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined>,
  seconds = 30,
): Promise<T> {
  const end = Date.now() + 1000 * seconds;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
