import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { getRequestListener } from '@hono/node-server';
import { newUser } from '../src/auth/accounts.ts';
import { createToken } from '../src/auth/apiTokens.ts';
import { ensureLocalUnit } from '../src/computing-units/service.ts';
import { dataKey } from '../src/data/place.ts';
import type { Pipeline, User } from '../src/entities.ts';
import { createLog } from '../src/http/log.ts';
import { listen } from '../src/server/network.ts';
import { openPlatform, type Platform } from '../src/server/platform.ts';
import { sweep } from '../src/units/watch.ts';

const command = join(import.meta.dirname, '../../cli/src/main.ts');

/** Runs the command to its end; gives what it printed. */
export const mroptimum = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [command, ...args])).stdout;

/** A platform that listens, with a user and a token of his for units. */
export interface Lab {
  readonly folder: string;
  readonly address: string;
  readonly user: User;
  readonly platform: Platform;
  /** A request of the user. */
  ask(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  stream(path: string, headers?: Record<string, string>): Promise<Response>;
  /** Puts a file into the library; gives its id. */
  add(path: string): Promise<string>;
  queue(task: object): Promise<string>;
  job(id: string): Promise<Pipeline>;
  /** A worker process of the user's own unit. */
  startWorker(...args: string[]): Worker;
  /** Kills the workers that a test left. */
  endWorkers(): Promise<void>;
  /** The port closes, and opens again on what the folder holds. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface Worker {
  readonly process: ChildProcess;
  said(): string;
  /** Resolves to the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export async function openLab(): Promise<Lab> {
  const folder = mkdtempSync(join(tmpdir(), 'mroptimum-lab-'));
  let network = await listen('127.0.0.1', 0);
  const { address } = network;
  const open = () =>
    openPlatform(
      join(folder, 'data'),
      {
        origin: address,
        registration: 'open',
        privacy: 'warn',
        maximumUploadBytes: 1e9,
        quota: { storageBytes: 1e10, jobsPerMonth: 1000 },
      },
      createLog({ level: 'error' }),
    );
  let platform = await open();
  network.serve(getRequestListener(platform.app.fetch));
  const registration = { email: 'ada@lab.example', password: 'Gradient-echo 42', username: 'ada' };
  const user = await newUser(
    platform.deps,
    { ...registration, firstname: 'Ada', lastname: 'Bloch' },
    { role: 'user', status: 'approved' },
  );
  await platform.deps.records.users.create(user);
  await ensureLocalUnit(platform.deps, user.id);
  const scopes = ['jobs:read', 'jobs:write', 'data:read', 'unit:run', 'units:write'] as const;
  const { token } = await createToken(platform.deps, user, { name: 'lab', scopes: [...scopes] });
  const workers: Worker[] = [];
  const watching = setInterval(() => void sweep(platform.deps).catch(() => {}), 500);

  const request = (method: string, path: string, body?: unknown, headers = {}): Promise<Response> =>
    fetch(`${address}/api${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

  const lab: Lab = {
    folder,
    address,
    user,
    get platform() {
      return platform;
    },
    ask: async (method, path, body) => {
      const response = await request(method, path, body);
      return { status: response.status, body: await response.json() };
    },
    stream: (path, headers) => request('GET', path, undefined, headers),
    add: async (path) => {
      const bytes = readFileSync(path);
      const id = randomUUID();
      const at = new Date().toISOString();
      const objectKey = dataKey(user.id, id);
      await platform.deps.objects.put(objectKey, bytes);
      await platform.deps.records.data.create({
        id,
        userId: user.id,
        version: 1,
        createdAt: at,
        updatedAt: at,
        filename: basename(path),
        size: bytes.length,
        status: 'available',
        objectKey,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      });
      return id;
    },
    queue: async (task) => {
      const { status, body } = await lab.ask('POST', '/task/queue', { alias: 'job', task });
      if (status !== 200) throw new Error(JSON.stringify(body));
      return String(body.pipeline);
    },
    job: async (id) => (await platform.deps.records.pipelines.byId(id))!,
    startWorker: (...args) => {
      const line = [command, 'unit', '--brain', address, '--threads', '1', '--spool', join(folder, 'spool')];
      const child = spawn(process.execPath, [...line, ...args], {
        env: { ...process.env, MRO_TOKEN: token },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
      const worker: Worker = {
        process: child,
        said: () => said,
        end: (signal) => {
          child.kill(signal);
          return exited;
        },
      };
      workers.push(worker);
      return worker;
    },
    endWorkers: async () => {
      await Promise.all(workers.splice(0).map((worker) => worker.end('SIGKILL')));
    },
    restart: async () => {
      await network.close();
      await platform.close();
      network = await listen('127.0.0.1', Number(new URL(address).port));
      platform = await open();
      network.serve(getRequestListener(platform.app.fetch));
    },
    close: async () => {
      clearInterval(watching);
      await lab.endWorkers();
      await network.close();
      await platform.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return lab;
}

/** Looks again and again until there is something. */
export async function until<T>(look: () => Promise<T | undefined | false>, seconds = 60): Promise<T> {
  const end = Date.now() + 1000 * seconds;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`nothing within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** The entries of a stored bundle that hold results. */
export const isResult = (name: string): boolean => /^data\/|^matlab\.mat$|^preview\.png$/.test(name);

export const ended = ({ status }: Pipeline): boolean => status !== 'queued' && status !== 'running';
