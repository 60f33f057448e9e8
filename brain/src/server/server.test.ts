import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { connect, endpoints, tokensInMemory } from '@mroptimum/contract';
import pino from 'pino';
import { afterAll, describe, expect, test } from 'vitest';
import { examine, report } from './doctor/index.ts';
import { clock } from './doctor/store.ts';
import { lockFolder } from './lock.ts';
import { listen } from './network.ts';
import { dataFolder, serverOptions } from './options.ts';
import { startServer } from './start.ts';
import { timers } from './timers.ts';

const root = mkdtempSync(join(tmpdir(), 'mroptimum-server-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const log = pino({ level: 'silent' });
const optionsFor = (data: string, ...more: string[]) =>
  serverOptions(['--data', join(root, data), '--port', '0', '--no-unit', ...more], {});

test('a data folder that cannot be made is told in words', async () => {
  writeFileSync(join(root, 'file'), '');
  const line = [join(import.meta.dirname, '../server.ts'), 'serve', '--data', join(root, 'file', 'data')];
  await expect(promisify(execFile)(process.execPath, line)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^MRO_BRAIN_STORAGE: The data folder .* cannot be made\.\n.*--data/),
  });
});

test.skipIf(process.platform === 'win32')('a server keeps what it writes from other users', async () => {
  const data = join(root, 'open');
  mkdirSync(data, { mode: 0o755 });
  const line = [
    join(import.meta.dirname, '../server.ts'),
    'serve',
    '--data',
    data,
    '--port',
    '0',
    '--no-unit',
  ];
  const server = spawn(process.execPath, line, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(server.stdout, 'data');
  const readable = readdirSync(data).filter((name) => (statSync(join(data, name)).mode & 0o077) !== 0);
  server.kill();
  await once(server, 'exit');
  expect(readdirSync(data)).toContain('records.sqlite');
  expect(readable).toEqual([]);
});

describe('options', () => {
  test('come from the command line, then the environment, then the standard', () => {
    const env = { MRO_PORT: '9000', MRO_PRIVACY: 'refuse', MRO_UNIT: 'off' };
    const options = serverOptions(['--port', '9001', '--max-upload', '2'], env);
    expect(options).toMatchObject({ port: 9001, host: '127.0.0.1', unit: false, demonstration: true });
    expect(options.settings).toMatchObject({ privacy: 'refuse', maximumUploadBytes: 2e9 });
  });

  test.each([
    [['--port', 'eight'], '--port is eight'],
    [['--port', '70000'], 'ports end at 65535'],
    [['--privacy', 'maybe'], 'expected warn, scrub, refuse'],
    [['--origin', 'example.org'], 'expected an address'],
    [['--colour'], '--colour'],
  ])('%j are refused in words', (args, words) => {
    expect(() => serverOptions(args, {})).toThrow(expect.objectContaining({ code: 'MRO_CLI_USAGE' }));
    expect(() => serverOptions(args, {})).toThrow(words);
  });

  test('tell what stands before the server', () => {
    const args = ['--trust-proxy', '--allow-origin', 'https://lab.example, http://localhost:5173'];
    expect(serverOptions(args, {}).settings).toMatchObject({
      trustProxy: true,
      allowedOrigins: ['https://lab.example', 'http://localhost:5173'],
    });
    expect(serverOptions([], {}).settings).toMatchObject({ trustProxy: false });
    expect(serverOptions([], {}).settings.allowedOrigins).toBeUndefined();
  });

  test('keep data where each system has it', () => {
    expect(dataFolder({ XDG_DATA_HOME: '/x' }, 'linux')).toBe(join('/x', 'mroptimum'));
    expect(dataFolder({}, 'linux')).toMatch(/\.local.share.mroptimum$/);
    expect(dataFolder({}, 'darwin')).toMatch(/Application Support.mroptimum$/);
  });
});

test('a folder is for one server at a time', () => {
  const unlock = lockFolder(join(root, 'lock'));
  expect(() => lockFolder(join(root, 'lock'))).toThrow(
    expect.objectContaining({ code: 'MRO_BRAIN_RUNNING' }),
  );
  unlock();
  lockFolder(join(root, 'lock'))();
});

test('a port that is taken is said', async () => {
  const network = await listen('127.0.0.1', 0);
  const port = Number(new URL(network.address).port);
  await expect(listen('127.0.0.1', port)).rejects.toMatchObject({ code: 'MRO_BRAIN_RUNNING' });
  await network.close();
});

test('timers come back, survive failures, and end after the round under way', async () => {
  const recurring = timers(log);
  let rounds = 0;
  let inside = false;
  recurring.every(1, 'test', async () => {
    inside = true;
    await new Promise((resolve) => setTimeout(resolve, 5));
    rounds += 1;
    inside = false;
    if (rounds === 1) throw new Error('once');
  });
  while (rounds < 3) await new Promise((resolve) => setTimeout(resolve, 2));
  await recurring.stop();
  expect(inside).toBe(false);
});

describe('a server', () => {
  test('shows its administrator once, goes on where it was, and ends open streams', async () => {
    const options = optionsFor('platform');
    const first = await startServer(options, log);
    const { email, password } = first.administrator!;
    await expect(startServer(options, log)).rejects.toMatchObject({ code: 'MRO_BRAIN_RUNNING' });
    expect(await (await fetch(first.address)).text()).toContain('<title>MR Optimum</title>');
    const brain = connect({ origin: first.address, tokens: tokensInMemory() });
    await brain.signIn(email, password);
    await first.stop();

    const second = await startServer(options, log);
    expect(second.administrator).toBeUndefined();
    const again = connect({ origin: second.address, tokens: tokensInMemory() });
    await again.signIn(email, password);
    expect(await again.call(endpoints.profile)).toMatchObject({ email, isAdmin: true });
    const started = performance.now();
    await second.stop();
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('answers every route that the client knows', async () => {
    const server = await startServer(optionsFor('routes'), log);
    const document = await (await fetch(`${server.address}/api/openapi.json`)).json();
    await server.stop();
    const missing = Object.values(endpoints)
      .filter((endpoint) => 'path' in endpoint)
      .filter(({ path, method }) => document.paths[path]?.[method.toLowerCase()] === undefined);
    expect(missing).toEqual([]);
  });
});

describe('the doctor', () => {
  const faults = async (data: string, ...more: string[]) =>
    (await examine(optionsFor(data, ...more))).filter(({ ok }) => !ok);

  test('finds nothing wrong where nothing was begun', async () => {
    expect(await faults('new')).toEqual([]);
    expect(report(await examine(optionsFor('new')))).toContain('All is well.');
  });

  test('names a damaged database, open permissions, a lock and a taken port', async () => {
    const data = join(root, 'ill');
    mkdirSync(join(data, 'keys'), { recursive: true });
    writeFileSync(join(data, 'records.sqlite'), 'no database at all');
    writeFileSync(join(data, 'keys/links'), 'secret');
    for (const path of ['', 'keys/links']) chmodSync(join(data, path), 0o755);
    const unlock = lockFolder(data);
    const other = createServer((_, response) => response.end('something else')).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const found = (await faults('ill', '--port', String(port))).map(({ what }) => what);
    other.close();
    unlock();
    expect(found).toEqual(['permissions', 'database', 'port', 'server']);
  });

  test('tells when no unit asks for jobs, and a clock that went back', async () => {
    const server = await startServer(optionsFor('idle'), log);
    const { port } = new URL(server.address);
    const found = await faults('idle', '--port', port);
    await server.stop();
    expect(found.map(({ what }) => what)).toEqual(['worker']);
    new DatabaseSync(join(root, 'idle/records.sqlite')).close();
    expect(clock(join(root, 'idle'), Date.now() - 3600_000).ok).toBe(false);
  });
});
