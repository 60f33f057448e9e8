import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readEnvironment } from '../../../brain/src/cloud/environment.ts';
import { type CloudPlatform, openCloudPlatform } from '../../../brain/src/cloud/platform.ts';
import { createLog } from '../../../brain/src/http/log.ts';
import { stsRoles } from '../../../brain/src/providers/aws/roles.ts';
import { createTables } from '../../../brain/src/providers/dynamodb/testing.ts';
import { type Account, administratorOf } from '../accounts.ts';
import { type ServedBrain, serveBrain } from '../brain.ts';
import type { Guard } from '../policies/guard.ts';

export const operatorId = '111111111111';
export const brainRoleArn = `arn:aws:iam::${operatorId}:role/mroptimum/brain`;
const buckets = { data: 'operator-data', results: 'operator-results', failed: 'operator-failed' };

export interface Operator {
  readonly account: Account;
  readonly platform: CloudPlatform;
  readonly served: ServedBrain;
  readonly logged: readonly string[];
}

const allow = (Action: readonly string[], Resource: string | readonly string[]) => ({
  Effect: 'Allow',
  Action,
  Resource,
});

/**
 * The operator's account: tables, buckets, secrets, and the server with its role. Everything the server calls goes through
 * the guard with the keys of that role.
 */
export async function openOperator(guard: Guard): Promise<Operator> {
  const account = await administratorOf(operatorId);
  const s3 = new S3Client(account);
  for (const Bucket of Object.values(buckets)) await s3.send(new CreateBucketCommand({ Bucket }));
  const secrets = new SecretsManagerClient(account);
  const { ARN: links } = await secrets.send(
    new CreateSecretCommand({ Name: 'links', SecretString: 'of the test' }),
  );
  const { ARN: keys } = await secrets.send(new CreateSecretCommand({ Name: 'keys' }));
  const tables = await createTables(account);
  await makeRole(account, Object.values(tables), [links!, keys!]);

  const own = await guard.keysOf(brainRoleArn);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: guard.url,
    AWS_ACCESS_KEY_ID: own.accessKeyId,
    AWS_SECRET_ACCESS_KEY: own.secretAccessKey,
    AWS_SESSION_TOKEN: own.sessionToken,
  });
  const logged: string[] = [];
  const environment = readEnvironment({
    ORIGIN: 'http://brain.test',
    USERS_TABLE: tables.users,
    DATA_TABLE: tables.data,
    UNITS_TABLE: tables.units,
    PIPELINES_TABLE: tables.pipelines,
    DATA_BUCKET: buckets.data,
    RESULTS_BUCKET: buckets.results,
    FAILED_BUCKET: buckets.failed,
    LINK_SECRET: links,
    SIGNING_KEYS_SECRET: keys,
    BRAIN_ROLE_ARN: brainRoleArn,
    REGISTRATION: 'open',
  });
  const log = createLog({ destination: { write: (line) => void logged.push(line) } });
  const platform = await openCloudPlatform(environment, log, {
    s3: { endpoint: guard.url, forcePathStyle: true },
    sfn: { endpoint: guard.url },
    roles: stsRoles({ endpoint: guard.url, region: account.region }),
  });
  return { account, platform, served: await serveBrain(platform), logged };
}

async function makeRole(
  account: Account,
  tables: readonly string[],
  secrets: readonly string[],
): Promise<void> {
  const iam = new IAMClient(account);
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'brain',
      Path: '/mroptimum/',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
    }),
  );
  const Statement = [
    allow(
      [
        'GetItem',
        'BatchGetItem',
        'PutItem',
        'UpdateItem',
        'DeleteItem',
        'Query',
        'ConditionCheckItem',
        'BatchWriteItem',
      ].map((name) => `dynamodb:${name}`),
      tables.map((table) => `arn:aws:dynamodb:${account.region}:${operatorId}:table/${table}`),
    ),
    allow(
      ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      Object.values(buckets).map((name) => `arn:aws:s3:::${name}/*`),
    ),
    allow(['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'], secrets),
    allow(['sts:AssumeRole'], 'arn:aws:iam::*:role/mroptimum/*'),
  ];
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'brain',
      PolicyName: 'server',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    }),
  );
}
