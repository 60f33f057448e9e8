import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { decide } from '../src/policies/evaluate.ts';
import { account, actionsOf, type Policy, policyOfScripts, prefix, region } from '../src/policies/stacks.ts';
import { root } from '../src/python.ts';

const arn = (service: string, rest: string): string => `arn:aws:${service}:${region}:${account}:${rest}`;
const stack = (name: string): string => arn('cloudformation', `stack/${prefix}-${name}/1`);
const pages = `arn:aws:s3:::${prefix}-brain-pagesbucket-1a2b`;
const handedOver = `arn:aws:s3:::${prefix}-deploy-${account}-${region}/0123456789abcdef`;
const secret = arn('secretsmanager', `secret:${prefix}/callback-AbCdEf`);
const publicRepository = `arn:aws:ecr-public::${account}:repository/${prefix}-fargate`;

type Calls = Readonly<Record<string, readonly (readonly [action: string, resource: string])[]>>;

/** What the deploying scripts call by the command line of AWS, as policies name it. */
const ofScripts: Calls = {
  'sts get-caller-identity': [],
  // Asks the settings on this machine.
  'configure get': [],
  'ecr get-login-password': [['ecr:GetAuthorizationToken', '*']],
  'ecr-public describe-repositories': [['ecr-public:DescribeRepositories', publicRepository]],
  'ecr-public get-login-password': [
    ['ecr-public:GetAuthorizationToken', '*'],
    ['sts:GetServiceBearerToken', '*'],
  ],
  'cloudformation describe-stacks': ['brain', 'calculation'].map(
    (name) => ['cloudformation:DescribeStacks', stack(name)] as const,
  ),
  's3 sync': [
    ['s3:ListBucket', pages],
    ['s3:PutObject', `${pages}/assets/1.js`],
  ],
  's3 cp': [['s3:PutObject', `${pages}/index.html`]],
  'cloudfront create-invalidation': [
    ['cloudfront:CreateInvalidation', `arn:aws:cloudfront::${account}:distribution/E123`],
  ],
  'secretsmanager describe-secret': [['secretsmanager:DescribeSecret', secret]],
  'secretsmanager create-secret': [['secretsmanager:CreateSecret', secret]],
  'secretsmanager put-secret-value': [['secretsmanager:PutSecretValue', secret]],
  'ec2 describe-subnets': [['ec2:DescribeSubnets', '*']],
};

const pushed = ['lambda', 'fargate'].map((name) => arn('ecr', `repository/${prefix}-${name}`));
/** What SAM and Docker call; by their documentation, since neither runs here. */
const ofTools: Calls = {
  sam: [
    ...['brain', 'calculation'].flatMap((name) =>
      [
        'CreateChangeSet',
        'DescribeChangeSet',
        'ExecuteChangeSet',
        'DeleteChangeSet',
        'DescribeStackEvents',
      ].map((action) => [`cloudformation:${action}`, stack(name)] as const),
    ),
    ['cloudformation:GetTemplate', stack('brain')],
    ['cloudformation:GetTemplateSummary', stack('brain')],
    ['s3:GetObject', handedOver],
    ['s3:PutObject', handedOver],
    ['iam:PassRole', `arn:aws:iam::${account}:role/${prefix}-cloudformation`],
  ],
  docker: [
    ...[
      'BatchCheckLayerAvailability',
      'InitiateLayerUpload',
      'UploadLayerPart',
      'CompleteLayerUpload',
      'PutImage',
    ].flatMap((action) => [
      ...pushed.map((repository) => [`ecr:${action}`, repository] as const),
      [`ecr-public:${action}`, publicRepository] as const,
    ]),
    ...pushed.map((repository) => ['ecr:BatchGetImage', repository] as const),
  ],
};

let policy: Policy;
beforeAll(async () => {
  policy = await policyOfScripts('github-deploy');
});

const may = async (action: string, resource: string, service = 'cloudformation.amazonaws.com') => {
  const context: Record<string, string> = action === 'iam:PassRole' ? { 'iam:PassedToService': service } : {};
  const principal = `arn:aws:iam::${account}:role/${prefix}-github-deploy`;
  return (await decide({ principal, account, action, resource, context }, [policy])) === 'Allowed';
};

it('the scripts of the workflow call what is listed here, and nothing else', async () => {
  const names = ['lib/mode1.sh', 'publish-images.sh', 'deploy-brain.sh', 'deploy-mode1.sh'];
  const texts = await Promise.all(names.map((name) => readFile(join(root, 'scripts', name), 'utf8')));
  const calls = texts.flatMap((text) =>
    [...text.matchAll(/\baws ([a-z0-9-]+ [a-z-]+)/g)].map(([, call]) => call!),
  );
  expect([...new Set(calls)].sort()).toEqual(Object.keys(ofScripts).sort());
});

it('the role of GitHub may do that, and nothing that nobody calls', async () => {
  const calls = [...Object.values(ofScripts), ...Object.values(ofTools)].flat();
  const refused: string[] = [];
  for (const [action, resource] of calls)
    if (!(await may(action, resource))) refused.push(`${action} on ${resource}`);
  expect(refused).toEqual([]);
  const called = new Set(calls.map(([action]) => action));
  expect(new Set(actionsOf(policy))).toEqual(called);
});

it.each<[string, string, string, string?]>([
  ['make roles', 'iam:CreateRole', `arn:aws:iam::${account}:role/${prefix}-brain-BrainRole-1A2B`],
  [
    'change code by itself',
    'lambda:UpdateFunctionCode',
    arn('lambda', `function:${prefix}-brain-ApiFunction-1A2B`),
  ],
  ['read secrets', 'secretsmanager:GetSecretValue', secret],
  ['read data', 's3:GetObject', `arn:aws:s3:::${prefix}-brain-databucket-1a2b/data/u/1`],
  ['take stacks away', 'cloudformation:DeleteStack', stack('brain')],
  ['deploy other stacks', 'cloudformation:CreateChangeSet', arn('cloudformation', 'stack/other/1')],
  ['use the other role itself', 'sts:AssumeRole', `arn:aws:iam::${account}:role/${prefix}-cloudformation`],
  [
    'give the other role to functions',
    'iam:PassRole',
    `arn:aws:iam::${account}:role/${prefix}-cloudformation`,
    'lambda.amazonaws.com',
  ],
])('it may not %s', async (_what, action, resource, service) => {
  expect(await may(action, resource, service)).toBe(false);
});
