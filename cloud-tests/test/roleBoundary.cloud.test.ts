import { beforeAll, expect, it } from 'vitest';
import { decide } from '../src/policies/evaluate.ts';
import {
  account,
  actionsOf,
  arnOf,
  listed,
  type Policy,
  policyOfScripts,
  prefix,
  type Resource,
  region,
  resourcesOfStacks,
} from '../src/policies/stacks.ts';

let boundary: Policy;
let resources: readonly Resource[] = [];
beforeAll(async () => {
  boundary = await policyOfScripts('boundary');
  resources = await resourcesOfStacks();
});

/** What the templates say of a resource's name in a policy: text, or one of CloudFormation's functions. */
type Value =
  | string
  | { readonly Ref: string }
  | { readonly 'Fn::GetAtt': readonly [string, string] }
  | { readonly 'Fn::Sub': string | readonly [string, object] };

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: Value | readonly Value[];
  readonly Condition?: unknown;
}
interface RolePolicy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}

const values: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::AccountId': account,
  UnitName: prefix,
  DataBucketName: `${prefix}-brain-databucket-1a2b`,
  ResultsBucketName: `${prefix}-brain-resultsbucket-1a2b`,
  FailedBucketName: `${prefix}-brain-failedbucket-1a2b`,
  FargateRepositoryName: `${prefix}-fargate`,
  CallbackSecretArn: `arn:aws:secretsmanager:${region}:${account}:secret:${prefix}/callback-AbCdEf`,
  Identity: 'mro@lab.example',
};
const services: Readonly<Record<string, string>> = { StepFunctions: 'states' };

function named(name: string, { stack }: Resource): string {
  if (values[name] !== undefined) return values[name];
  const found = resources.find((one) => one.stack === stack && one.name === name.replace(/\.Arn$/, ''));
  if (!found) throw new Error(`Nothing is named ${name}.`);
  const service = found.Type.split('::')[1]!;
  const arn = arnOf(services[service] ?? service.toLowerCase(), found);
  return service === 'Logs' ? `${arn}:log-stream:*` : arn;
}

/** A resource that the statement allows, with something where it allows anything. */
function example(value: Value, role: Resource): string {
  if (typeof value === 'string') return value;
  if ('Ref' in value) return named(value.Ref, role);
  if ('Fn::GetAtt' in value) return named(listed(value['Fn::GetAtt']).join('.'), role);
  const text = listed<unknown>(value['Fn::Sub'])[0] as string;
  const filled = text.replace(/\$\{([\w:.]+)\}/g, (_all, name: string) => named(name, role));
  return filled
    .replace(/(:execution:[\w-]+)\/\*/, '$1/slices:x')
    .replace('iam::*:', 'iam::222222222222:')
    .replaceAll('*', 'x');
}

/** Policies that are there only under a condition are there. */
const policiesOf = (role: Resource): RolePolicy[] =>
  (role.Properties.Policies as (RolePolicy | { 'Fn::If': [string, RolePolicy, unknown] })[]).map((one) =>
    'Fn::If' in one ? one['Fn::If'][1] : one,
  );
const roles = (): Resource[] => resources.filter(({ Type }) => Type === 'AWS::IAM::Role');

const within = async (action: string, resource: string): Promise<boolean> => {
  const context: Record<string, string> =
    action === 'iam:PassRole' ? { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } : {};
  const principal = `arn:aws:iam::${account}:role/${prefix}-brain-BrainRole-1A2B`;
  return (await decide({ principal, account, action, resource, context }, [boundary])) === 'Allowed';
};

it('is put around every role of the stacks', () => {
  expect(roles()).toHaveLength(7);
  for (const { Properties } of roles())
    expect(Properties.PermissionsBoundary).toEqual({
      'Fn::If': ['HasBoundary', { Ref: 'RoleBoundaryArn' }, { Ref: 'AWS::NoValue' }],
    });
  expect(JSON.stringify(boundary).length).toBeLessThan(6144);
});

it('holds what the roles may do, and no action besides', async () => {
  const outside: string[] = [];
  const given = new Set<string>();
  for (const role of roles()) {
    for (const { PolicyDocument } of policiesOf(role)) {
      for (const { Action, Resource } of PolicyDocument.Statement) {
        for (const action of listed(Action)) {
          given.add(action);
          for (const value of listed<Value>(Resource)) {
            const resource = example(value, role);
            if (!(await within(action, resource))) outside.push(`${role.name}: ${action} on ${resource}`);
          }
        }
      }
    }
  }
  expect(outside).toEqual([]);
  // Keys that AWS manages for tables and secrets are open to the account's roles by their own policies alone, which a
  // boundary limits too.
  const besides = actionsOf(boundary).filter((action) => !given.has(action));
  expect(besides.every((action) => action.startsWith('kms:'))).toBe(true);
  expect([...given].filter((action) => !actionsOf(boundary).includes(action))).toEqual([]);
});

it.each([
  ['iam:CreateRole', `arn:aws:iam::${account}:role/${prefix}-brain-Another-1A2B`],
  ['iam:PassRole', `arn:aws:iam::${account}:role/${prefix}-cloudformation`],
  ['s3:GetObject', 'arn:aws:s3:::somebody-elses/data'],
  ['s3:PutObject', `arn:aws:s3:::${prefix}-deploy-${account}-${region}/code`],
  ['sts:AssumeRole', `arn:aws:iam::${account}:role/${prefix}-github-deploy`],
  ['secretsmanager:GetSecretValue', `arn:aws:secretsmanager:${region}:${account}:secret:other-AbCdEf`],
  ['dynamodb:GetItem', `arn:aws:dynamodb:${region}:${account}:table/other`],
])('does not hold %s on %s', async (action, resource) => {
  expect(await within(action, resource)).toBe(false);
});
