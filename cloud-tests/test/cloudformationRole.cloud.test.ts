import { beforeAll, expect, it } from 'vitest';
import { decide } from '../src/policies/evaluate.ts';
import { type Handlers, handlersOf, unusedFeatures } from '../src/policies/handlers.ts';
import {
  account,
  actionsOf,
  arnOf,
  type Policy,
  policyOfScripts,
  prefix,
  type Resource,
  region,
  resourcesOfStacks,
} from '../src/policies/stacks.ts';

let resources: readonly Resource[] = [];
let handlers: Readonly<Record<string, Handlers>> = {};
let policy: Policy;

beforeAll(async () => {
  resources = await resourcesOfStacks();
  handlers = await handlersOf([...new Set(resources.map(({ Type }) => Type))]);
  policy = await policyOfScripts('cloudformation');
});

const principal = `arn:aws:iam::${account}:role/${prefix}-cloudformation`;
const allowedBy = (sid: string): readonly string[] =>
  actionsOf({ Statement: policy.Statement.filter(({ Sid }) => Sid === sid) });

const linked: Readonly<Record<string, string>> = {
  'AWS::ECS::Cluster': 'ecs.amazonaws.com/AWSServiceRoleForECS',
};
const passedTo: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'lambda.amazonaws.com',
  'AWS::ECS::TaskDefinition': 'ecs-tasks.amazonaws.com',
  'AWS::StepFunctions::StateMachine': 'states.amazonaws.com',
};

const boundary = `arn:aws:iam::${account}:policy/${prefix}-boundary`;

function contextOf(action: string, { Type }: Resource): Readonly<Record<string, string>> {
  if (action === 'iam:PassRole') return { 'iam:PassedToService': passedTo[Type]! };
  return Type === 'AWS::IAM::Role' ? { 'iam:PermissionsBoundary': boundary } : {};
}

/** The call as the policy is asked about it; undefined where nothing here makes it. */
function wishOf(action: string, resource: Resource): Call | undefined {
  if (unusedFeatures.some(([pattern]) => pattern.test(action))) return undefined;
  const service = action.split(':')[0]!;
  // Tables could be filled from a bucket.
  if (service === 's3' && resource.Type === 'AWS::DynamoDB::Table') return undefined;
  if (action === 'iam:PassRole' && !passedTo[resource.Type]) return undefined;
  if (action === 'iam:CreateServiceLinkedRole') {
    const role = linked[resource.Type];
    if (!role) return undefined;
    return { action, resource: `arn:aws:iam::${account}:role/aws-service-role/${role}` };
  }
  const none = allowedBy('CallsWithoutAResource').includes(action);
  return { action, resource: none ? '*' : arnOf(service, resource), context: contextOf(action, resource) };
}

interface Call {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

/** The evaluator knows the first version of the gateway's resources alone: its calls are compared by name. */
const may = async (call: Call): Promise<boolean> =>
  call.action.startsWith('apigateway:')
    ? allowedBy('Api').includes(call.action)
    : (await decide({ ...call, principal, account }, [policy])) === 'Allowed';

/** Everything that CloudFormation calls for the three stacks. */
const calls = (): { resource: Resource; verb: string; call: Call }[] =>
  resources.flatMap((resource) =>
    Object.entries(handlers[resource.Type]!).flatMap(([verb, actions]) =>
      actions.flatMap((action) => {
        const call = wishOf(action, resource);
        return call ? [{ resource, verb, call }] : [];
      }),
    ),
  );

it('fits into a role', () => {
  expect(resources.length).toBeGreaterThan(60);
  expect(JSON.stringify(policy).length).toBeLessThan(10_240);
});

it('may do what CloudFormation does for every resource of the three templates, and take away none that stays', async () => {
  const refused: string[] = [];
  const dangerous: string[] = [];
  for (const { resource, verb, call } of calls()) {
    const allowed = await may(call);
    const stays = resource.DeletionPolicy === 'Retain' && /:Delete(Table|Bucket|Secret)$/.test(call.action);
    if (stays && allowed) dangerous.push(`${call.action} on ${call.resource}`);
    if (!stays && !allowed) refused.push(`${resource.name} (${verb}): ${call.action} on ${call.resource}`);
  }
  expect({ refused, dangerous }).toEqual({ refused: [], dangerous: [] });
});

/** What no handler names, and is needed all the same. */
const besides: Readonly<Record<string, string>> = {
  'cloudformation:CreateChangeSet': 'the nested template is written for SAM, and transformed',
  'ecr:BatchGetImage': 'functions of an image: who makes them must be able to read it',
  'ecr:GetDownloadUrlForLayer': 'the same',
  'ecr:GetRepositoryPolicy': 'the same: Lambda is let in by the policy of the repository',
  'ecr:SetRepositoryPolicy': 'the same',
  'lambda:GetFunctionCodeSigningConfig': 'read back with each function',
  'logs:DeleteLogDelivery':
    'the log of requests, which the gateway sets up with the rights of who asks for it',
  'logs:GetLogDelivery': 'the same',
  'logs:ListLogDeliveries': 'the same',
  'logs:PutResourcePolicy': 'the same',
  'logs:UpdateLogDelivery': 'the same',
};

it('may do nothing that CloudFormation does not do', () => {
  const called = new Set(calls().map(({ call }) => call.action.toLowerCase()));
  const allowed = new Set(actionsOf(policy));
  const unused = [...allowed].filter((action) => {
    const pattern = new RegExp(`^${action.toLowerCase().replaceAll('*', '.*')}$`);
    return ![...called].some((one) => pattern.test(one));
  });
  expect(unused.sort()).toEqual(Object.keys(besides).sort());
});

const role = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
const ofTheServer = role(`${prefix}-brain-BrainRole-1A2B`);
it.each<[string, Call]>([
  ['change its own role', { action: 'iam:PutRolePolicy', resource: principal }],
  ['change the role of GitHub', { action: 'iam:PutRolePolicy', resource: role(`${prefix}-github-deploy`) }],
  ['change roles of others', { action: 'iam:UpdateAssumeRolePolicy', resource: role('administrator') }],
  ['make roles without the boundary', { action: 'iam:CreateRole', resource: ofTheServer }],
  [
    'make roles with another boundary',
    {
      action: 'iam:CreateRole',
      resource: ofTheServer,
      context: { 'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/AdministratorAccess' },
    },
  ],
  ['take the boundary away', { action: 'iam:DeleteRolePermissionsBoundary', resource: ofTheServer }],
  ['change the boundary', { action: 'iam:CreatePolicyVersion', resource: boundary }],
  [
    'give its roles to machines',
    {
      action: 'iam:PassRole',
      resource: ofTheServer,
      context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
    },
  ],
  [
    'read data',
    { action: 's3:GetObject', resource: `arn:aws:s3:::${prefix}-brain-databucket-1a2b/data/u/1` },
  ],
  [
    'read records',
    {
      action: 'dynamodb:GetItem',
      resource: `arn:aws:dynamodb:${region}:${account}:table/${prefix}-brain-UsersTable-1A2B`,
    },
  ],
  [
    'start jobs',
    {
      action: 'states:StartExecution',
      resource: `arn:aws:states:${region}:${account}:stateMachine:${prefix}-calculation`,
    },
  ],
  [
    'touch stacks of others',
    {
      action: 'cloudformation:DeleteStack',
      resource: `arn:aws:cloudformation:${region}:${account}:stack/other/1`,
    },
  ],
  [
    'read other secrets',
    {
      action: 'secretsmanager:GetSecretValue',
      resource: `arn:aws:secretsmanager:${region}:${account}:secret:${prefix}/callback-AbCdEf`,
    },
  ],
])('may not %s', async (_what, call) => {
  expect(await may(call)).toBe(false);
});
