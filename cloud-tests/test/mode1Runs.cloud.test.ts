import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stateMachineCalls } from '../src/compute.ts';
import type { Mode1Stacks } from '../src/operatorStacks.ts';
import { audit, rolesOf } from '../src/policies/audit.ts';
import {
  callsForDeadLetters,
  callsOfFunctions,
  callsOfStateMachines,
  judged,
} from '../src/policies/services.ts';
import { signUp } from '../src/twoAccounts/client.ts';
import { commandResult, jobsOn, simulateScan } from '../src/twoAccounts/jobs.ts';
import { openMode1, operatorId } from '../src/twoAccounts/operator.ts';
import { openWorld, type World } from '../src/twoAccounts/world.ts';

const region = 'us-east-1';
let world: World;
let stacks: Mode1Stacks;
let unit = '';
let jobs: ReturnType<typeof jobsOn>;
let at = '';
let expected: Record<string, string>;

beforeAll(async () => {
  world = await openWorld();
  ({ unit, stacks } = await openMode1(world.operator));
  const user = await signUp(world.operator.served.url, 'ada');
  jobs = jobsOn(world, user, { unit, stateMachineArn: stacks.root.outputs.StateMachineArn! });
  at = await simulateScan(world.folder, '--slices', '3');
  expected = await commandResult(at);
});
afterEach(() => world.calm());
afterAll(() => world?.[Symbol.asyncDispose]());

describe('the unit of the root stack, in the account of the server', () => {
  it.each([
    ['a function', {}],
    ['a container', { CALCULATE_MEMORY_MB: '1' }],
    ['several functions', { FAN_OUT_SECONDS: '0', FAN_OUT_PART_SECONDS: '0' }],
    ['several containers', { CALCULATE_MEMORY_MB: '1', FAN_OUT_SECONDS: '0', FAN_OUT_PART_SECONDS: '0' }],
  ])('calculates in %s what the command calculates, bit for bit', async (_where, plan) => {
    world.interference.plan = plan;
    const { id, ended } = await jobs.run(at);
    expect([ended.status, world.failures]).toEqual(['completed', []]);
    expect(await jobs.resultOf(id)).toEqual(expected);
  });

  it('reports an error of the job, with its failure bundle', async () => {
    const { ended } = await jobs.run(at, { axes: 'xyc' });
    expect(ended).toMatchObject({ status: 'failed', error: { code: 'MRO_RAW_AXES' } });
    expect(world.failures.splice(0).join()).toContain('axes');
  });

  it('reports a function that dies, with a failure bundle', async () => {
    world.interference.function = ({ handler }) =>
      handler === 'app.handler'
        ? Promise.reject(Object.assign(new Error('signal: killed'), { name: 'Runtime.ExitError' }))
        : undefined;
    const { id, ended } = await jobs.run(at);
    expect(ended).toMatchObject({ status: 'failed', error: { code: 'MRO_JOB_MEMORY' } });
    const stored = (await world.operator.platform.deps.records.pipelines.byId(id))!;
    expect(stored.failureKey).toMatch(/^failed\//);
  });

  it('keeps a report that cannot be delivered', async () => {
    world.interference.function = ({ handler }) =>
      handler === 'callback.handler' ? Promise.reject(new Error('the server is away')) : undefined;
    expect((await jobs.queue(at)).status).toBe(200);
    await expect.poll(() => world.compute.deadLetters.length, { timeout: 60_000 }).toBe(1);
  });
});

/** A resource without what differs by account: `results/*` for what lies in the bucket of results. */
function place(resource: string): string {
  const { DataBucketName, ResultsBucketName, FailedBucketName } = world.operator.stack.outputs;
  return resource
    .replace(`arn:aws:s3:::${DataBucketName}`, 'data')
    .replace(`arn:aws:s3:::${ResultsBucketName}`, 'results')
    .replace(`arn:aws:s3:::${FailedBucketName}`, 'failed')
    .replace(`${region}:${operatorId}`, '')
    .replace(/^arn:aws:/, '');
}

/** Permissions that no call above needs, each with the reason why it is there. */
const unusedFor: Readonly<Record<string, string>> = {
  'CalculateRole s3:AbortMultipartUpload results/*':
    'the parts of a large bundle whose upload broke; bundles of the tests are one part',
};

/** Resources that are patterns, each with the reason why it is not a name. */
const objects = 'keys hold ids that are made when files are uploaded and jobs start';
const streams = 'services name log streams when they start functions and tasks';
const patternsFor: Readonly<Record<string, string>> = {
  '*': 'a sign-in is to the registry as a whole; the action has no resource',
  'data/data/*': objects,
  'data/jobs/*': objects,
  'data/parts/*': objects,
  'results/*': objects,
  'results/results/*': objects,
  'failed/*': objects,
  'failed/failed/*': objects,
  'logs::log-group:/mroptimum/mroptimum/functions:log-stream:*': streams,
  'logs::log-group:/mroptimum/mroptimum/tasks:log-stream:*': streams,
  'ecs::task/mroptimum/*': 'ECS names tasks when they start',
  'states::execution:mroptimum-calculation/*': 'Step Functions names the parts of a divided job',
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
    const { calculation } = stacks;
    const queue = `arn:aws:sqs:${region}:${operatorId}:${calculation.resources.DeadLetters!.split('/').at(-1)}`;
    const services = await judged([
      ...callsOfFunctions(world.invoked, calculation.resources.FunctionLogs!, region),
      ...callsForDeadLetters(world.compute.deadLetters, queue),
      ...(await callsOfStateMachines(world.operator.account, await stateMachineCalls())),
    ]);
    const found = await audit(rolesOf(calculation, operatorId), [...world.guard.calls, ...services], place);
    expect(found).toEqual({
      denied: [],
      unused: Object.keys(unusedFor).sort(),
      patterns: Object.keys(patternsFor).sort(),
      wideActions: [],
    });
  });
});
