import { beforeAll, expect, it } from 'vitest';
import { decide } from '../src/policies/evaluate.ts';
import { type Handlers, handlersOf, unusedFeatures } from '../src/policies/handlers.ts';
import { runProgram, samTransform } from '../src/python.ts';

const account = '111111111111';
const region = 'us-east-1';
const prefix = 'lab-snr';
const principal = `arn:aws:iam::${account}:role/${prefix}-cloudformation`;
/** As CloudFormation names the stacks. */
const stacks: Readonly<Record<string, string>> = {
  'template.yaml': `${prefix}-calculation`,
  'calculation/template.yaml': `${prefix}-calculation-Calculation-1ABCDEFGHIJK`,
  'brain/template.yaml': `${prefix}-brain`,
};

interface Resource {
  readonly stack: string;
  readonly name: string;
  readonly Type: string;
  readonly DeletionPolicy?: string;
}
let resources: Resource[] = [];
let handlers: Readonly<Record<string, Handlers>> = {};
let policy: { Statement: { Sid: string; Action: string | string[] }[] };

beforeAll(async () => {
  const transformed = await Promise.all(
    Object.entries(stacks).map(async ([path, stack]) => {
      const { Resources } = (await samTransform(path)) as {
        Resources: Record<string, Omit<Resource, 'name'>>;
      };
      return Object.entries(Resources).map(([name, resource]) => ({ ...resource, stack, name }));
    }),
  );
  resources = transformed.flat();
  handlers = await handlersOf([...new Set(resources.map(({ Type }) => Type))]);
  const { stdout } = await runProgram('bash', [
    '-c',
    `source scripts/lib/mode1.sh; account=${account} region=${region} prefix=${prefix}; policy cloudformation`,
  ]);
  policy = JSON.parse(stdout) as typeof policy;
});

const listed = (value: string | string[]): string[] => (Array.isArray(value) ? value : [value]);
const actionsOf = (sid: string): string[] =>
  listed(policy.Statement.find(({ Sid }) => Sid === sid)?.Action ?? []);

/** Names that CloudFormation gives, or that the templates do. */
function arnOf(service: string, { stack, name, Type }: Resource): string {
  const arn = (rest: string, of = `${region}:${account}`): string => `arn:aws:${service}:${of}:${rest}`;
  const unique = `${stack}-${name}-1A2B3C4D5E6F`;
  switch (service) {
    case 's3':
      if (Type.startsWith('AWS::S3')) return arn(unique.replace('Policy-', '-').toLowerCase(), ':');
      return arn(`${prefix}-deploy-${account}-${region}/0123456789abcdef`, ':');
    case 'iam':
      return arn(
        `role/${Type === 'AWS::IAM::Role' ? unique : `${stack}-SomeRole-1A2B3C4D5E6F`}`,
        `:${account}`,
      );
    case 'lambda':
      return arn(`function:${unique}`);
    case 'sqs':
      return arn(unique);
    case 'events':
      return arn(`rule/${unique}`);
    case 'cloudwatch':
      return arn(`alarm:${unique}`);
    case 'dynamodb':
      return arn(`table/${unique}`);
    case 'states':
      return arn(`stateMachine:${prefix}-calculation`);
    case 'ecs':
      return arn(
        Type === 'AWS::ECS::Cluster' ? `cluster/${prefix}` : `task-definition/${prefix}-calculation:1`,
      );
    case 'ec2':
      return arn('security-group/sg-0123456789abcdef0');
    case 'logs': {
      const [, kind] = /^(Function|Task)Logs$/.exec(name) ?? [];
      return arn(`log-group:${kind ? `/mroptimum/${prefix}/${kind.toLowerCase()}s` : unique}`);
    }
    case 'secretsmanager':
      return arn(`secret:${name}-1A2B3C4D5E6F-AbCdEf`);
    case 'cloudformation':
      return arn(`stack/${unique}/11111111-2222-3333-4444-555555555555`);
    case 'apigateway':
      return arn('/apis/a1b2c3d4e5/stages', `${region}:`);
    default: {
      const kinds: Record<string, string> = {
        Distribution: 'distribution/E123',
        Function: `function/${stack}-paths`,
        OriginAccessControl: 'origin-access-control/E123',
        ResponseHeadersPolicy: 'response-headers-policy/1234',
      };
      return arn(kinds[Type.split('::')[2]!] ?? '', `:${account}`);
    }
  }
}

const linked: Readonly<Record<string, string>> = {
  'AWS::ECS::Cluster': 'ecs.amazonaws.com/AWSServiceRoleForECS',
};
const passedTo: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'lambda.amazonaws.com',
  'AWS::ECS::TaskDefinition': 'ecs-tasks.amazonaws.com',
  'AWS::StepFunctions::StateMachine': 'states.amazonaws.com',
};

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
  const context = action === 'iam:PassRole' ? { 'iam:PassedToService': passedTo[resource.Type]! } : undefined;
  const none = actionsOf('CallsWithoutAResource').includes(action);
  return { action, resource: none ? '*' : arnOf(service, resource), ...(context && { context }) };
}

interface Call {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

/** The evaluator knows the first version of the gateway's resources alone: its calls are compared by name. */
const may = async (call: Call): Promise<boolean> =>
  call.action.startsWith('apigateway:')
    ? actionsOf('Api').includes(call.action)
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
  const allowed = new Set(policy.Statement.flatMap(({ Action }) => listed(Action)));
  const unused = [...allowed].filter((action) => {
    const pattern = new RegExp(`^${action.toLowerCase().replaceAll('*', '.*')}$`);
    return ![...called].some((one) => pattern.test(one));
  });
  expect(unused.sort()).toEqual(Object.keys(besides).sort());
});

const role = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
it.each<[string, Call]>([
  ['change its own role', { action: 'iam:PutRolePolicy', resource: principal }],
  ['change the role of GitHub', { action: 'iam:PutRolePolicy', resource: role(`${prefix}-github-deploy`) }],
  ['change roles of others', { action: 'iam:UpdateAssumeRolePolicy', resource: role('administrator') }],
  [
    'give its roles to machines',
    {
      action: 'iam:PassRole',
      resource: role(`${prefix}-brain-BrainRole-1A2B`),
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
