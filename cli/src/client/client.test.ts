import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tokens } from '@mroptimum/contract';
import { afterAll, describe, expect, test } from 'vitest';
import { bytes, table } from '../commands/brain/shared.ts';
import { exitCodeOf } from '../exit.ts';
import { originOf } from './connection.ts';
import { configFolder } from './folders.ts';
import { accountsFile } from './tokenFile.ts';
import { uploadKey, uploadStates } from './uploadState.ts';

const folder = mkdtempSync(join(tmpdir(), 'mroptimum-client-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const tokens = (n: number): Tokens => ({ access: `a${n}`, refresh: `r${n}`, expiresAt: n });

describe('the file of sign-ins', () => {
  test('keeps servers apart, remembers the last, and is for its owner alone', async () => {
    const accounts = accountsFile(join(folder, 'accounts'));
    expect(await accounts.current()).toBeUndefined();
    await accounts.store('http://one').save(tokens(1));
    await accounts.store('http://two').save(tokens(2));
    expect(await accounts.current()).toBe('http://two');
    await accounts.store('http://two').save(undefined);
    expect(await accounts.store('http://one').load()).toEqual(tokens(1));
    expect(await accounts.store('http://two').load()).toBeUndefined();
    expect(statSync(join(folder, 'accounts/accounts.json')).mode & 0o777).toBe(0o600);
  });

  test('is written anew where it was damaged', async () => {
    const damaged = join(folder, 'accounts');
    writeFileSync(join(damaged, 'accounts.json'), '{"servers":');
    const store = accountsFile(damaged).store('http://one');
    expect(await store.load()).toBeUndefined();
    await store.save(tokens(3));
    expect(JSON.parse(readFileSync(join(damaged, 'accounts.json'), 'utf8')).current).toBe('http://one');
  });

  test('lets one renew its tokens at a time', async () => {
    const store = accountsFile(join(folder, 'alone')).store('http://one');
    let inside = 0;
    const most: number[] = [];
    const work = () =>
      store.alone(async () => {
        inside += 1;
        most.push(inside);
        await new Promise((resolve) => setTimeout(resolve, 10));
        inside -= 1;
      });
    await Promise.all([work(), work(), work()]);
    expect(Math.max(...most)).toBe(1);
  });
});

test('an upload is remembered until it is done; a file that changed is another', async () => {
  const states = uploadStates(join(folder, 'uploads'));
  const key = uploadKey('http://one', '/data/meas.dat', 100, 1.5);
  await states.remember(key, 'upload-1');
  expect(await states.find(key)).toBe('upload-1');
  expect(await states.find(uploadKey('http://one', '/data/meas.dat', 101, 1.5))).toBeUndefined();
  expect(await states.find(uploadKey('http://one', '/data/meas.dat', 100, 1.5, 'unit-1'))).toBeUndefined();
  await states.remember(key, undefined);
  expect(await states.find(key)).toBeUndefined();
});

test('sign-ins lie where each system keeps settings', () => {
  expect(configFolder({ MRO_CONFIG: '/here' })).toBe('/here');
  expect(configFolder({ XDG_CONFIG_HOME: '/x' }, 'linux')).toBe(join('/x', 'mroptimum'));
  expect(configFolder({ APPDATA: '/a' }, 'win32')).toBe(join('/a', 'mroptimum'));
});

test('addresses are read as origins, or refused in words', () => {
  expect(originOf('https://mroptimum.example.org/api/')).toBe('https://mroptimum.example.org');
  for (const text of ['mroptimum', 'ftp://x', '']) {
    expect(() => originOf(text)).toThrow(expect.objectContaining({ code: 'MRO_CLI_USAGE' }));
  }
});

test.each([
  ['MRO_CLI_SIGN_IN', 6],
  ['MRO_BRAIN_CREDENTIALS', 6],
  ['MRO_CLI_SERVER', 5],
  ['MRO_BRAIN_QUOTA', 5],
  ['MRO_CLI_USAGE', 2],
  ['MRO_CLI_FILE', 3],
] as const)('%s ends the command with %d', (code, exit) => {
  expect(exitCodeOf(code)).toBe(exit);
});

test('tables have columns as wide as their entries, sizes their unit', () => {
  expect(
    table(
      ['id', 'name'],
      [
        ['1', 'a'],
        ['22', ''],
      ],
    ),
  ).toBe('id  name\n1   a\n22\n');
  expect([5, 1500, 2.5e9].map(bytes)).toEqual(['5 B', '1.50 kB', '2.50 GB']);
});
