import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Brain, connect, endpoints, tokensInMemory } from '@mroptimum/contract';
import type { Page } from 'playwright-core';
import { mroptimum, startTestServer, type TestServer, testFolder } from '../../cli/test/platform/harness.ts';

/** A password that the server takes. */
export const password = 'Larmor-42.58';

export interface Person {
  readonly email: string;
  readonly password: string;
}

/** A server with a worker, as a process of its own, that can be ended and started again at the same address. */
export interface WebPlatform {
  readonly origin: string;
  readonly administrator: Person;
  readonly folder: ReturnType<typeof testFolder>;
  server(): TestServer;
  restart(signal?: NodeJS.Signals): Promise<void>;
  /** Speaks to the API as somebody. */
  brain(person?: Person): Promise<Brain>;
  /** An account that the administrator has approved. */
  person(name: string): Promise<Person>;
  end(): Promise<void>;
}

export async function startWebPlatform(args: readonly string[] = []): Promise<WebPlatform> {
  const folder = testFolder();
  const data = folder.at('data');
  let server = await startTestServer(data, ['--port', '0', ...args]);
  const { address: origin, administrator } = server;
  const { port } = new URL(origin);

  async function brain(person: Person = administrator!): Promise<Brain> {
    const connected = connect({ origin, tokens: tokensInMemory() });
    await connected.signIn(person.email, person.password);
    return connected;
  }

  return {
    origin,
    administrator: administrator!,
    folder,
    server: () => server,
    async restart(signal = 'SIGTERM') {
      await server.end(signal);
      server = await startTestServer(data, ['--port', port, ...args]);
    },
    brain,
    async person(name) {
      const email = `${name}@lab.example`;
      const anybody = connect({ origin, tokens: tokensInMemory() });
      const body = { email, password, username: name, firstname: name, lastname: 'Example' };
      await anybody.call(endpoints.register, { body });
      const admin = await brain();
      const { items } = await admin.call(endpoints.users, { query: { email } });
      await admin.call(endpoints.approveUser, { params: { id: items[0]!.id } });
      return { email, password };
    },
    async end() {
      await server.end('SIGTERM');
      folder.remove();
    },
  };
}

/** Signs in by the form. */
export async function signIn(page: Page, person: Person, path = '/login'): Promise<void> {
  await page.goto(path);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel(/^Password/).fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(({ pathname }) => pathname !== '/login');
}

/** A simulated acquisition on disk, with its noise scan inside; gives the path of the file. */
export async function simulate(folder: string, ...more: string[]): Promise<string> {
  const args = ['simulate', '--format', 'twix', '--coils', '4', '--matrix', '48,48', '-o', folder, ...more];
  const { code, err } = await mroptimum({}, ...args);
  if (code !== 0) throw new Error(`The simulation failed: ${err}`);
  return join(folder, 'signal.dat');
}

/** Compressed bytes of everything that index.html names: what a first visit loads before any page. */
export function firstLoad(web: string): number {
  const html = readFileSync(join(web, 'index.html'), 'utf8');
  const named = [...html.matchAll(/(?:src|href)="\/([^"]+)"/g)].map(([, path]) => path!);
  return named.reduce((sum, path) => {
    const compressed = join(web, `${path}.gz`);
    return sum + statSync(existsSync(compressed) ? compressed : join(web, path)).size;
  }, 0);
}
