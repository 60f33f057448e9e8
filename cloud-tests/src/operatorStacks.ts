import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Account } from './accounts.ts';
import { createStack, packageTemplate, type Stack, stackOf, type Values } from './stacks.ts';

export const brainStack = 'mroptimum-brain';

/** The stack of the server. */
export async function createBrain(account: Account, values: Values = {}): Promise<Stack> {
  const Bucket = `code-${account.id}`;
  const template = await packageTemplate(account, 'brain/template.yaml', Bucket);
  const s3 = new S3Client({ ...account, forcePathStyle: true });
  await s3.send(new PutObjectCommand({ Bucket, Key: 'dist', Body: 'code' }));
  return createStack(account, brainStack, template, values);
}

/** The root stack of mode 1 and the calculation nested in it. */
export interface Mode1Stacks {
  readonly root: Stack;
  readonly calculation: Stack;
  /** Of the secret that signs callbacks; empty as yet. */
  readonly callbackSecretArn: string;
}

/** What deploy.yml does after the server is there: a secret, and the root stack in a network of the account. */
export async function createMode1(
  account: Account,
  { apiUrl, brainStack: beside = brainStack }: { readonly apiUrl: string; readonly brainStack?: string },
): Promise<Mode1Stacks> {
  const ec2 = new EC2Client(account);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const subnets = ['10.0.0.0/24', '10.0.1.0/24'].map(async (CidrBlock) => {
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: Vpc!.VpcId, CidrBlock }));
    return Subnet!.SubnetId!;
  });
  const secret = new CreateSecretCommand({
    Name: `mroptimum/callback-of-${beside}`,
    SecretString: 'none yet',
  });
  const callbackSecretArn = (await new SecretsManagerClient(account).send(secret)).ARN!;
  const registry = `${account.id}.dkr.ecr.${account.region}.amazonaws.com`;
  const template = await packageTemplate(account, 'template.yaml', `templates-${account.id}`);
  const root = await createStack(account, `mroptimum-beside-${beside}`, template, {
    BrainStackName: beside,
    LambdaImageUri: `${registry}/mroptimum-lambda:1`,
    FargateImageUri: `${registry}/mroptimum-fargate:1`,
    CloudMrApiUrl: apiUrl,
    CallbackSecretArn: callbackSecretArn,
    VpcId: Vpc!.VpcId!,
    SubnetIds: (await Promise.all(subnets)).join(','),
  });
  return { root, calculation: await stackOf(account, root.resources.Calculation!), callbackSecretArn };
}
