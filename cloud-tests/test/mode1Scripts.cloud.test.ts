import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { DescribeRepositoriesCommand, ECRClient, GetLifecyclePolicyCommand } from '@aws-sdk/client-ecr';
import { GetRoleCommand, GetRolePolicyCommand, IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Account, administratorOf, environmentFor } from '../src/accounts.ts';
import { pythonProgram, root, runProgram } from '../src/python.ts';

let folder = '';
let account: Account;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mroptimum-mode1-'));
  account = await administratorOf('111111111111');
  // Stands for GitHub's command: notes its arguments, and what it gets by standard input.
  const gh =
    '#!/bin/sh\ncase "$1" in auth) exit 0;; esac\n{ echo "$@"; [ "$1" = secret ] && cat && echo; } >>"$GH_LOG"\n';
  await writeFile(join(folder, 'gh'), gh);
  await chmod(join(folder, 'gh'), 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const script = (name: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
  runProgram('bash', [join(root, 'scripts', name), ...args], {
    env: {
      ...process.env,
      ...environmentFor(account),
      PATH: [folder, dirname(pythonProgram('aws')), process.env.PATH].join(delimiter),
      GH_LOG: join(folder, 'gh.log'),
      ...environment,
    },
  });
const githubLog = () => readFile(join(folder, 'gh.log'), 'utf8');

it('all scripts are understood by shellcheck', async () => {
  const names = ['create-ecr-repos.sh', 'create-github-oidc-role.sh', 'setup-github-secrets.sh', 'debian.sh'];
  const args = names.map((name) => join(root, 'scripts', name));
  expect(await runProgram('shellcheck', args)).toEqual({ code: 0, stdout: '', stderr: '' });
});

it('create-ecr-repos.sh makes the repositories, and makes nothing twice', async () => {
  const dry = await script('create-ecr-repos.sh', ['--dry-run']);
  expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('would make public repository') });
  const ecr = new ECRClient(account);
  expect((await ecr.send(new DescribeRepositoriesCommand({}))).repositories).toEqual([]);
  for (const word of ['made', 'is there']) {
    const { code, stdout, stderr } = await script('create-ecr-repos.sh', []);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`mroptimum-lambda ${word}`);
    expect(stdout).toContain('public: public.ecr.aws/example/mroptimum-fargate');
  }
  const { repositories } = await ecr.send(new DescribeRepositoriesCommand({}));
  expect(repositories!.map(({ repositoryName }) => repositoryName).sort()).toEqual([
    'mroptimum-fargate',
    'mroptimum-lambda',
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
  expect(dry.stdout).toContain('"ecr:PutImage"');
  expect((await iam.send(new ListRolesCommand({}))).Roles).toEqual([]);
  expect(await script('create-github-oidc-role.sh', [])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('ORG/REPO'),
  });

  for (let time = 0; time < 2; time++) {
    const { code, stdout, stderr } = await script('create-github-oidc-role.sh', ['lab/mroptimum']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('AWS_DEPLOY_ROLE_ARN=arn:aws:iam::111111111111:role/mroptimum-github-deploy');
  }
  const RoleName = 'mroptimum-github-deploy';
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
  ]);
  expect(JSON.stringify(Statement)).not.toMatch(/"[\w-]+:\*"/);
  expect(await githubLog()).toContain('repos/lab/mroptimum/actions/oidc/customization/sub');
});

it('setup-github-secrets.sh sets eleven secrets, none of them by an argument', async () => {
  const template = {
    Resources: { Data: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'the-data' } } },
    Outputs: Object.fromEntries(
      ['Data', 'Results', 'Failed'].map((what) => [
        what,
        { Value: `the-${what.toLowerCase()}`, Export: { Name: `mroptimum-${what}BucketName` } },
      ]),
    ),
  };
  await new CloudFormationClient(account).send(
    new CreateStackCommand({ StackName: 'mroptimum', TemplateBody: JSON.stringify(template) }),
  );
  const given = {
    AWS_DEPLOY_ROLE_ARN: 'arn:aws:iam::111111111111:role/mroptimum-github-deploy',
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
    CLOUDMR_API_URL: 'https://lab.example',
    CLOUDMR_API_HOST: 'lab.example',
    DATA_BUCKET: 'the-data',
    RESULTS_BUCKET: 'the-results',
    FAILED_BUCKET: 'the-failed',
  });
});
