import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import { administratorOf } from '../src/accounts.ts';
import { environmentOf, type Invocation, runCompute, stateMachineCalls } from '../src/compute.ts';
import { configureMoto, emptyMoto } from '../src/moto.ts';

const sub = (name: string): string => `$\{${name}}`;
const definition = {
  StartAt: 'Function',
  States: {
    Function: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: sub('Function'), 'Payload.$': '$' },
      OutputPath: '$.Payload',
      Catch: [{ ErrorEquals: ['Refused'], Next: 'Container' }],
      End: true,
    },
    Container: {
      Type: 'Task',
      Resource: 'arn:aws:states:::ecs:runTask.sync',
      Parameters: {
        Cluster: 'cluster',
        TaskDefinition: sub('Task'),
        LaunchType: 'FARGATE',
        NetworkConfiguration: { AwsvpcConfiguration: { Subnets: [sub('Subnet')] } },
        Overrides: { ContainerOverrides: [{ Name: 'main', Environment: [{ Name: 'KEY', Value: 'given' }] }] },
      },
      End: true,
    },
  },
};
const template = {
  Resources: {
    Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs22.x',
        Handler: 'work.handler',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: { ZipFile: 'none' },
        Environment: {
          Variables: { SECRET: { Ref: 'Secret' }, HOST: { 'Fn::GetAtt': ['Site', 'DomainName'] } },
        },
      },
    },
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: 'old' } },
    Site: { Type: 'AWS::CloudFront::Distribution', Properties: {} },
    Bucket: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketName: 'second-bucket',
        NotificationConfiguration: {
          LambdaConfigurations: [
            {
              Event: 's3:ObjectCreated:*',
              Function: { 'Fn::GetAtt': ['Function', 'Arn'] },
              Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'results/' }] } },
            },
          ],
        },
      },
    },
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
    Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: '10.0.0.0/24' } },
    Cluster: { Type: 'AWS::ECS::Cluster', Properties: { ClusterName: 'cluster' } },
    Task: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: {
        Family: 'work',
        NetworkMode: 'awsvpc',
        ContainerDefinitions: [
          { Name: 'main', Image: 'none', Memory: 512, Environment: [{ Name: 'MODE', Value: 'mode2' }] },
        ],
      },
    },
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: 'machine',
        RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
        DefinitionString: { 'Fn::Sub': JSON.stringify(definition) },
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['aws.states'], detail: { status: ['FAILED'] } },
        Targets: [{ Id: 'one', Arn: { 'Fn::GetAtt': ['Function', 'Arn'] } }],
      },
    },
    Registration: {
      Type: 'Custom::Registration',
      Properties: { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] }, Machine: { Ref: 'Machine' } },
    },
  },
  Outputs: { Given: { Value: { 'Fn::GetAtt': ['Registration', 'Id'] } } },
};

/** What CloudFormation is answered by a custom resource. */
async function answer(event: Record<string, unknown>): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  await fetch(String(event.ResponseURL), {
    method: 'PUT',
    body: JSON.stringify({
      Status: 'SUCCESS',
      PhysicalResourceId: 'unit',
      StackId,
      RequestId,
      LogicalResourceId,
      Data: { Id: 'unit-1' },
    }),
  });
}

it('runs functions and containers of a second account in this process', async () => {
  await configureMoto({ executeStateMachines: true });
  const second = await administratorOf('222222222222');
  const seen: Invocation[] = [];
  await using compute = await runCompute({
    runFunction: async (invocation) => {
      seen.push(invocation);
      const event = invocation.event as Record<string, unknown>;
      if (event.RequestType !== undefined) return answer(event);
      if (event.refuse) throw Object.assign(new Error('no'), { name: event.refuse });
      return { echoed: event };
    },
    runTask: async (task) =>
      environmentOf(task).KEY === 'given' ? { exitCode: 3, reason: 'no' } : { exitCode: 0 },
  });

  const stacks = new CloudFormationClient(second);
  await stacks.send(new CreateStackCommand({ StackName: 'one', TemplateBody: JSON.stringify(template) }));
  const [made] = (await stacks.send(new DescribeStacksCommand({ StackName: 'one' }))).Stacks ?? [];
  expect(made).toMatchObject({ StackStatus: 'CREATE_COMPLETE', Outputs: [{ OutputValue: 'unit-1' }] });
  const registration = seen[0]!;
  expect(registration).toMatchObject({ account: '222222222222', handler: 'work.handler', waits: false });
  expect(registration.event).toMatchObject({
    ResourceProperties: { Machine: expect.stringContaining(':222222222222:') },
  });
  const secret = new GetSecretValueCommand({ SecretId: registration.environment.SECRET });
  expect((await new SecretsManagerClient(second).send(secret)).SecretString).toBe('old');

  seen.length = 0;
  const bucket = { Bucket: 'second-bucket', Body: 'x' };
  await new S3Client(second).send(new PutObjectCommand({ ...bucket, Key: 'other/one' }));
  await new S3Client(second).send(new PutObjectCommand({ ...bucket, Key: 'results/a b.zip' }));
  await compute.idle();
  expect(seen.map(({ event }) => event)).toMatchObject([
    { Records: [{ s3: { bucket: { name: 'second-bucket' }, object: { key: 'results%2Fa+b.zip' } } }] },
  ]);

  const machines = new SFNClient(second);
  const stateMachineArn = (registration.event as { ResourceProperties: { Machine: string } })
    .ResourceProperties.Machine;
  const end = async (name: string, input: object) => {
    const { executionArn } = await machines.send(
      new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
    );
    const describe = () => machines.send(new DescribeExecutionCommand({ executionArn }));
    await expect.poll(async () => (await describe()).status, { timeout: 20_000 }).not.toBe('RUNNING');
    return describe();
  };
  expect(await end('good', { value: 1 })).toMatchObject({
    status: 'SUCCEEDED',
    output: '{"echoed": {"value": 1}}',
  });
  expect(await end('bad', { refuse: 'Other' })).toMatchObject({ status: 'FAILED', error: 'Other' });
  const failed = await end('container', { refuse: 'Refused' });
  expect(failed).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
  expect(failed.cause).toContain('"ExitCode": 3');
  await compute.idle();
  expect(seen.map(({ event }) => event)).toContainEqual(
    expect.objectContaining({
      source: 'aws.states',
      detail: expect.objectContaining({ name: 'bad', status: 'FAILED' }),
    }),
  );
  const calls = (await stateMachineCalls()).map(({ call }) => call);
  expect(calls).toEqual(expect.arrayContaining(['lambda:Invoke', 'ecs:RunTask', 'ecs:DescribeTasks']));

  seen.length = 0;
  await stacks.send(new DeleteStackCommand({ StackName: 'one' }));
  expect(seen).toMatchObject([{ event: { RequestType: 'Delete', PhysicalResourceId: 'unit' } }]);
});

it('tries events again, and keeps those that fail at every attempt', async () => {
  let attempts = 0;
  await using compute = await runCompute({
    runFunction: async () => {
      attempts += 1;
      throw new Error('no');
    },
  });
  await emptyMoto();
  const third = await administratorOf('333333333333');
  const { Registration: _none, ...Resources } = template.Resources;
  const TemplateBody = JSON.stringify({ Resources });
  await new CloudFormationClient(third).send(new CreateStackCommand({ StackName: 'two', TemplateBody }));
  await new S3Client(third).send(
    new PutObjectCommand({ Bucket: 'second-bucket', Key: 'results/x', Body: 'x' }),
  );
  await expect.poll(() => compute.deadLetters.length).toBe(1);
  expect(attempts).toBe(3);
});
