import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  ListExportsCommand,
} from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { administratorOf } from '../src/accounts.ts';
import { createBrain, createMode1 } from '../src/operatorStacks.ts';
import { stackOf } from '../src/stacks.ts';

describe.each(['111111111111', '222222222222'])('in the account %s', (id) => {
  it('the root stack makes the calculation beside the server, with its buckets', async () => {
    const account = await administratorOf(id);
    const brain = await createBrain(account);
    const { root, calculation, callbackSecretArn } = await createMode1(account, {
      apiUrl: 'https://mroptimum.example',
    });
    expect(Object.keys(root.resources)).toEqual(['Calculation']);
    const nested = await stackOf(account, root.resources.Calculation!);
    expect(nested.resources).toEqual(calculation.resources);

    expect(root.outputs).toEqual(nested.outputs);
    expect(root.outputs.StateMachineArn).toBe(
      `arn:aws:states:us-east-1:${id}:stateMachine:mroptimum-calculation`,
    );
    expect(root.outputs.ClusterName).toBe('mroptimum');
    for (const name of ['PrepareFunction', 'CalculateRole', 'TaskDefinition', 'DeadLetters', 'BundlesAppear'])
      expect(nested.resources[name], name).toBeTruthy();

    const { Exports } = await new CloudFormationClient(account).send(new ListExportsCommand({}));
    const exported = Object.fromEntries((Exports ?? []).map(({ Name, Value }) => [Name, Value]));
    expect(exported).toMatchObject({
      'mroptimum-brain-DataBucketName': brain.outputs.DataBucketName,
      'mroptimum-brain-ResultsBucketName': brain.outputs.ResultsBucketName,
      'mroptimum-brain-FailedBucketName': brain.outputs.FailedBucketName,
      'mroptimum-brain-BrainRoleArn': brain.outputs.BrainRoleArn,
    });
    const { definition, roleArn } = await new SFNClient(account).send(
      new DescribeStateMachineCommand({ stateMachineArn: root.outputs.StateMachineArn }),
    );
    expect(roleArn).toBe(`arn:aws:iam::${id}:role/${nested.resources.StateMachineRole}`);
    expect(definition).not.toContain('${');
    expect(definition).toContain(`:${id}:function:${nested.resources.CalculateFunction}`);
    const { Environment } = await new LambdaClient(account).send(
      new GetFunctionConfigurationCommand({ FunctionName: nested.resources.CallbackFunction! }),
    );
    expect(Environment?.Variables).toMatchObject({
      ResultsBucketName: brain.outputs.ResultsBucketName,
      FailedBucketName: brain.outputs.FailedBucketName,
      CALLBACK_SECRET_ARN: callbackSecretArn,
      EXECUTION_MODE: 'mode1',
    });

    const stacks = new CloudFormationClient(account);
    await stacks.send(new DeleteStackCommand({ StackName: root.id }));
    const left = await stacks.send(new DescribeStacksCommand({}));
    expect(left.Stacks?.map(({ StackName }) => StackName)).toEqual(['mroptimum-brain']);
  });

  it('the root stack is refused beside no server', async () => {
    const account = await administratorOf(id);
    await expect(
      createMode1(account, { apiUrl: 'https://mroptimum.example', brainStack: 'another' }),
    ).rejects.toThrow(/another-DataBucketName/);
  });
});
