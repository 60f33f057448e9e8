import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Account } from '../accounts.ts';
import { root } from '../python.ts';

export interface UnitRequest {
  readonly account: Account;
  readonly brainUrl: string;
  readonly brainRoleArn: string;
  readonly externalId: string;
  /** Token of the server for the registration. */
  readonly token: string;
  /** Folder of functions.zip and statemachine.asl.json. */
  readonly packed: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface UnitStack {
  readonly outputs: Readonly<Record<string, string>>;
  /** Physical ids by the names of the template. */
  readonly resources: Readonly<Record<string, string>>;
}

/** What deploy-mode2.sh does with the account, without its words: code, token, stack. */
export async function deployUnit(request: UnitRequest): Promise<UnitStack> {
  const { account, packed } = request;
  const s3 = new S3Client(account);
  await s3.send(new CreateBucketCommand({ Bucket: 'unit-code' }));
  for (const Key of ['functions.zip', 'statemachine.asl.json']) {
    await s3.send(
      new PutObjectCommand({ Bucket: 'unit-code', Key, Body: await readFile(join(packed, Key)) }),
    );
  }
  const secret = new CreateSecretCommand({ Name: 'mroptimum/server-token', SecretString: request.token });
  const { ARN } = await new SecretsManagerClient(account).send(secret);
  const values: Record<string, string> = {
    BrainUrl: request.brainUrl,
    BrainRoleArn: request.brainRoleArn,
    ExternalId: request.externalId,
    TokenSecretArn: ARN!,
    CodeBucket: 'unit-code',
    CodeKey: 'functions.zip',
    DefinitionKey: 'statemachine.asl.json',
    FargateImage: 'public.ecr.aws/example/mroptimum-fargate:1',
    ...request.parameters,
  };
  const stacks = new CloudFormationClient({
    ...account,
    requestHandler: { requestTimeout: 120_000 },
    maxAttempts: 1,
  });
  const StackName = 'mroptimum';
  await stacks.send(
    new CreateStackCommand({
      StackName,
      TemplateBody: await readFile(join(root, 'mode2-deployment/template-mode2.yaml'), 'utf8'),
      Parameters: Object.entries(values).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
    }),
  );
  const { Stacks } = await stacks.send(new DescribeStacksCommand({ StackName }));
  const { StackResources } = await stacks.send(new DescribeStackResourcesCommand({ StackName }));
  return {
    outputs: Object.fromEntries(
      (Stacks?.[0]?.Outputs ?? []).map((one) => [one.OutputKey!, one.OutputValue!]),
    ),
    resources: Object.fromEntries(
      (StackResources ?? []).map((one) => [one.LogicalResourceId!, one.PhysicalResourceId!]),
    ),
  };
}
