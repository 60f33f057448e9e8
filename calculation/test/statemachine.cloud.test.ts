import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { StagedJob } from '@mroptimum/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { administratorOf } from '../../cloud-tests/src/accounts.ts';
import {
  environmentOf,
  type RunningCompute,
  runCompute,
  ServiceError,
  stateMachineCalls,
  type TaskEnd,
} from '../../cloud-tests/src/compute.ts';
import { configureMoto } from '../../cloud-tests/src/moto.ts';
import { makeNetwork } from '../../cloud-tests/src/operatorStacks.ts';
import { createStack, packageTemplate } from '../../cloud-tests/src/stacks.ts';
import { handler as calculate } from '../src/app.ts';
import { handler as prepare } from '../src/prepare.ts';
import {
  buckets,
  bundleAt,
  cloudUnit,
  commandResult,
  invocation,
  mapsOf,
  type Scan,
  stage,
  stagedJob,
  uploadScan,
} from './cloud.ts';
import { definition, statesOf, withInlineMaps } from './definition.ts';
import { all, container, functions, type LambdaFunction, type Machines, withCalculate } from './machines.ts';

let compute: RunningCompute;
let s3: S3Client;
let states: SFNClient;
let machineArns = { distributed: '', inline: '' };
let maps: keyof typeof machineArns;
let scan: Scan;
const reached = new Set<string>();

let machines = all;
const use = (others: Machines): void => {
  machines = others;
};
let subnets: readonly string[];
beforeAll(async () => {
  s3 = await cloudUnit();
  scan = await uploadScan(s3, { slices: 4 });
  await configureMoto({ executeStateMachines: true });
  compute = await runCompute({
    runFunction: ({ handler, event }) => machines.functions[handler!]!(event),
    runTask: (task) => machines.container(environmentOf(task)),
  });
  const account = await administratorOf('123456789012');
  const network = await makeNetwork(account);
  subnets = network.SubnetIds.split(',');
  const template = await packageTemplate(account, 'calculation/template.yaml', 'templates');
  const { outputs } = await createStack(account, 'calculation', template, {
    ...network,
    LambdaImageUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/mroptimum-lambda:1',
    FargateImageUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/mroptimum-fargate:1',
    DataBucketName: buckets.data,
    ResultsBucketName: buckets.results,
    FailedBucketName: buckets.failed,
    CloudMrApiUrl: 'https://mroptimum.example',
    CallbackSecretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:callback-AbCdEf',
  });
  states = new SFNClient(account);
  const stateMachineArn = outputs.StateMachineArn!;
  const made = await states.send(new DescribeStateMachineCommand({ stateMachineArn }));
  const inline = await states.send(
    new CreateStateMachineCommand({
      name: 'inline',
      definition: withInlineMaps(made.definition!),
      roleArn: made.roleArn,
    }),
  );
  machineArns = { distributed: stateMachineArn, inline: inline.stateMachineArn! };
});
const settings = ['FAN_OUT_SECONDS', 'FAN_OUT_PART_SECONDS', 'FAN_OUT_CONCURRENCY', 'CALCULATE_MEMORY_MB'];
beforeEach(() => {
  maps = 'distributed';
  use(all);
  for (const name of settings) delete process.env[name];
});
afterAll(async () => {
  await scan.remove();
  await compute[Symbol.asyncDispose]();
});

let executions = 0;
async function run(input: object, name = `execution-${++executions}`) {
  const { executionArn } = await states.send(
    new StartExecutionCommand({ stateMachineArn: machineArns[maps], name, input: JSON.stringify(input) }),
  );
  for (;;) {
    const execution = await states.send(new DescribeExecutionCommand({ executionArn }));
    if (execution.status !== 'RUNNING') {
      await note(executionArn!);
      return execution;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Remembers which states an execution entered. */
async function note(executionArn: string): Promise<void> {
  const { events = [] } = await states.send(
    new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
  );
  for (const { stateEnteredEventDetails } of events)
    if (stateEnteredEventDetails?.name) reached.add(stateEnteredEventDetails.name);
}

const runStaged = async (job: StagedJob) =>
  run({ job: await stage(s3, job), lease: job.lease, pipeline: job.pipeline }, job.lease);
const keysUnder = async (Bucket: string, Prefix: string) =>
  ((await s3.send(new ListObjectsV2Command({ Bucket, Prefix }))).Contents ?? []).map(({ Key }) => Key);

async function expectCommandResult(job: StagedJob, its = scan): Promise<void> {
  const bundle = await bundleAt(s3, job.deliver.results);
  expect(await mapsOf(bundle)).toEqual(await mapsOf(await commandResult(its, job)));
}
async function expectFailure(job: StagedJob, code: string): Promise<void> {
  const { failure, info } = await bundleAt(s3, job.deliver.failed);
  expect(failure).toMatchObject({ code, message: expect.any(String), hint: expect.any(String) });
  expect(info.headers.log.at(-1)).toMatchObject({ type: 'ERROR' });
  expect(await keysUnder(buckets.results, job.deliver.results.key)).toEqual([]);
}

describe('an execution', () => {
  test('of a small job runs on Lambda and gives what the command gives', async () => {
    const job = stagedJob(scan, { recon: 'b1', output: { coilsensitivity: true } });
    expect(await runStaged(job)).toMatchObject({ status: 'SUCCEEDED' });
    await expectCommandResult(job);
    const { execution } = (await bundleAt(s3, job.deliver.results)).info.info;
    expect(execution).toMatchObject({
      platform: 'lambda',
      machines: 1,
      estimate: { usd: expect.any(Number) },
    });
  });

  test('of a job that no function holds runs on Fargate, in a task of its size', async () => {
    process.env.CALCULATE_MEMORY_MB = '128';
    const job = stagedJob(scan);
    expect(await runStaged(job)).toMatchObject({ status: 'SUCCEEDED' });
    await expectCommandResult(job);
    expect((await bundleAt(s3, job.deliver.results)).info.info.execution).toMatchObject({
      platform: 'fargate',
    });
    const started = (await stateMachineCalls()).filter(({ call }) => call === 'ecs:RunTask');
    expect(started.at(-1)?.params).toMatchObject({
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets } },
      overrides: { cpu: '2048', memory: '4096', ephemeralStorage: { sizeInGiB: 21 } },
    });
  });

  test('of a job in its input puts it into the bucket first, without secrets', async () => {
    const { task } = stagedJob(scan);
    const execution = await run({ task, output: {}, token: 'tok-123' }, 'inline-1');
    expect(execution).toMatchObject({ status: 'SUCCEEDED' });
    expect((await bundleAt(s3, { bucket: buckets.results, key: 'direct/inline-1.zip' })).maps.length).toBe(4);
    const { Body } = await s3.send(
      new (await import('@aws-sdk/client-s3')).GetObjectCommand({
        Bucket: buckets.data,
        Key: 'jobs/direct-inline-1.json',
      }),
    );
    expect(await Body!.transformToString()).not.toContain('tok-123');
  });

  test.each([
    ['lambda', 'distributed'],
    ['fargate', 'distributed'],
    ['fargate', 'inline'],
  ] as const)(
    'of a long job is divided over several machines (%s, %s), to the same bits',
    async (platform, mode) => {
      maps = mode;
      process.env.FAN_OUT_SECONDS = '0';
      if (platform === 'fargate') process.env.CALCULATE_MEMORY_MB = '170';
      process.env.FAN_OUT_CONCURRENCY = '2';
      const options = { decimate: true, accelerations: [1, 2], acl: [null, 12] };
      const output = { gfactor: true, coilsensitivity: true };
      const job = stagedJob(scan, { method: 'pmr', recon: 'sense', replicas: 6, options, output });
      expect(await runStaged(job)).toMatchObject({ status: 'SUCCEEDED' });
      await expectCommandResult(job);
      expect((await bundleAt(s3, job.deliver.results)).info.info.execution).toMatchObject({
        machines: expect.toSatisfy((count: number) => count >= 2),
        concurrency: 2,
        estimate: { usd: expect.any(Number), pricesAsOf: expect.any(String) },
      });
      expect(await keysUnder(buckets.data, `parts/${job.lease.replace('.', '/')}`)).toEqual([]);
    },
  );

  test('of 40 slices is divided over as many machines as it needs, some at a time', async () => {
    Object.assign(process.env, {
      FAN_OUT_SECONDS: '0',
      FAN_OUT_PART_SECONDS: '0.01',
      FAN_OUT_CONCURRENCY: '5',
    });
    const many = await uploadScan(s3, { slices: 40, matrix: [24, 16] });
    let [running, most, parts] = [0, 0, 0];
    use(
      withCalculate(async (event) => {
        if ('slices' in (event as object)) parts++;
        most = Math.max(most, ++running);
        return calculate(event, invocation()).finally(() => running--);
      }),
    );
    const job = stagedJob(many, { method: 'pmr', recon: 'b1', replicas: 20 });
    expect(await runStaged(job)).toMatchObject({ status: 'SUCCEEDED' });
    await expectCommandResult(job, many);
    expect(parts).toBeGreaterThan(5);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(5);
    expect((await bundleAt(s3, job.deliver.results)).info.info.execution).toMatchObject({ machines: parts });
    await many.remove();
  });

  test('waits for services that are busy, and tries again', async () => {
    const job = stagedJob(scan);
    const errors = [
      new ServiceError('ServiceException', 500),
      new ServiceError('TooManyRequestsException', 429),
    ];
    use(
      withCalculate((event) => {
        const error = errors.shift();
        if (error) throw error;
        return calculate(event, invocation());
      }),
    );
    expect(await runStaged(job)).toMatchObject({ status: 'SUCCEEDED' });
    expect(errors).toEqual([]);
    await expectCommandResult(job);
  });
});

describe('an execution that fails', () => {
  test('by an error of the job: FAILED, with the bundle that the calculation wrote', async () => {
    const job = stagedJob(scan, { method: 'mr' });
    expect(await runStaged(job)).toMatchObject({
      status: 'FAILED',
      error: expect.stringMatching(/^MRO_SNR_/),
    });
    await expectFailure(job, (await bundleAt(s3, job.deliver.failed)).failure!.code);
  });

  const died = (name: string, message: string) => () =>
    Promise.reject(Object.assign(new Error(message), { name }));
  test.each([
    [
      'a function out of memory',
      died('Runtime.OutOfMemory', 'RequestId: 1 Error: Runtime exited'),
      'MRO_JOB_MEMORY',
    ],
    [
      'a function out of time',
      died('Sandbox.Timedout', '2026-01-01 Task timed out after 900.00 seconds'),
      'MRO_JOB_TIME',
    ],
    [
      'a function that is gone',
      () => Promise.reject(new ServiceError('ResourceNotFoundException', 404)),
      'MRO_JOB_LOST',
    ],
  ])('by %s: a bundle is left', async (_, calculation, code) => {
    use(withCalculate(calculation));
    const job = stagedJob(scan);
    expect((await runStaged(job)).status).toBe('FAILED');
    await expectFailure(job, code);
  });

  test.each<[string, TaskEnd | 'never', string]>([
    [
      'a container out of memory',
      { exitCode: 137, reason: 'OutOfMemoryError: Container killed' },
      'MRO_JOB_MEMORY',
    ],
    [
      'an image that cannot be pulled',
      { stopCode: 'TaskFailedToStart', reason: 'CannotPullContainerError: not found' },
      'MRO_JOB_SETUP',
    ],
    [
      'a task that never starts',
      { stopCode: 'TaskFailedToStart', reason: 'Capacity is unavailable' },
      'MRO_JOB_SETUP',
    ],
    ['a container that just ends', { exitCode: 1, stopCode: 'EssentialContainerExited' }, 'MRO_JOB_LOST'],
    ['a task that never ends', 'never', 'MRO_JOB_TIME'],
  ])('by %s: a bundle is left', async (_, end, code) => {
    process.env.CALCULATE_MEMORY_MB = '128';
    const hurried: LambdaFunction = async (event) => {
      const plan = await prepare(event);
      return end === 'never' ? { ...plan, timeoutSeconds: 2 } : plan;
    };
    use({
      functions: { ...functions, 'prepare.handler': hurried },
      container: () =>
        end === 'never' ? new Promise(() => {}) : Promise.resolve({ stoppedReason: end.reason, ...end }),
    });
    const job = stagedJob(scan);
    expect((await runStaged(job)).status).toBe('FAILED');
    await expectFailure(job, code);
  });

  test.each(['distributed', 'inline'] as const)(
    'in one of its parts (%s): a bundle is left, and none of a result',
    async (mode) => {
      process.env.FAN_OUT_SECONDS = '0';
      maps = mode;
      use(
        withCalculate((event) => {
          const { slices } = event as { slices?: { from: number } };
          if (slices && slices.from > 0) return died('Runtime.ExitError', 'signal: killed')();
          return calculate(event, invocation());
        }),
      );
      const job = stagedJob(scan, { method: 'pmr', replicas: 4 });
      expect((await runStaged(job)).status).toBe('FAILED');
      await expectFailure(job, 'MRO_JOB_MEMORY');
    },
  );

  test('before anything is known: a bundle with the name of the execution', async () => {
    use({ functions: { ...functions, 'prepare.handler': died('Runtime.ExitError', 'exit') }, container });
    expect((await run({ task: {} }, 'inline-2')).status).toBe('FAILED');
    const { failure } = await bundleAt(s3, { bucket: buckets.failed, key: 'direct/inline-2.zip' });
    expect(failure?.code).toBe('MRO_JOB_LOST');
  });

  test('still fails where not even that can be written', async () => {
    use({
      functions: {
        ...functions,
        'app.handler': died('Runtime.ExitError', 'exit'),
        'fail.handler': died('Error', 'no'),
      },
      container,
    });
    expect(await runStaged(stagedJob(scan))).toMatchObject({ status: 'FAILED', error: 'MRO_JOB_LOST' });
  });

  test('after its result was there: the result stays alone', async () => {
    use(
      withCalculate(async (event) => {
        await calculate(event, invocation());
        return died('Runtime.ExitError', 'exit')();
      }),
    );
    const job = stagedJob(scan);
    expect((await runStaged(job)).status).toBe('FAILED');
    await expectCommandResult(job);
    expect(await keysUnder(buckets.failed, job.deliver.failed.key)).toEqual([]);
  });
});

test('each state was reached', () => {
  expect([...reached].sort()).toEqual(Object.keys(statesOf(definition())).sort());
});
