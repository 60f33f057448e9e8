import { readFileSync } from 'node:fs';
import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Account, administratorOf } from '../../cloud-tests/src/accounts.ts';
import { makeNetwork } from '../../cloud-tests/src/operatorStacks.ts';
import { createStack, packageTemplate, type Stack, type Template } from '../../cloud-tests/src/stacks.ts';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

let account: Account;
let template: Template;
let stack: Stack;

beforeAll(async () => {
  account = await administratorOf('123456789012');
  template = await packageTemplate(account, 'calculation/template.yaml', 'templates');
  stack = await createStack(account, 'calculation', template, {
    ...(await makeNetwork(account)),
    LambdaImageUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/mroptimum-lambda:1',
    FargateImageUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/mroptimum-fargate:1',
    DataBucketName: 'mro-data',
    ResultsBucketName: 'mro-results',
    FailedBucketName: 'mro-failed',
    CloudMrApiUrl: 'https://mroptimum.example.org',
    CallbackSecretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:callback-AbCdEf',
  });
});

describe('the stack of the calculation', () => {
  test('is created whole', () => {
    expect(Object.keys(stack.resources).sort()).toEqual(Object.keys(template.Resources).sort());
    expect(stack.outputs.StateMachineArn).toMatch(/:stateMachine:mroptimum-calculation$/);
  });

  test('has a state machine without open places', async () => {
    const states = new SFNClient(account);
    const { definition } = await states.send(
      new DescribeStateMachineCommand({ stateMachineArn: stack.outputs.StateMachineArn! }),
    );
    expect(definition).not.toContain('${');
    const names = [...(definition ?? '').matchAll(/function:([\w-]+)/g)].map(([, name]) => name);
    for (const name of ['PrepareFunction', 'CalculateFunction', 'FailFunction'])
      expect(names).toContain(stack.resources[name]);
  });

  test('gives no right to everything, but one that has no resource', async () => {
    const iam = new IAMClient(account);
    const wide: string[] = [];
    for (const [name, id] of Object.entries(stack.resources)) {
      if (template.Resources[name]?.Type !== 'AWS::IAM::Role') continue;
      const { PolicyNames } = await iam.send(new ListRolePoliciesCommand({ RoleName: id }));
      for (const PolicyName of PolicyNames!) {
        const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName: id, PolicyName }));
        const { Statement } = JSON.parse(decodeURIComponent(PolicyDocument!)) as { Statement: Statement[] };
        for (const { Action, Resource } of Statement) {
          expect([Action].flat().join()).not.toContain('*');
          if ([Resource].flat().includes('*')) wide.push(...[Action].flat());
        }
      }
    }
    expect(wide).toEqual(['ecr:GetAuthorizationToken']);
  });

  test('keeps logs for a time, and a letter of every callback that is lost', () => {
    const text = readFileSync(new URL('../template.yaml', import.meta.url), 'utf8');
    expect(text.match(/RetentionInDays/g)?.length).toBe(text.match(/AWS::Logs::LogGroup/g)?.length);
    expect(template.Resources.CallbackRetries?.Type).toBe('AWS::Lambda::EventInvokeConfig');
    expect(template.Resources.LostCallbacks?.Type).toBe('AWS::CloudWatch::Alarm');
  });
});
