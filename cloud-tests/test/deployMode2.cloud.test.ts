import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { HeadBucketCommand, ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { DescribeStateMachineCommand, ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlatform, type Platform } from '../../brain/test/platform.ts';
import type { Finding } from '../../cli/src/cloud/checks.ts';
import { type Account, administratorOf, environmentFor } from '../src/accounts.ts';
import { type ServedBrain, serveBrain } from '../src/brain.ts';
import { type RunningCompute, runCompute } from '../src/compute.ts';
import { configureMoto } from '../src/moto.ts';
import { type Outcome, pythonProgram, root, runProgram } from '../src/python.ts';
import { runRegistration } from '../src/registration.ts';

const accountId = '222222222222';
const brainRoleArn = 'arn:aws:iam::111111111111:role/mroptimum/brain';
const image = 'public.ecr.aws/example/mroptimum-fargate:1';

let folder = '';
let account: Account;
let platform: Platform;
let brain: ServedBrain;
let compute: RunningCompute;
let token = '';
let healthy = true;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mroptimum-mode2-'));
  const packed = await runProgram(process.execPath, [join(root, 'mode2-deployment/package.mjs'), folder]);
  expect(packed).toMatchObject({ code: 0 });
  await configureMoto({ executeStateMachines: true });
  account = await administratorOf(accountId, 'eu-central-1');
  platform = await createPlatform({ brainRoleArn });
  Object.assign(platform.deps.launchers, {
    aws: { check: async () => [{ what: 'the unit answers', ok: healthy, advice: 'look into the logs' }] },
  });
  brain = await serveBrain(platform);
  const carol = await platform.addUser('carol');
  const { access_token } = (await platform.signIn(carol)) as unknown as { access_token: string };
  const scopes = ['units:write', 'jobs:read'];
  const made = await platform.ask('POST', '/api/auth/tokens', {
    token: access_token,
    body: { name: 'x', scopes },
  });
  token = String(made.body.token);
  compute = await runCompute({
    runFunction: async (invocation) => {
      if (invocation.handler !== 'registration.handler') throw new Error(`unexpected: ${invocation.handler}`);
      return runRegistration(invocation, account);
    },
  });
});
afterAll(async () => {
  await compute?.[Symbol.asyncDispose]();
  await brain?.[Symbol.asyncDispose]();
  await platform?.close();
  await rm(folder, { recursive: true, force: true });
});

/** The user's: AWS, and the programs of this installation first. */
const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  ...environmentFor(account),
  PATH: [dirname(pythonProgram('aws')), dirname(process.execPath), process.env.PATH].join(delimiter),
});

const script = (args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Outcome> =>
  runProgram('bash', [join(root, 'mode2-deployment/deploy-mode2.sh'), ...args], {
    cwd: folder,
    env: {
      ...environment(),
      MROPTIMUM_BRAIN_URL: brain.url,
      MRO_TOKEN: token,
      MROPTIMUM_IMAGE: image,
      ...more,
    },
  });
const deploy = (...more: string[]) => script(['--yes', '--package', folder, ...more]);

const units = async () =>
  (await platform.ask('GET', '/api/computing-unit/list?mode=mode2', { token })).body.computingUnits as {
    id: string;
    crossAccountRoleArn?: string;
    stateMachineArn?: string;
  }[];
const stackOf = async () => {
  const described = new CloudFormationClient(account).send(
    new DescribeStacksCommand({ StackName: 'mroptimum' }),
  );
  return (await described.catch(() => undefined))?.Stacks?.[0];
};
const bucket = (what: string) => `mroptimum-${what}-${accountId}-eu-central-1`;
const exists = (what: string) =>
  new S3Client(account).send(new HeadBucketCommand({ Bucket: bucket(what) })).then(
    () => true,
    () => false,
  );

describe('deploy-mode2.sh', () => {
  it('shows a plan and its cost, and changes nothing', async () => {
    const { code, stdout, stderr } = await script(['--dry-run']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(bucket('{data,results,failed}'));
    expect(stdout).toContain('$0.90');
    expect(await units()).toEqual([]);
    expect(await stackOf()).toBeUndefined();
    expect((await new S3Client(account).send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
  });

  it.each([
    ['no token and nobody to ask', ['--yes'], { MRO_TOKEN: '' }, 'MRO_TOKEN'],
    ['a token that the server does not know', ['--yes'], { MRO_TOKEN: 'mro_wrong' }, '(401)'],
    ['nobody to ask for the go-ahead', [], {}, 'give --yes'],
    ['a server without encryption', ['--yes', '--brain', 'http://lab.example'], {}, 'https://'],
    ['no image', ['--yes'], { MROPTIMUM_IMAGE: '' }, '--image'],
    ['a name that buckets cannot have', ['--yes', '--stack', 'MR_Optimum'], {}, 'cannot be used'],
    ['an unknown option', ['--token', 'secret'], {}, 'no option --token'],
    ['an update of nothing', ['--yes', '--update'], {}, 'no stack mroptimum'],
    ['the state of nothing', ['--status'], {}, 'no stack mroptimum'],
  ])('refuses %s', async (_what, args, environment, said) => {
    const { code, stderr } = await script(args, environment);
    expect(code).toBe(1);
    expect(stderr).toContain(said);
    expect(await stackOf()).toBeUndefined();
  });

  let unit = '';
  it('deploys: the stack, the unit with its secret, the role with the external id', async () => {
    const { code, stdout, stderr } = await deploy('--alias', 'my account');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('✓ the unit answers');
    expect(stdout + stderr).not.toContain(token);
    const stack = await stackOf();
    expect(stack?.StackStatus).toBe('CREATE_COMPLETE');
    const outputs = Object.fromEntries(
      stack!.Outputs!.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
    );
    const [registered] = await units();
    unit = registered!.id;
    expect(registered).toMatchObject({
      alias: 'my account',
      stateMachineArn: outputs.StateMachineArn,
      crossAccountRoleArn: outputs.CrossAccountRoleArn,
      dataBucket: bucket('data'),
      resultsBucket: bucket('results'),
      failedBucket: bucket('failed'),
    });
    const stored = (await platform.deps.records.units.byId(unit))!;
    const secrets = new SecretsManagerClient(account);
    const listed = (await secrets.send(new ListSecretsCommand({}))).SecretList!;
    const values = await Promise.all(
      listed.map(
        async ({ ARN }) => (await secrets.send(new GetSecretValueCommand({ SecretId: ARN }))).SecretString,
      ),
    );
    expect(values.sort()).toEqual([stored.callbackSecret, token].sort());
    const role = await new IAMClient(account).send(
      new GetRoleCommand({ RoleName: outputs.CrossAccountRoleArn!.split('/').at(-1) }),
    );
    expect(JSON.parse(decodeURIComponent(role.Role!.AssumeRolePolicyDocument!)).Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: brainRoleArn },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': stored.cloud!.externalId } },
      },
    ]);
    const machine = await new SFNClient(account).send(
      new DescribeStateMachineCommand({ stateMachineArn: outputs.StateMachineArn }),
    );
    expect(machine.definition).toContain(`:${accountId}:function:mroptimum-CalculateFunction`);
    expect(machine.definition).not.toContain('${');
  });

  it('changes nothing the second time', async () => {
    const before = (await platform.deps.records.units.byId(unit))!;
    const { code, stderr } = await deploy();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const after = (await platform.deps.records.units.byId(unit))!;
    expect((await units()).map(({ id }) => id)).toEqual([unit]);
    expect(after.cloud).toEqual(before.cloud);
    expect(after.callbackSecret).toBe(before.callbackSecret);
  });

  it('says with an exit code that the server finds something wrong', async () => {
    healthy = false;
    const { code, stdout, stderr } = await deploy('--update');
    healthy = true;
    expect(code).toBe(1);
    expect(stdout).toContain('✗ the unit answers: look into the logs');
    expect(stderr).toContain('docs/troubleshooting.md');
  });

  it('shows the state', async () => {
    const { code, stdout, stderr } = await script(['--status']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain(unit);
    expect(stdout).toMatch(/could not be delivered: 0\n.*executions that run: 0/);
    expect(stdout).toContain('✓ the unit answers');
  });

  it('is found well by mroptimum doctor --cloud, but for image and way out, which nothing on this machine has', async () => {
    const doctor = await runProgram(
      process.execPath,
      [
        join(root, 'cli/src/main.ts'),
        'doctor',
        '--cloud',
        '--region',
        'eu-central-1',
        '--server',
        brain.url,
        '--json',
      ],
      { env: { ...environment(), MRO_TOKEN: token } },
    );
    const { ok, findings } = JSON.parse(doctor.stdout) as { ok: boolean; findings: Finding[] };
    expect([ok, doctor.code]).toEqual([false, 1]);
    expect(findings.filter((finding) => !finding.ok).map(({ what }) => what)).toEqual([
      'repositories',
      'network',
    ]);
    const looked = findings.map(({ what }) => what).filter((what) => !what.startsWith('unit:'));
    const page = await readFile(join(root, 'docs/troubleshooting.md'), 'utf8');
    for (const what of looked) expect(page).toContain(`| ${what} `);
    expect(looked).toEqual(
      expect.arrayContaining(['credentials', 'stack exports', 'trust policy', 'external id', 'token']),
    );
  });

  it('registers the account anew where the server has forgotten it', async () => {
    await platform.ask('POST', '/api/computing-unit/delete', { token, body: { computingUnitId: unit } });
    expect(await deploy()).toMatchObject({ code: 0 });
    const [registered] = await units();
    expect(registered!.id).not.toBe(unit);
    unit = registered!.id;
    const role = await new IAMClient(account).send(
      new GetRoleCommand({ RoleName: registered!.crossAccountRoleArn!.split('/').at(-1) }),
    );
    const { externalId } = (await platform.deps.records.units.byId(unit))!.cloud!;
    expect(decodeURIComponent(role.Role!.AssumeRolePolicyDocument!)).toContain(externalId);
  });

  it('tears down all but the buckets, and deploys again', async () => {
    await new S3Client(account).send(
      new PutObjectCommand({ Bucket: bucket('data'), Key: 'data/x', Body: 'x' }),
    );
    expect(await script(['--teardown'])).toMatchObject({ code: 1, stderr: expect.stringContaining('--yes') });
    expect(await script(['--teardown', '--yes'])).toMatchObject({ code: 0, stderr: '' });
    expect(await units()).toEqual([]);
    expect((await new SFNClient(account).send(new ListStateMachinesCommand({}))).stateMachines).toEqual([]);
    expect([
      await exists('data'),
      await exists('results'),
      await exists('failed'),
      await exists('code'),
    ]).toEqual([true, true, true, false]);
    expect((await script(['--status'])).stdout).toContain('the buckets are there');
    expect(await deploy()).toMatchObject({ code: 0, stderr: '' });
    expect(await units()).toHaveLength(1);
  });

  it('tears down everything where told, and is content where nothing is left', async () => {
    expect(await script(['--teardown', '--delete-data', '--yes'])).toMatchObject({ code: 0, stderr: '' });
    expect(await units()).toEqual([]);
    expect((await new S3Client(account).send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
    expect((await new SecretsManagerClient(account).send(new ListSecretsCommand({}))).SecretList).toEqual([]);
    expect(await script(['--teardown', '--delete-data', '--yes'])).toMatchObject({ code: 0 });
  });
});
