import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Account } from './accounts.ts';
import { samTransform } from './python.ts';

/** A stack that was created whole. */
export interface Stack {
  readonly id: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Physical ids by the names of the template. */
  readonly resources: Readonly<Record<string, string>>;
}

export type Values = Readonly<Record<string, string>>;

/** A template after the SAM transform, as far as its nested stacks go. */
export interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>
  >;
}

const client = (account: Account): CloudFormationClient =>
  // Custom resources answer when their functions have run.
  new CloudFormationClient({ ...account, requestHandler: { requestTimeout: 120_000 }, maxAttempts: 1 });

/** @throws Error for a stack that does not become complete */
export async function createStack(
  account: Account,
  name: string,
  template: object | string,
  values: Values,
): Promise<Stack> {
  await client(account).send(
    new CreateStackCommand({
      StackName: name,
      TemplateBody: typeof template === 'string' ? template : JSON.stringify(template),
      Parameters: Object.entries(values).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );
  return stackOf(account, name);
}

/** A stack by its name, a nested one by its id. @throws Error for one that is not complete */
export async function stackOf(account: Account, name: string): Promise<Stack> {
  const { Stacks } = await client(account).send(new DescribeStacksCommand({ StackName: name }));
  const status = Stacks?.[0]?.StackStatus;
  if (status !== 'CREATE_COMPLETE') throw new Error(`The stack ${name} is ${status}.`);
  const { StackResources } = await client(account).send(
    new DescribeStackResourcesCommand({ StackName: name }),
  );
  return {
    id: Stacks![0]!.StackId!,
    outputs: Object.fromEntries(
      (Stacks?.[0]?.Outputs ?? []).map((one) => [one.OutputKey!, one.OutputValue!]),
    ),
    resources: Object.fromEntries(
      (StackResources ?? []).map((one) => [one.LogicalResourceId!, one.PhysicalResourceId!]),
    ),
  };
}

/**
 * A template of the tree after the SAM transform, its nested templates in a bucket of the account and named by their
 * addresses there, as `sam package` leaves them.
 */
export async function packageTemplate(account: Account, path: string, bucket: string): Promise<Template> {
  const template = (await samTransform(path, {}, bucket)) as unknown as Template;
  const s3 = new S3Client({ ...account, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::CloudFormation::Stack') continue;
    const place = String(Properties.TemplateURL);
    const nested = await packageTemplate(account, place, bucket);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: place, Body: JSON.stringify(nested) }));
    Properties.TemplateURL = `https://s3.${account.region}.amazonaws.com/${bucket}/${place}`;
  }
  return template;
}
