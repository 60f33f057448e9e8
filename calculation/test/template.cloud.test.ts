import { readFileSync } from 'node:fs';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, test } from 'vitest';
import { samTransform } from '../../cloud-tests/src/python.ts';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

const resources = new Map<string, { readonly type: string; readonly id: string }>();
let outputs: Readonly<Record<string, string>>;

beforeAll(async () => {
  const ec2 = new EC2Client({});
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const subnets = await Promise.all(
    ['10.0.0.0/24', '10.0.1.0/24'].map((CidrBlock) =>
      ec2.send(new CreateSubnetCommand({ VpcId: Vpc!.VpcId, CidrBlock })),
    ),
  );
  const parameters = {
    LambdaImageUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/mroptimum-lambda:1',
    FargateImageUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/mroptimum-fargate:1',
    DataBucketName: 'mro-data',
    ResultsBucketName: 'mro-results',
    FailedBucketName: 'mro-failed',
    CloudMrApiUrl: 'https://mroptimum.example.org',
    CallbackSecretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:callback-AbCdEf',
    VpcId: Vpc!.VpcId!,
    SubnetIds: subnets.map(({ Subnet }) => Subnet!.SubnetId!).join(','),
  };
  const template = await samTransform('calculation/template.yaml', parameters);
  const cloud = new CloudFormationClient({});
  await cloud.send(
    new CreateStackCommand({
      StackName: 'calculation',
      TemplateBody: JSON.stringify(template),
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );
  const { Stacks } = await cloud.send(new DescribeStacksCommand({ StackName: 'calculation' }));
  expect(Stacks![0]!.StackStatus).toBe('CREATE_COMPLETE');
  outputs = Object.fromEntries(
    Stacks![0]!.Outputs!.map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]),
  );
  const { StackResources } = await cloud.send(
    new DescribeStackResourcesCommand({ StackName: 'calculation' }),
  );
  for (const { LogicalResourceId, ResourceType, PhysicalResourceId } of StackResources!)
    resources.set(LogicalResourceId!, { type: ResourceType!, id: PhysicalResourceId! });
});

describe('the stack of the calculation', () => {
  test('is created whole', () => {
    const types = new Set([...resources.values()].map(({ type }) => type));
    for (const type of [
      'Lambda::Function',
      'StepFunctions::StateMachine',
      'ECS::TaskDefinition',
      'SQS::Queue',
      'Events::Rule',
    ])
      expect(types).toContain(`AWS::${type}`);
    expect(outputs.StateMachineArn).toMatch(/:stateMachine:mroptimum-calculation$/);
  });

  test('has a state machine without open places', async () => {
    const states = new SFNClient({});
    const { definition } = await states.send(
      new DescribeStateMachineCommand({ stateMachineArn: outputs.StateMachineArn! }),
    );
    expect(definition).not.toContain('${');
    const names = [...(definition ?? '').matchAll(/function:([\w-]+)/g)].map(([, name]) => name);
    for (const name of ['PrepareFunction', 'CalculateFunction', 'FailFunction'])
      expect(names).toContain(resources.get(name)!.id);
  });

  test('gives no right to everything, but one that has no resource', async () => {
    const iam = new IAMClient({});
    const wide: string[] = [];
    for (const { type, id } of resources.values()) {
      if (type !== 'AWS::IAM::Role') continue;
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
    const template = readFileSync(new URL('../template.yaml', import.meta.url), 'utf8');
    expect(template.match(/RetentionInDays/g)?.length).toBe(template.match(/AWS::Logs::LogGroup/g)?.length);
    expect(resources.get('CallbackRetries')?.type).toBe('AWS::Lambda::EventInvokeConfig');
    expect(resources.get('LostCallbacks')?.type).toBe('AWS::CloudWatch::Alarm');
  });
});
