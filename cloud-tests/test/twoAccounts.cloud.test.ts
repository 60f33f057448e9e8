import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openBundle } from '@mroptimum/bundle';
import { openBundlePath } from '@mroptimum/bundle/node';
import { bytesInMemory } from '@mroptimum/contract';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mapsOf } from '../../calculation/test/cloud.ts';
import { administratorOf } from '../src/accounts.ts';
import { environmentOf, type Invocation, type RunningCompute, runCompute } from '../src/compute.ts';
import { configureMoto } from '../src/moto.ts';
import { type Guard, startGuard } from '../src/policies/guard.ts';
import { root, runProgram } from '../src/python.ts';
import { runBundledContainer, runBundledFunction } from '../src/twoAccounts/child.ts';
import { type Client, signUp } from '../src/twoAccounts/client.ts';
import { brainRoleArn, type Operator, openOperator } from '../src/twoAccounts/operator.ts';
import { deployUnit, type UnitStack } from '../src/twoAccounts/unit.ts';

const execute = promisify(execFile);
const userAccount = '222222222222';
const region = 'us-east-1';

let folder = '';
let guard: Guard;
let operator: Operator;
let compute: RunningCompute;
let client: Client;
let unit = '';
let stack: UnitStack;
let taskRole = '';
const failures: string[] = [];

/** What a test makes of the functions: undefined lets them run. */
const interfere: (invocation: Invocation) => Promise<unknown> | undefined = () => undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mroptimum-two-accounts-'));
  expect(
    await runProgram(process.execPath, [join(root, 'mode2-deployment/package.mjs'), folder]),
  ).toMatchObject({
    code: 0,
  });
  const code = { folder: join(folder, 'code') };
  await mkdir(code.folder);
  for (const [name, bytes] of Object.entries(unzipSync(await readFile(join(folder, 'functions.zip')))))
    await writeFile(join(code.folder, name), bytes);

  await configureMoto({ executeStateMachines: true });
  guard = await startGuard();
  operator = await openOperator(guard);
  compute = await runCompute({
    runFunction: async (invocation) => {
      const done = interfere(invocation);
      if (done) return done;
      const { handler, event, environment, role } = invocation;
      const keys = await guard.keysOf(role);
      const run = { environment, keys, cloud: guard.url, region };
      return runBundledFunction(code, handler!, event, run).catch((error: Error) => {
        failures.push(`${handler}: ${error.message}`);
        throw error;
      });
    },
    runTask: async (task) => {
      const run = {
        environment: environmentOf(task),
        keys: await guard.keysOf(taskRole),
        cloud: guard.url,
        region,
      };
      const { exitCode, log } = await runBundledContainer(code, run);
      if (exitCode !== 0) failures.push(log);
      return { exitCode };
    },
  });

  client = await signUp(operator.served.url, 'carol');
  const place = { mode: 'mode2', provider: 'user-owned', awsAccountId: userAccount, region };
  const registered = (await client.ask('POST', '/computing-unit/register', place)).body;
  expect(registered.brainRoleArn).toBe(brainRoleArn);
  const scopes = ['units:write', 'jobs:read'];
  const token = String((await client.ask('POST', '/auth/tokens', { name: 'stack', scopes })).body.token);
  stack = await deployUnit({
    account: await administratorOf(userAccount),
    brainUrl: operator.served.url,
    brainRoleArn,
    externalId: String(registered.externalId),
    token,
    packed: folder,
  });
  taskRole = `arn:aws:iam::${userAccount}:role/mroptimum/${stack.resources.TaskRole}`;
  unit = stack.outputs.ComputingUnitId!;
  expect(unit).toBe(registered.computingUnitId);
});
afterAll(async () => {
  await compute?.[Symbol.asyncDispose]();
  await operator?.served[Symbol.asyncDispose]();
  await guard?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function scan(name: string, ...options: string[]): Promise<string> {
  const out = join(folder, name);
  const args = [
    join(root, 'cli/bin/mroptimum.js'),
    'simulate',
    '--out',
    out,
    '--coils',
    '4',
    '--matrix',
    '32,24',
  ];
  await execute(process.execPath, [...args, ...options]);
  return out;
}

async function queue(at: string, method: string, options: object = {}): Promise<string> {
  const [signal, noise] = [
    await client.upload(join(at, 'signal.npy'), unit),
    await client.upload(join(at, 'noise.npy'), unit),
  ];
  const { axes, noiseAxes } = JSON.parse(await readFile(join(at, 'simulation.json'), 'utf8')) as {
    axes: string;
    noiseAxes: string;
  };
  const reference = (id: string, its: string) => ({
    type: 'file',
    id,
    options: { type: 's3', key: 'x', bucket: 'x', vendor: 'numpy', options: { axes: its } },
  });
  const reconstructor = {
    name: 'rss',
    options: { signal: reference(signal, axes), noise: reference(noise, noiseAxes) },
  };
  const task = { version: 'v0', name: method, options: { ...options, reconstructor } };
  const { status, body } = await client.ask('POST', '/task/queue', {
    task,
    alias: 'a job',
    computing_unit_id: unit,
  });
  expect(status, JSON.stringify(body)).toBe(200);
  return String(body.pipeline);
}

describe('a unit in the account of a user', () => {
  it('is well, as the server sees it through the role', async () => {
    const { body } = await client.ask('POST', `/computing-unit/${unit}/check`);
    expect(body, JSON.stringify(body)).toMatchObject({ ok: true });
  });

  it('calculates what the command calculates, bit for bit', async () => {
    const at = await scan('plain', '--slices', '2');
    const job = await queue(at, 'ac');
    const ended = await client.ended(job);
    expect([ended.status, failures]).toEqual(['completed', []]);
    const { body } = await client.ask('GET', `/pipeline/${job}/results`);
    const zip = new Uint8Array(await (await fetch(String(body.link))).arrayBuffer());
    const cloud = await mapsOf(await openBundle(bytesInMemory('result', zip)));
    const out = join(at, 'result');
    await execute(process.execPath, [
      ...[
        join(root, 'cli/bin/mroptimum.js'),
        'snr',
        join(at, 'signal.npy'),
        '--noise',
        join(at, 'noise.npy'),
      ],
      ...['--method', 'ac', '--recon', 'rss', '--out', out],
    ]);
    expect(cloud).toEqual(await mapsOf(await openBundlePath(out)));
  });
});
