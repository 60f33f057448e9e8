import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runTask } from '../../brain/src/cloud/tasks.ts';
import { administratorOf } from '../src/accounts.ts';
import { type Invocation, stateMachineCalls } from '../src/compute.ts';
import { audit, rolesOf } from '../src/policies/audit.ts';
import {
  callsForDeadLetters,
  callsOfFunctions,
  callsOfStateMachines,
  judged,
} from '../src/policies/services.ts';
import type { Stack } from '../src/stacks.ts';
import { type Client, signUp } from '../src/twoAccounts/client.ts';
import { commandResult, jobsOn, simulateScan } from '../src/twoAccounts/jobs.ts';
import { openMode2, openWorld, userAccount, type World } from '../src/twoAccounts/world.ts';

const region = 'us-east-1';
let world: World;
let client: Client;
let unit = '';
let stack: Stack;
let jobs: ReturnType<typeof jobsOn>;
let at = '';
let expected: Record<string, string>;

beforeAll(async () => {
  world = await openWorld();
  client = await signUp(world.operator.served.url, 'carol');
  ({ unit, stack } = await openMode2(world, client));
  jobs = jobsOn(world, client, { unit, stateMachineArn: stack.outputs.StateMachineArn! });
  at = await simulateScan(world.folder, '--slices', '3');
  expected = await commandResult(at);
});
afterEach(() => world.calm());
afterAll(() => world?.[Symbol.asyncDispose]());

const roles = () => rolesOf(stack, userAccount, '/mroptimum/');
const actionsOf = (name: string): ReadonlySet<string> =>
  new Set(world.guard.calls.filter(({ role }) => role === roles()[name]).map(({ action }) => action));

describe('a unit in the account of a user', () => {
  it('is well, as the server sees it through the role', async () => {
    const { body } = await client.ask('POST', `/computing-unit/${unit}/check`);
    expect(body, JSON.stringify(body)).toMatchObject({ ok: true });
  });

  it('calculates in a function what the command calculates, bit for bit', async () => {
    const { id, ended } = await jobs.run(at);
    expect([ended.status, world.failures]).toEqual(['completed', []]);
    expect(await jobs.resultOf(id)).toEqual(expected);
    expect(actionsOf('CalculateRole')).toContain('s3:PutObject');
    expect(actionsOf('TaskRole').size).toBe(0);
  });

  it('calculates in a container the same bits', async () => {
    world.interference.plan = { CALCULATE_MEMORY_MB: '1' };
    const { id, ended } = await jobs.run(at);
    expect([ended.status, world.failures]).toEqual(['completed', []]);
    expect(await jobs.resultOf(id)).toEqual(expected);
    expect(actionsOf('TaskRole')).toContain('s3:PutObject');
  });

  it.each([
    ['functions', {}],
    ['containers', { CALCULATE_MEMORY_MB: '1' }],
  ])('calculates divided over several %s the same bits', async (_where, more) => {
    world.interference.plan = { ...more, FAN_OUT_SECONDS: '0', FAN_OUT_PART_SECONDS: '0' };
    const { id, ended } = await jobs.run(at);
    expect([ended.status, world.failures]).toEqual(['completed', []]);
    expect(await jobs.resultOf(id)).toEqual(expected);
  });

  it.each([
    ['function', {}],
    ['container', { CALCULATE_MEMORY_MB: '1' }],
  ])('reports an error of the job in a %s, with its failure bundle', async (_where, chosen) => {
    world.interference.plan = chosen;
    const { ended } = await jobs.run(at, { axes: 'xyc' });
    expect(ended).toMatchObject({ status: 'failed', error: { code: 'MRO_RAW_AXES' } });
    expect(world.failures.splice(0).join()).toContain('axes');
  });

  it.each([
    [
      'a function that runs out of memory',
      () => {
        world.interference.function = ({ handler }) =>
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
        world.interference.plan = { CALCULATE_MEMORY_MB: '1' };
        world.interference.container = async () => ({
          exitCode: 137,
          reason: 'OutOfMemoryError: Container killed due to memory usage',
        });
      },
    ],
    [
      'a container whose image cannot be pulled',
      () => {
        world.interference.plan = { CALCULATE_MEMORY_MB: '1' };
        world.interference.container = async () => ({
          reason: 'CannotPullContainerError: not found',
          stopCode: 'TaskFailedToStart',
        });
      },
    ],
  ])('reports %s, with a failure bundle', async (_what, prepare) => {
    prepare();
    const { id, ended } = await jobs.run(at);
    expect(ended).toMatchObject({ status: 'failed', error: { code: expect.stringMatching(/^MRO_JOB_/) } });
    const stored = (await world.operator.platform.deps.records.pipelines.byId(id))!;
    expect(stored.failureKey).toMatch(/^failed\//);
  });

  it('completes a job although the callback failed at first; repeated and late callbacks change nothing', async () => {
    let refused = 0;
    const events: Invocation[] = [];
    world.interference.function = (invocation) => {
      if (invocation.handler !== 'callback.handler') return undefined;
      events.push(invocation);
      refused += 1;
      return refused <= 2 ? Promise.reject(new Error('the server is away')) : undefined;
    };
    const { id, ended } = await jobs.run(at);
    expect([ended.status, refused]).toEqual(['completed', 3]);
    expect(world.compute.deadLetters).toEqual([]);
    const before = (await world.operator.platform.deps.records.pipelines.byId(id))!;
    const lease = before.resultKey!.replace(/^results\/(.*)\/(.*)\.zip$/, '$1.$2');
    const failed = { source: 'aws.states', detail: { name: lease, status: 'FAILED' } };
    const again = new LambdaClient({ ...(await administratorOf(userAccount)), maxAttempts: 1 });
    for (const event of [failed, events[0]!.event]) {
      const Payload = JSON.stringify(event);
      const answer = await again.send(new InvokeCommand({ FunctionName: events[0]!.functionArn, Payload }));
      expect(answer.FunctionError).toBeUndefined();
    }
    expect(await world.operator.platform.deps.records.pipelines.byId(id)).toEqual(before);
  });

  it('keeps a report that cannot be delivered, and finds out itself how the job ended', async () => {
    world.interference.function = ({ handler }) =>
      handler === 'callback.handler' ? Promise.reject(new Error('the server is away')) : undefined;
    const { body } = await jobs.queue(at);
    const id = String(body.pipeline);
    await expect.poll(() => world.compute.deadLetters.length, { timeout: 60_000 }).toBe(1);
    await world.calm();
    const { deps } = world.operator.platform;
    const running = (await deps.records.pipelines.byId(id))!;
    expect(running.status).toBe('running');
    const lease = { ...running.lease!, expiresAt: new Date(Date.now() - 1000).toISOString() };
    const event = { at: new Date().toISOString(), type: 'progress', data: { progress: 0 } } as const;
    await deps.records.pipelines.transition({ ...running, lease }, ['running'], event);
    await runTask(deps, { mroptimum: 'watch' });
    expect((await deps.records.pipelines.byId(id))!.status).toBe('completed');
    expect(await jobs.resultOf(id)).toEqual(expected);
  });

  it('watches, stops and removes what is in the account of the user', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    world.interference.function = ({ handler }) => (handler === 'app.handler' ? held : undefined);
    const { body } = await jobs.queue(at);
    const { deps } = world.operator.platform;
    const running = (await deps.records.pipelines.byId(String(body.pipeline)))!;
    const lease = { ...running.lease!, expiresAt: new Date(Date.now() - 1000).toISOString() };
    const event = { at: new Date().toISOString(), type: 'progress', data: { progress: 0 } } as const;
    await deps.records.pipelines.transition({ ...running, lease }, ['running'], event);
    await runTask(deps, { mroptimum: 'watch' });
    expect((await deps.records.pipelines.byId(running.id))!.status).toBe('running');
    const cancelled = await client.ask('POST', `/pipeline/${running.id}/cancel`);
    expect(cancelled.body.status).toBe('cancelled');
    release();
    world.interference.function = undefined;

    const started = await client.ask('POST', '/upload_initiate', {
      filename: 'left.npy',
      filesize: 100,
      checksums: 'sha256',
      computing_unit_id: unit,
    });
    const { uploadId } = started.body as { uploadId: string };
    expect((await client.ask('GET', `/upload/${uploadId}/parts`)).status).toBe(200);
    expect((await client.ask('POST', '/upload_abort', { uploadId })).status).toBe(200);

    const again = await jobs.run(at);
    const failed = await jobs.run(at, { axes: 'xyc' });
    world.failures.length = 0;
    for (const { id } of [again, failed])
      expect((await client.ask('DELETE', `/pipeline/delete?id=${id}`)).status).toBe(200);
    const file = await client.upload(join(at, 'noise.npy'), unit);
    expect((await client.ask('POST', `/data/delete/${file}`)).status).toBe(200);
  });
});

/** A resource without what differs by account: `results/*` for what lies in the bucket of results. */
const place = (resource: string): string =>
  resource
    .replace(new RegExp(`^arn:aws:s3:::mroptimum-(\\w+)-${userAccount}-${region}`), '$1')
    .replace(`${region}:${userAccount}`, '')
    .replace(stack.resources.Cluster!, 'cluster')
    .replace(/^arn:aws:/, '');

const large = 'the parts of a large bundle whose upload broke; bundles of the tests are one part';
const brought = 'a result that the user brings is uploaded to his bucket, in parts';
/** Permissions that no call above needs, each with the reason why it is there. */
const unusedFor: Readonly<Record<string, string>> = {
  'BrainAccessRole s3:PutObject results/*': brought,
  'BrainAccessRole s3:AbortMultipartUpload results/*': brought,
  'BrainAccessRole s3:ListMultipartUploadParts results/*': brought,
  'CalculateRole s3:AbortMultipartUpload results/*': large,
  'CalculateRole s3:AbortMultipartUpload failed/*': large,
  'TaskRole s3:AbortMultipartUpload results/*': large,
  'TaskRole s3:AbortMultipartUpload failed/*': large,
};

/** Resources that are patterns, each with the reason why it is not a name. */
const objects = 'keys hold ids that are made when files are uploaded and jobs start';
const streams = 'services name log streams when they start functions and tasks';
const patternsFor: Readonly<Record<string, string>> = {
  'data/*': objects,
  'data/data/*': objects,
  'data/jobs/*': objects,
  'data/parts/*': objects,
  'results/*': objects,
  'failed/*': objects,
  'logs::log-group:/mroptimum/mroptimum/functions:log-stream:*': streams,
  'logs::log-group:/mroptimum/mroptimum/tasks:log-stream:*': streams,
  'ecs::task/cluster/*': 'ECS names tasks when they start',
  'states::execution:mroptimum:*': 'executions bear the names of leases, which are made when jobs start',
  'states::execution:mroptimum/*': 'Step Functions names the parts of a divided job',
};

describe('the roles of the unit', () => {
  it('were refused nothing, nor was that of the server', () => {
    // Roles of accounts are assumed to see whether they let in without the external id.
    const refused = world.guard.calls.filter(
      ({ allowed, action }) => !allowed && action !== 'sts:AssumeRole',
    );
    expect(refused).toEqual([]);
  });

  it('may do all that was done with them, and nothing else but for these reasons', async () => {
    const account = await administratorOf(userAccount);
    const queue = `arn:aws:sqs:${region}:${userAccount}:${stack.resources.DeadLetters!.split('/').at(-1)}`;
    const services = await judged([
      ...callsOfFunctions(
        world.invoked.filter((one) => one.account === userAccount),
        stack.resources.FunctionLogs!,
        region,
      ),
      ...callsForDeadLetters(world.compute.deadLetters, queue),
      ...(await callsOfStateMachines(account, await stateMachineCalls())),
    ]);
    const found = await audit(roles(), [...world.guard.calls, ...services], place);
    expect(found).toEqual({
      denied: [],
      unused: Object.keys(unusedFor).sort(),
      patterns: Object.keys(patternsFor).sort(),
      wideActions: [],
    });
  });
});
