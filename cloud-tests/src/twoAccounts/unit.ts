import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Account } from '../accounts.ts';
import { root } from '../python.ts';
import { createStack, type Stack } from '../stacks.ts';

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

/** What deploy-mode2.sh does with the account, without its words: code, token, stack. */
export async function deployUnit(request: UnitRequest): Promise<Stack> {
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
  const template = await readFile(join(root, 'mode2-deployment/template-mode2.yaml'), 'utf8');
  return createStack(account, 'mroptimum', template, values);
}
