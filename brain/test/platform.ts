import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { SignedIn } from '@mroptimum/contract';
import { createApp } from '../src/app.ts';
import { newUser } from '../src/auth/accounts.ts';
import { rotatingKeys } from '../src/auth/keys.ts';
import { startSession } from '../src/auth/sessions.ts';
import type { Deps, Settings } from '../src/deps.ts';
import type { Role, User, UserStatus } from '../src/entities.ts';
import type { Env } from '../src/http/caller.ts';
import { createLog } from '../src/http/log.ts';
import { diskObjects, sqliteRecords } from '../src/providers/index.ts';
import { localLauncher } from '../src/providers/localLauncher.ts';
import type { Message } from '../src/providers/mail.ts';

export const origin = 'http://mroptimum.test';
export const password = 'Gradient-echo 42';

/** A whole brain in memory and a temporary folder, with a clock that tests move. */
export interface Platform {
  readonly deps: Deps;
  readonly app: OpenAPIHono<Env>;
  readonly mails: Message[];
  /** Lines of the request log. */
  readonly logged: string[];
  readonly clock: { now: number };
  addUser(name: string, options?: { role?: Role; status?: UserStatus }): Promise<User>;
  signIn(user: User): Promise<SignedIn>;
  /** A request with a JSON body; the answer with its body read. */
  ask(
    method: string,
    path: string,
    options?: { token?: string; body?: unknown; headers?: Record<string, string>; address?: string },
  ): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }>;
  close(): Promise<void>;
}

export async function createPlatform(settings: Partial<Settings> = {}): Promise<Platform> {
  const folder = mkdtempSync(join(tmpdir(), 'mroptimum-brain-'));
  const clock = { now: Date.parse('2026-03-01T12:00:00Z') };
  const now = () => new Date(clock.now);
  const mails: Message[] = [];
  const logged: string[] = [];
  let stored: string | undefined;
  const deps: Deps = {
    records: sqliteRecords(':memory:'),
    objects: diskObjects({ folder, origin, secret: 'a secret of the tests', clock: now }),
    mail: { send: async (message) => void mails.push(message) },
    launchers: { local: localLauncher({ clock: now }) },
    keys: rotatingKeys({
      store: {
        load: async () => stored,
        save: async (text) => {
          stored = text;
        },
      },
      issuer: origin,
      clock: now,
    }),
    settings: {
      origin,
      registration: 'approval',
      privacy: 'warn',
      maximumUploadBytes: 1e9,
      quota: { storageBytes: 1e9, jobsPerMonth: 100 },
      ...settings,
    },
    clock: now,
    log: createLog({ destination: { write: (line) => void logged.push(line) } }),
  };
  const app = createApp(deps);
  return {
    deps,
    app,
    mails,
    logged,
    clock,
    async addUser(name, { role = 'user', status = 'approved' } = {}) {
      const email = `${name}@lab.example`;
      const registration = { email, password, username: name, firstname: name, lastname: 'Bloch' };
      const user = await newUser(deps, registration, { role, status });
      await deps.records.users.create(user);
      return user;
    },
    signIn: (user) => startSession(deps, user, ''),
    async ask(method, path, { token, body, headers, address } = {}) {
      const init: RequestInit = {
        method,
        headers: {
          ...(token !== undefined && { Authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      };
      const incoming = {
        socket: { remoteAddress: address ?? '192.0.2.1', remotePort: 1, remoteFamily: 'IPv4' },
      };
      const response = await app.request(path, init, { incoming });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
      return {
        status: response.status,
        body: isJson ? JSON.parse(text) : { text },
        headers: response.headers,
      };
    },
    async close() {
      await deps.records.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
