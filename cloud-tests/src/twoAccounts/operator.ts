import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readEnvironment } from '../../../brain/src/cloud/environment.ts';
import { type CloudPlatform, openCloudPlatform } from '../../../brain/src/cloud/platform.ts';
import { runTask } from '../../../brain/src/cloud/tasks.ts';
import { createLog } from '../../../brain/src/http/log.ts';
import { stsRoles } from '../../../brain/src/providers/aws/roles.ts';
import { type Account, administratorOf } from '../accounts.ts';
import { type ServedBrain, serveBrain } from '../brain.ts';
import { createBrain, createMode1, type Mode1Stacks } from '../operatorStacks.ts';
import type { Guard } from '../policies/guard.ts';
import type { Stack } from '../stacks.ts';
import { signIn } from './client.ts';

export const operatorId = '111111111111';

export interface Operator {
  readonly account: Account;
  /** The stack of the server. */
  readonly stack: Stack;
  readonly brainRoleArn: string;
  readonly platform: CloudPlatform;
  readonly served: ServedBrain;
}

/**
 * The operator's account: the stack of the server, and the server with the environment of its function. Everything it
 * calls goes through the guard, with the keys of the role that the stack made.
 */
export async function openOperator(guard: Guard): Promise<Operator> {
  const account = await administratorOf(operatorId);
  const stack = await createBrain(account, { Registration: 'open' });
  const { Environment, Role } = await new LambdaClient(account).send(
    new GetFunctionConfigurationCommand({ FunctionName: stack.outputs.ApiFunctionName }),
  );
  const own = await guard.keysOf(Role!);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: guard.url,
    AWS_ACCESS_KEY_ID: own.accessKeyId,
    AWS_SECRET_ACCESS_KEY: own.secretAccessKey,
    AWS_SESSION_TOKEN: own.sessionToken,
  });
  const log = createLog({ destination: { write: () => undefined } });
  const platform = await openCloudPlatform(readEnvironment(Environment!.Variables!), log, {
    s3: { endpoint: guard.url, forcePathStyle: true },
    sfn: { endpoint: guard.url },
    roles: stsRoles({ endpoint: guard.url, region: account.region }),
  });
  return { account, stack, brainRoleArn: Role!, platform, served: await serveBrain(platform) };
}

/** Deploys the calculation beside the server and registers it, as deploy.yml does: the unit's id and its stacks. */
export async function openMode1({ account, stack, platform, served }: Operator): Promise<{
  readonly unit: string;
  readonly stacks: Mode1Stacks;
}> {
  const stacks = await createMode1(account, { apiUrl: served.url });
  const email = 'operator@lab.example';
  const first = await runTask(platform.deps, { mroptimum: 'administrator', email });
  const administrator = await signIn(served.url, email, String(first.password));
  const { body } = await administrator.ask('POST', '/computing-unit/register', {
    mode: 'mode1',
    provider: 'aws',
    awsAccountId: operatorId,
    region: account.region,
    stateMachineArn: stacks.root.outputs.StateMachineArn,
    dataBucket: stack.outputs.DataBucketName,
    resultsBucket: stack.outputs.ResultsBucketName,
    failedBucket: stack.outputs.FailedBucketName,
    isDefault: true,
    isShared: true,
  });
  const { computingUnitId, callbackSecret } = body as { computingUnitId: string; callbackSecret: string };
  await new SecretsManagerClient(account).send(
    new PutSecretValueCommand({ SecretId: stacks.callbackSecretArn, SecretString: callbackSecret }),
  );
  return { unit: computingUnitId, stacks };
}
