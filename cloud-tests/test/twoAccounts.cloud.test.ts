import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { openBundle } from '@mroptimum/bundle';
import { openBundlePath } from '@mroptimum/bundle/node';
import { bytesInMemory } from '@mroptimum/contract';
import { unzipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runTask } from '../../brain/src/cloud/tasks.ts';
import { mapsOf } from '../../calculation/test/cloud.ts';
import { administratorOf } from '../src/accounts.ts';
import {
  environmentOf,
  type Invocation,
  type RunningCompute,
  runCompute,
  stateMachineCalls,
  type TaskEnd,
} from '../src/compute.ts';
import { configureMoto } from '../src/moto.ts';
import { type Guard, type GuardedCall, startGuard } from '../src/policies/guard.ts';
import { type Permission, permissionsOf, unusedOf } from '../src/policies/unused.ts';
import { root, runProgram } from '../src/python.ts';
import type { Stack } from '../src/stacks.ts';
import { runBundledContainer, runBundledFunction } from '../src/twoAccounts/child.ts';
import { type Client, signUp } from '../src/twoAccounts/client.ts';
import { brainRoleArn, type Operator, openOperator } from '../src/twoAccounts/operator.ts';
import { deployUnit } from '../src/twoAccounts/unit.ts';

const execute = promisify(execFile);
const userAccount = '222222222222';
const region = 'us-east-1';

let folder = '';
let guard: Guard;
let operator: Operator;
let compute: RunningCompute;
let client: Client;
let unit = '';
let stack: Stack;
let completed = '';
const failures: string[] = [];
const logs: string[] = [];
const logged = (text: string) => void logs.push(text);
const roleArn = (name: string): string =>
  `arn:aws:iam::${userAccount}:role/mroptimum/${stack.resources[name]}`;

/** What a test makes of the functions: undefined lets them run. */
let interfere: (invocation: Invocation) => Promise<unknown> | undefined = () => undefined;
let container: ((run: () => Promise<TaskEnd>) => Promise<TaskEnd>) | undefined;
/** Settings of the function that plans, by which a test chooses where a job runs. */
let plan: Readonly<Record<string, string>> = {};

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
      const run = { environment: { ...environment, ...plan }, keys, cloud: guard.url, region, logged };
      return runBundledFunction(code, handler!, event, run).catch((error: Error) => {
        failures.push(`${handler}: ${error.message}`);
        throw error;
      });
    },
    runTask: async (task) => {
      const run = async (): Promise<TaskEnd> => {
        const environment = environmentOf(task);
        const keys = await guard.keysOf(roleArn('TaskRole'));
        const { exitCode, log } = await runBundledContainer(code, {
          environment,
          keys,
          cloud: guard.url,
          region,
        });
        if (exitCode !== 0) failures.push(log);
        return { exitCode };
      };
      return container ? container(run) : run();
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

const axesOf = async (at: string) =>
  JSON.parse(await readFile(join(at, 'simulation.json'), 'utf8')) as { axes: string; noiseAxes: string };

async function queue(at: string, options: { readonly axes?: string } = {}) {
  const its = { ...(await axesOf(at)), ...options };
  const reference = async (name: string, axes: string) => ({
    type: 'file',
    id: await client.upload(join(at, name), unit),
    options: { type: 's3', key: 'x', bucket: 'x', vendor: 'numpy', options: { axes } },
  });
  const files = {
    signal: await reference('signal.npy', its.axes),
    noise: await reference('noise.npy', its.noiseAxes),
  };
  const task = { version: 'v0', name: 'ac', options: { reconstructor: { name: 'rss', options: files } } };
  return client.ask('POST', '/task/queue', { task, alias: 'a job', computing_unit_id: unit });
}

/** What went wrong in the executions, for whoever reads a failed test. */
async function histories(): Promise<string> {
  const sfn = new SFNClient(await administratorOf(userAccount));
  const stateMachineArn = stack.outputs.StateMachineArn;
  const { executions } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  const events = (executions ?? []).map(async ({ executionArn }) => {
    const history = await sfn.send(new GetExecutionHistoryCommand({ executionArn }));
    return history.events
      ?.filter(({ type }) => /Fail|Time/.test(type!))
      .map((event) => JSON.stringify(event));
  });
  return (await Promise.all(events)).flat().join('\n');
}

/** A job from its upload to its end. */
async function run(at: string, options: { readonly axes?: string } = {}) {
  const { status, body } = await queue(at, options);
  expect(status, JSON.stringify(body)).toBe(200);
  const id = String(body.pipeline);
  const ended = await client
    .ended(id, () => runTask(operator.platform.deps, { mroptimum: 'watch' }))
    .catch(async (error: Error) => {
      throw new Error(
        `${error.message} ${failures.join('\n')} ${logs.slice(-6).join('\n')} ${await histories()}`,
      );
    });
  return { id, ended };
}

async function resultOf(job: string): Promise<Record<string, string>> {
  const { body } = await client.ask('GET', `/pipeline/${job}/results`);
  const zip = new Uint8Array(await (await fetch(String(body.link))).arrayBuffer());
  return mapsOf(await openBundle(bytesInMemory('result', zip)));
}

/** What the command makes of the same files on this machine. */
async function commandResult(at: string): Promise<Record<string, string>> {
  const { axes, noiseAxes } = await axesOf(at);
  const out = join(at, 'result');
  await execute(process.execPath, [
    ...[join(root, 'cli/bin/mroptimum.js'), 'snr', join(at, 'signal.npy'), '--noise', join(at, 'noise.npy')],
    ...['--axes', axes, '--noise-axes', noiseAxes, '--method', 'ac', '--recon', 'rss', '--out', out],
  ]);
  return mapsOf(await openBundlePath(out));
}

const actionsOf = (name: string): ReadonlySet<string> =>
  new Set(guard.calls.filter(({ role }) => role === roleArn(name)).map(({ action }) => action));

describe('a unit in the account of a user', () => {
  let at = '';
  let expected: Record<string, string>;
  beforeAll(async () => {
    at = await scan('plain', '--slices', '3');
    expected = await commandResult(at);
  });
  afterEach(async () => {
    await compute.idle();
    interfere = () => undefined;
    container = undefined;
    plan = {};
  });

  it('is well, as the server sees it through the role', async () => {
    const { body } = await client.ask('POST', `/computing-unit/${unit}/check`);
    expect(body, JSON.stringify(body)).toMatchObject({ ok: true });
  });

  it('calculates in a function what the command calculates, bit for bit', async () => {
    const { id, ended } = await run(at);
    completed = id;
    expect([ended.status, failures]).toEqual(['completed', []]);
    expect(await resultOf(id)).toEqual(expected);
    expect(actionsOf('CalculateRole')).toContain('s3:PutObject');
    expect(actionsOf('TaskRole').size).toBe(0);
  });

  it('calculates in a container the same bits', async () => {
    plan = { CALCULATE_MEMORY_MB: '1' };
    const { id, ended } = await run(at);
    expect([ended.status, failures]).toEqual(['completed', []]);
    expect(await resultOf(id)).toEqual(expected);
    expect(actionsOf('TaskRole')).toContain('s3:PutObject');
  });

  it.each([
    ['functions', {}],
    ['containers', { CALCULATE_MEMORY_MB: '1' }],
  ])('calculates divided over several %s the same bits', async (_where, more) => {
    plan = { ...more, FAN_OUT_SECONDS: '0', FAN_OUT_PART_SECONDS: '0' };
    const { id, ended } = await run(at);
    expect([ended.status, failures]).toEqual(['completed', []]);
    expect(await resultOf(id)).toEqual(expected);
  });

  it.each([
    ['function', {}],
    ['container', { CALCULATE_MEMORY_MB: '1' }],
  ])('reports an error of the job in a %s, with its failure bundle', async (_where, chosen) => {
    plan = chosen;
    const { ended } = await run(at, { axes: 'xyc' });
    expect(ended).toMatchObject({ status: 'failed', error: { code: 'MRO_RAW_AXES' } });
    expect(failures.splice(0).join()).toContain('axes');
  });

  it.each([
    [
      'a function that runs out of memory',
      () => {
        interfere = ({ handler }) =>
          handler === 'app.handler'
            ? Promise.reject(
                Object.assign(new Error('RequestId: x Error: Runtime exited with error: signal: killed'), {
                  name: 'Runtime.ExitError',
                }),
              )
            : undefined;
      },
    ],
    [
      'a container that dies',
      () => {
        plan = { CALCULATE_MEMORY_MB: '1' };
        container = async () => ({
          exitCode: 137,
          reason: 'OutOfMemoryError: Container killed due to memory usage',
        });
      },
    ],
    [
      'a container whose image cannot be pulled',
      () => {
        plan = { CALCULATE_MEMORY_MB: '1' };
        container = async () => ({
          reason: 'CannotPullContainerError: not found',
          stopCode: 'TaskFailedToStart',
        });
      },
    ],
  ])('reports %s, with a failure bundle', async (_what, prepare) => {
    prepare();
    const { id, ended } = await run(at);
    expect(ended).toMatchObject({ status: 'failed', error: { code: expect.stringMatching(/^MRO_JOB_/) } });
    const stored = (await operator.platform.deps.records.pipelines.byId(id))!;
    expect(stored.failureKey).toMatch(/^failed\//);
  });

  it('completes a job although the callback failed at first; repeated and late callbacks change nothing', async () => {
    let refused = 0;
    const events: Invocation[] = [];
    interfere = (invocation) => {
      if (invocation.handler !== 'callback.handler') return undefined;
      events.push(invocation);
      refused += 1;
      return refused <= 2 ? Promise.reject(new Error('the server is away')) : undefined;
    };
    const { id, ended } = await run(at);
    expect([ended.status, refused]).toEqual(['completed', 3]);
    expect(compute.deadLetters).toEqual([]);
    const before = (await operator.platform.deps.records.pipelines.byId(id))!;
    const lease = before.resultKey!.replace(/^results\/(.*)\/(.*)\.zip$/, '$1.$2');
    const failed = { source: 'aws.states', detail: { name: lease, status: 'FAILED' } };
    const again = new LambdaClient({ ...(await administratorOf(userAccount)), maxAttempts: 1 });
    for (const event of [failed, events[0]!.event]) {
      const Payload = JSON.stringify(event);
      const answer = await again.send(new InvokeCommand({ FunctionName: events[0]!.functionArn, Payload }));
      expect(answer.FunctionError).toBeUndefined();
    }
    expect(await operator.platform.deps.records.pipelines.byId(id)).toEqual(before);
  });

  it('watches, stops and removes what is in the account of the user', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    interfere = ({ handler }) => (handler === 'app.handler' ? held : undefined);
    const { body } = await queue(at);
    const { deps } = operator.platform;
    const running = (await deps.records.pipelines.byId(String(body.pipeline)))!;
    const lease = { ...running.lease!, expiresAt: new Date(Date.now() - 1000).toISOString() };
    const event = { at: new Date().toISOString(), type: 'progress', data: { progress: 0 } } as const;
    await deps.records.pipelines.transition({ ...running, lease }, ['running'], event);
    await runTask(deps, { mroptimum: 'watch' });
    expect((await deps.records.pipelines.byId(running.id))!.status).toBe('running');
    const cancelled = await client.ask('POST', `/pipeline/${running.id}/cancel`);
    expect(cancelled.body.status).toBe('cancelled');
    release();
    interfere = () => undefined;

    const started = await client.ask('POST', '/upload_initiate', {
      filename: 'left.npy',
      filesize: 100,
      checksums: 'sha256',
      computing_unit_id: unit,
    });
    const { uploadId } = started.body as { uploadId: string };
    expect((await client.ask('GET', `/upload/${uploadId}/parts`)).status).toBe(200);
    expect((await client.ask('POST', '/upload_abort', { uploadId })).status).toBe(200);

    const again = await run(at);
    const failed = await run(at, { axes: 'xyc' });
    failures.length = 0;
    for (const { id } of [again, failed])
      expect((await client.ask('DELETE', `/pipeline/delete?id=${id}`)).status).toBe(200);
    const file = await client.upload(join(at, 'noise.npy'), unit);
    expect((await client.ask('POST', `/data/delete/${file}`)).status).toBe(200);
    const used = guard.calls.filter(({ role }) => role === roleArn('BrainAccessRole')).map(inShort);
    expect(used.join('\n')).toMatch(/states:DescribeExecution/);
    expect(used.join('\n')).toMatch(/states:StopExecution/);
  });

  it('leaves nothing unguarded: every call was allowed by the policy of its role', () => {
    expect(
      guard.calls.filter(({ allowed }) => !allowed).filter(({ action }) => action !== 'sts:AssumeRole'),
    ).toEqual([]);
  });

  it('may do nothing that it does not do, but for these reasons', async () => {
    const machine = roleArn('StateMachineRole');
    const calls = [...guard.calls, ...(await callsOfStateMachines(machine))];
    const found: string[] = [];
    for (const name of Object.keys(stack.resources).filter((one) => /Role$/.test(one))) {
      for (const unused of await unusedOf(roleArn(name), calls)) found.push(`${name} ${inShort(unused)}`);
    }
    expect([...new Set(found)].sort()).toEqual(Object.keys(reasons).sort());
  });

  it('names a resource in each permission', async () => {
    for (const name of Object.keys(stack.resources).filter((one) => /Role$/.test(one))) {
      for (const { action, resource } of await permissionsOf(roleArn(name))) {
        expect(resource, `${name} ${action}`).toMatch(/^arn:aws:/);
        expect(action).not.toContain('*');
      }
    }
  });
});

/** "s3:GetObject data/jobs/*": with the place in the buckets, without what differs by account. */
function inShort({ action, resource }: Permission): string {
  const [, place] = /^arn:aws:s3:::mroptimum-(.*)$/.exec(resource) ?? [];
  return place === undefined ? action : `${action} ${place.replace(`-${userAccount}-${region}`, '')}`;
}

/** Permissions that no call above needs, each with the reason why it is there. */
const logging = 'the service writes the logs of a function; here nobody does';
const large = 'the parts of a large bundle whose upload broke; bundles of the tests are one part';
const brought = 'a result that the user brings is uploaded to his bucket, in parts';
const ofStates = 'Step Functions needs it for tasks and maps; the interpreter of the tests does those itself';
const reasons: Readonly<Record<string, string>> = {
  'BrainAccessRole s3:PutObject results/*': brought,
  'BrainAccessRole s3:AbortMultipartUpload results/*': brought,
  'BrainAccessRole s3:ListMultipartUploadParts results/*': brought,
  'CallbackRole sqs:SendMessage': 'Lambda keeps what could not be delivered; the tests keep it themselves',
  'CalculateRole s3:AbortMultipartUpload results/*': large,
  'CalculateRole s3:AbortMultipartUpload failed/*': large,
  'TaskRole s3:AbortMultipartUpload results/*': large,
  'TaskRole s3:AbortMultipartUpload failed/*': large,
  ...Object.fromEntries(
    ['ecs:StopTask', 'events:DescribeRule', 'events:PutRule', 'events:PutTargets', 'iam:PassRole'].map(
      (action) => [`StateMachineRole ${action}`, ofStates],
    ),
  ),
  ...Object.fromEntries(
    ['StartExecution', 'DescribeExecution', 'StopExecution'].map((name) => [
      `StateMachineRole states:${name}`,
      ofStates,
    ]),
  ),
  ...Object.fromEntries(
    ['Calculate', 'Callback', 'Fail', 'Prepare', 'Registration', 'TaskExecution'].flatMap((name) => [
      [`${name}Role logs:CreateLogStream`, logging],
      [`${name}Role logs:PutLogEvents`, logging],
    ]),
  ),
};

/** Calls of the state machine as policies name them. */
async function callsOfStateMachines(role: string): Promise<GuardedCall[]> {
  const mine = (await stateMachineCalls()).filter((call) => call.role === role);
  return mine.map(({ call, params }) => {
    const [action, resource] =
      call === 'lambda:Invoke'
        ? ['lambda:InvokeFunction', params.FunctionName]
        : call === 'ecs:RunTask'
          ? ['ecs:RunTask', params.taskDefinition]
          : [call, (params.tasks as string[] | undefined)?.[0]];
    return { role, action: String(action), resource: String(resource), allowed: true };
  });
}

describe('who is not let in', () => {
  const withUnit = async (change: object, look: () => Promise<void>) => {
    const { units } = operator.platform.deps.records;
    const right = (await units.byId(unit))!;
    await units.update({ ...right, cloud: { ...right.cloud!, ...change } });
    await look();
    const now = (await units.byId(unit))!;
    await units.update({ ...now, cloud: right.cloud! });
  };

  it('a server with a wrong external id', async () => {
    await withUnit({ externalId: 'guess' }, async () => {
      const { body } = await client.ask('POST', `/computing-unit/${unit}/check`);
      expect(body.ok).toBe(false);
      const job = await queue(join(folder, 'plain')).catch((error: Error) => error.message);
      expect(JSON.stringify(job)).toContain('MRO_BRAIN_UNIT');
    });
  });

  it('a unit that names a bucket of somebody else', async () => {
    await new S3Client(await administratorOf('333333333333')).send(
      new CreateBucketCommand({ Bucket: 'foreign' }),
    );
    await withUnit({ dataBucket: 'foreign' }, async () => {
      const { body } = await client.ask('POST', `/computing-unit/${unit}/check`);
      expect(body.ok).toBe(false);
      await expect(client.upload(join(folder, 'plain/signal.npy'), unit)).rejects.toThrow();
    });
  });

  it('a link whose keys have ended', async () => {
    const { body } = await client.ask('GET', `/pipeline/${completed}/results`);
    expect((await fetch(String(body.link))).status).toBe(200);
    guard.expireKeys();
    expect((await fetch(String(body.link))).status).toBe(403);
  });
});
