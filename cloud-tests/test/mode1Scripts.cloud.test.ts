import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeRepositoriesCommand, ECRClient, GetLifecyclePolicyCommand } from '@aws-sdk/client-ecr';
import {
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListPolicyVersionsCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import {
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPlatform } from '../../brain/test/platform.ts';
import { type Account, administratorOf, environmentFor } from '../src/accounts.ts';
import { serveBrain } from '../src/brain.ts';
import { pythonProgram, root, runProgram } from '../src/python.ts';

/** A name that is not the default one: all scripts must mean the same things by it. */
const prefix = 'lab-snr';
const bounded = `RoleBoundaryArn=arn:aws:iam::111111111111:policy/${prefix}-boundary`;
let folder = '';
let account: Account;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mroptimum-mode1-'));
  account = await administratorOf('111111111111');
  // Stands for GitHub's command: notes its arguments, and what it gets by standard input.
  const gh =
    '#!/bin/sh\ncase "$1" in auth) exit 0;; esac\n{ echo "$@"; [ "$1" != secret ] || { cat; echo; }; } >>"$GH_LOG"\n';
  // For SAM: deploys, under the name that it is told, a stack that has what the script asks for. For npm, Node and Docker:
  // note what they are told.
  const sam = `#!/bin/sh
[ "$1" = deploy ] || exit 0
echo "$@" >>"$SAM_LOG"
while [ "$1" != --stack-name ]; do shift; done
aws cloudformation deploy --stack-name "$2" --template-file "$SAM_TEMPLATE" --no-fail-on-empty-changeset >/dev/null
`;
  const docker = '#!/bin/sh\n[ "$1" != login ] || cat >/dev/null\necho "$@" >>"$DOCKER_LOG"\n';
  const noted = '#!/bin/sh\necho "$(basename "$0") $*" >>"$BUILD_LOG"\n';
  for (const [name, text] of Object.entries({ gh, sam, docker, npm: noted })) {
    await writeFile(join(folder, name), text);
    await chmod(join(folder, name), 0o755);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const script = (name: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
  runProgram('bash', [join(root, 'scripts', name), ...args], {
    env: {
      ...process.env,
      ...environmentFor(account),
      PATH: [folder, dirname(pythonProgram('aws')), process.env.PATH].join(delimiter),
      GH_LOG: join(folder, 'gh.log'),
      SAM_LOG: join(folder, 'sam.log'),
      SAM_TEMPLATE: join(folder, 'sam.json'),
      DOCKER_LOG: join(folder, 'docker.log'),
      BUILD_LOG: join(folder, 'build.log'),
      MRO_PREFIX: prefix,
      ...environment,
    },
  });
const githubLog = () => readFile(join(folder, 'gh.log'), 'utf8');

it('create-ecr-repos.sh makes the repositories, and makes nothing twice', async () => {
  const dry = await script('create-ecr-repos.sh', ['--dry-run']);
  expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('would make public repository') });
  const ecr = new ECRClient(account);
  expect((await ecr.send(new DescribeRepositoriesCommand({}))).repositories).toEqual([]);
  for (const word of ['made', 'is there']) {
    const { code, stdout, stderr } = await script('create-ecr-repos.sh', []);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${prefix}-lambda ${word}`);
    expect(stdout).toContain(`public: public.ecr.aws/example/${prefix}-fargate`);
  }
  const { repositories } = await ecr.send(new DescribeRepositoriesCommand({}));
  expect(repositories!.map(({ repositoryName }) => repositoryName).sort()).toEqual([
    `${prefix}-fargate`,
    `${prefix}-lambda`,
  ]);
  for (const { repositoryName, imageScanningConfiguration } of repositories!) {
    expect(imageScanningConfiguration).toEqual({ scanOnPush: true });
    const policy = await ecr.send(new GetLifecyclePolicyCommand({ repositoryName }));
    expect(JSON.parse(policy.lifecyclePolicyText!).rules).toHaveLength(2);
  }
});

it('create-github-oidc-role.sh trusts one branch and one environment of one repository', async () => {
  const iam = new IAMClient(account);
  const dry = await script('create-github-oidc-role.sh', ['lab/mroptimum', '--dry-run']);
  expect(dry.code).toBe(0);
  for (const what of ['"ecr:PutImage"', '"lambda:CreateFunction"', `role ${prefix}-cloudformation`])
    expect(dry.stdout).toContain(what);
  expect(dry.stdout).not.toContain('${');
  expect((await iam.send(new ListRolesCommand({}))).Roles).toEqual([]);
  expect(await script('create-github-oidc-role.sh', [])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('ORG/REPO'),
  });

  for (let time = 0; time < 2; time++) {
    const { code, stdout, stderr } = await script('create-github-oidc-role.sh', ['lab/mroptimum']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`AWS_DEPLOY_ROLE_ARN=arn:aws:iam::111111111111:role/${prefix}-github-deploy`);
  }
  const RoleName = `${prefix}-github-deploy`;
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
  expect(JSON.parse(decodeURIComponent(Role!.AssumeRolePolicyDocument!)).Statement).toEqual([
    {
      Effect: 'Allow',
      Principal: { Federated: 'arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com' },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
          'token.actions.githubusercontent.com:sub':
            'repo:lab/mroptimum:environment:production:ref:refs/heads/main',
        },
      },
    },
  ]);
  const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'deploy' }));
  const { Statement } = JSON.parse(decodeURIComponent(PolicyDocument!)) as {
    Statement: { Sid: string; Action: string | string[]; Resource: string | string[] }[];
  };
  // Calls that have no resource: signing in to registries, and looking at networks.
  expect(Statement.filter(({ Resource }) => Resource === '*').map(({ Sid }) => Sid)).toEqual([
    'SignInToRegistries',
    'FindTheNetwork',
  ]);
  expect(JSON.stringify(Statement)).not.toMatch(/"[\w-]+:\*"/);
  expect(await githubLog()).toContain('repos/lab/mroptimum/actions/oidc/customization/sub');

  const s3 = new S3Client(account);
  const bucket = { Bucket: `${prefix}-deploy-111111111111-us-east-1` };
  const { PublicAccessBlockConfiguration: closed } = await s3.send(new GetPublicAccessBlockCommand(bucket));
  expect(Object.values(closed!)).toEqual([true, true, true, true]);
  const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand(bucket));
  expect(JSON.stringify(ServerSideEncryptionConfiguration)).toContain('AES256');
  const { Policy } = await s3.send(new GetBucketPolicyCommand(bucket));
  expect(JSON.parse(Policy!).Statement).toMatchObject([
    { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
  ]);
  const trust = (await iam.send(new GetRoleCommand({ RoleName: `${prefix}-cloudformation` }))).Role;
  expect(JSON.parse(decodeURIComponent(trust!.AssumeRolePolicyDocument!)).Statement).toMatchObject([
    { Principal: { Service: 'cloudformation.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ]);
  // Made anew with each run; only the last version stays.
  const PolicyArn = `arn:aws:iam::111111111111:policy/${prefix}-boundary`;
  const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
  expect(Versions).toMatchObject([{ VersionId: 'v2', IsDefaultVersion: true }]);
  const mayWrite = Statement.filter(({ Resource }) => JSON.stringify(Resource).includes(bucket.Bucket));
  expect(mayWrite).toMatchObject([{ Action: ['s3:GetObject', 's3:PutObject'] }]);
});

it('setup-github-secrets.sh sets eleven secrets, none of them by an argument', async () => {
  const template = {
    Resources: { Data: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'the-data' } } },
    Outputs: Object.fromEntries(
      ['Data', 'Results', 'Failed'].map((what) => [
        what,
        { Value: `the-${what.toLowerCase()}`, Export: { Name: `${prefix}-brain-${what}BucketName` } },
      ]),
    ),
  };
  await new CloudFormationClient(account).send(
    new CreateStackCommand({ StackName: `${prefix}-brain`, TemplateBody: JSON.stringify(template) }),
  );
  const given = {
    CLOUDMR_API_URL: 'https://lab.example/',
    CLOUDMR_ADMIN_TOKEN: 'secret-of-the-administrator',
    ECS_CLUSTER_NAME: 'cluster',
    SUBNET_ID_1: 'subnet-1',
    SUBNET_ID_2: 'subnet-2',
    SECURITY_GROUP_ID: 'sg-1',
  };
  const without = await script('setup-github-secrets.sh', ['lab/mroptimum'], { ...given, SUBNET_ID_2: '' });
  expect(without).toMatchObject({ code: 1, stderr: expect.stringContaining('Missing: SUBNET_ID_2') });
  const done = await script('setup-github-secrets.sh', ['lab/mroptimum'], given);
  expect(done).toMatchObject({ code: 0, stderr: '' });
  expect(done.stdout).not.toContain('secret-of');
  const set = [
    ...(await githubLog()).matchAll(/^secret set (\w+) --repo lab\/mroptimum --env production\n(.*)$/gm),
  ];
  expect(Object.fromEntries(set.map(([, name, value]) => [name, value]))).toEqual({
    ...given,
    AWS_DEPLOY_ROLE_ARN: `arn:aws:iam::111111111111:role/${prefix}-github-deploy`,
    CLOUDMR_API_URL: 'https://lab.example',
    CLOUDMR_API_HOST: 'lab.example',
    DATA_BUCKET: 'the-data',
    RESULTS_BUCKET: 'the-results',
    FAILED_BUCKET: 'the-failed',
  });
  const variables = (await githubLog()).match(/^variable set .*$/gm);
  expect(variables).toEqual([
    'variable set AWS_REGION --repo lab/mroptimum --env production --body us-east-1',
    `variable set MRO_PREFIX --repo lab/mroptimum --env production --body ${prefix}`,
  ]);
});

it('publish-images.sh builds each image once, for all its registries', async () => {
  const commit = '0123456789abcdef0123456789abcdef01234567';
  expect(await script('publish-images.sh', ['main'])).toMatchObject({ code: 1 });
  expect(await script('publish-images.sh', [commit, '--prefix', 'Much_Too_Long'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('cannot be used'),
  });
  const { code, stderr } = await script('publish-images.sh', [commit]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = (await readFile(join(folder, 'docker.log'), 'utf8')).split('\n');
  const builds = lines.filter((line) => line.startsWith('buildx build'));
  expect(builds).toHaveLength(2);
  expect(builds[0]).toContain(
    `--tag 111111111111.dkr.ecr.us-east-1.amazonaws.com/${prefix}-lambda:${commit}`,
  );
  expect(builds[1]).toContain(`--tag public.ecr.aws/example/${prefix}-fargate:${commit}`);
  for (const build of builds) expect(build).toMatch(/--provenance=false --sbom=false .*:latest --push \.$/);
});

it('deploy-brain.sh deploys the server with the parameters it is given, and copies the pages, twice', async () => {
  const stack = {
    Resources: { Pages: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'the-pages' } } },
    Outputs: {
      PagesBucketName: { Value: 'the-pages' },
      DistributionId: { Value: await aDistribution() },
      Address: { Value: 'https://lab.example' },
    },
  };
  await writeFile(join(folder, 'sam.json'), JSON.stringify(stack));
  // Stands for Node, which would bundle the server.
  const programs = join(folder, 'programs');
  await mkdir(programs);
  await writeFile(join(programs, 'node'), '#!/bin/sh\necho "node $*" >>"$BUILD_LOG"\n', { mode: 0o755 });
  const PATH = [programs, folder, dirname(pythonProgram('aws')), process.env.PATH].join(delimiter);
  const parameters = [['--', 'MailFrom=mro@lab.example', 'Registration=open'], []];
  for (const more of parameters) {
    const { code, stdout, stderr } = await script('deploy-brain.sh', more, { PATH });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Done: https://lab.example');
  }
  expect(await readFile(join(folder, 'build.log'), 'utf8')).toBe(
    'npm run build\nnode scripts/buildBrain.mjs\n'.repeat(2),
  );
  const told = (await readFile(join(folder, 'sam.log'), 'utf8')).trim().split('\n');
  expect(told[0]).toContain(`--template-file brain/template.yaml --stack-name ${prefix}-brain`);
  expect(told[0]).toMatch(new RegExp(`=${prefix} ${bounded} MailFrom=mro@lab.example Registration=open$`));
  expect(told[1]).toMatch(new RegExp(`--parameter-overrides UnitName=${prefix} ${bounded}$`));
  const s3 = new S3Client(account);
  const page = await s3.send(new HeadObjectCommand({ Bucket: 'the-pages', Key: 'index.html' }));
  expect(page).toMatchObject({ CacheControl: 'no-cache', ContentType: 'text/html' });
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'the-pages' }));
  expect(Contents!.length).toBeGreaterThan(3);
  expect(Contents!.filter(({ Key }) => /\.(br|gz)$/.test(Key!))).toEqual([]);
});

async function aDistribution(): Promise<string> {
  const origin = ['--origin-domain-name', 'the-pages.s3.amazonaws.com'];
  const made = await runProgram(
    pythonProgram('aws'),
    ['cloudfront', 'create-distribution', ...origin, '--query', 'Distribution.Id', '--output', 'text'],
    { env: { ...process.env, ...environmentFor(account) } },
  );
  return made.stdout.trim();
}

it('deploy-mode1.sh deploys, registers the unit with a new secret, and asks the server, twice', async () => {
  const platform = await createPlatform();
  Object.assign(platform.deps.launchers, {
    aws: { check: async () => [{ what: 'the unit answers', ok: true, advice: '' }] },
  });
  await using brain = await serveBrain(platform);
  const boss = await platform.addUser('boss', { role: 'admin' });
  const { access_token } = (await platform.signIn(boss)) as unknown as { access_token: string };
  const machine = 'arn:aws:states:us-east-1:111111111111:stateMachine:lab';
  const Resources = { Topic: { Type: 'AWS::SNS::Topic', Properties: {} } };
  const stack = { Resources, Outputs: { StateMachineArn: { Value: machine } } };
  await writeFile(join(folder, 'sam.json'), JSON.stringify(stack));
  const { Vpc } = await new EC2Client(account).send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const { Subnet } = await new EC2Client(account).send(
    new CreateSubnetCommand({ VpcId: Vpc!.VpcId, CidrBlock: '10.0.0.0/24' }),
  );
  const given = {
    CLOUDMR_API_URL: brain.url,
    CLOUDMR_ADMIN_TOKEN: access_token,
    SUBNET_ID_1: Subnet!.SubnetId!,
    SUBNET_ID_2: Subnet!.SubnetId!,
    DATA_BUCKET: 'the-data',
    RESULTS_BUCKET: 'the-results',
    FAILED_BUCKET: 'the-failed',
  };
  const secrets = new Set<string>();
  for (let time = 0; time < 2; time++) {
    const { code, stdout, stderr } = await script('deploy-mode1.sh', ['0123456789abcdef'], given);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('✓ the unit answers');
    const [unit] = await platform.deps.records.units.listVisible(boss.id);
    expect(unit).toMatchObject({ mode: 'mode1', isDefault: true, cloud: { stateMachineArn: machine } });
    const kept = new GetSecretValueCommand({ SecretId: `${prefix}/callback` });
    expect((await new SecretsManagerClient(account).send(kept)).SecretString).toBe(unit!.callbackSecret);
    secrets.add(unit!.callbackSecret);
  }
  expect(secrets.size).toBe(2);
  const told = await readFile(join(folder, 'sam.log'), 'utf8');
  expect(told).toContain(`VpcId=${Vpc!.VpcId} SubnetIds=${Subnet!.SubnetId},${Subnet!.SubnetId}`);
  const { Stacks } = await new CloudFormationClient(account).send(
    new DescribeStacksCommand({ StackName: `${prefix}-calculation` }),
  );
  expect(Stacks).toHaveLength(1);
  const registry = '111111111111.dkr.ecr.us-east-1.amazonaws.com';
  for (const word of [
    `--role-arn arn:aws:iam::111111111111:role/${prefix}-cloudformation`,
    `--s3-bucket ${prefix}-deploy-111111111111-us-east-1`,
    `UnitName=${prefix} BrainStackName=${prefix}-brain ${bounded} LambdaImageUri=${registry}/${prefix}-lambda:0123456789abcdef`,
    `FargateRepositoryName=${prefix}-fargate`,
  ])
    expect(told).toContain(word);
  await platform.close();
});
