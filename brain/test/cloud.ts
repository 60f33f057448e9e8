import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { MroError } from '@mroptimum/contract';
import { type Account, administratorOf } from '../../cloud-tests/src/accounts.ts';
import { readEnvironment } from '../src/cloud/environment.ts';
import { openCloudPlatform } from '../src/cloud/platform.ts';
import { createLog } from '../src/http/log.ts';
import type { RoleRequest } from '../src/providers/aws/roles.ts';
import { createTables } from '../src/providers/dynamodb/testing.ts';
import { openGate } from '../src/providers/s3/gate.ts';

export const region = 'us-east-1';
export const origin = 'https://brain.example';

/** What a unit has in an account: its state machine and its buckets. */
export interface Place {
  readonly account: Account;
  readonly awsAccountId: string;
  readonly stateMachineArn: string;
  readonly dataBucket: string;
  readonly resultsBucket: string;
  readonly failedBucket: string;
}

/** Makes what the stack of a unit makes, in an account of its own. */
export async function makePlace(awsAccountId: string): Promise<Place> {
  const account = await administratorOf(awsAccountId, region);
  const prefix = `mro-${randomUUID().slice(0, 8)}`;
  const s3 = new S3Client({ ...account, forcePathStyle: true });
  const buckets = {
    dataBucket: `${prefix}-data`,
    resultsBucket: `${prefix}-results`,
    failedBucket: `${prefix}-failed`,
  };
  for (const Bucket of Object.values(buckets)) await s3.send(new CreateBucketCommand({ Bucket }));
  const { stateMachineArn } = await new SFNClient(account).send(
    new CreateStateMachineCommand({
      name: `${prefix}-calculation`,
      roleArn: `arn:aws:iam::${awsAccountId}:role/states`,
      definition: JSON.stringify({
        StartAt: 'Wait',
        States: { Wait: { Type: 'Wait', Seconds: 1, End: true } },
      }),
    }),
  );
  return { account, awsAccountId, stateMachineArn: stateMachineArn!, ...buckets };
}

/** Roles of accounts as their trust policies have them. */
interface Trust {
  readonly account: Account;
  /** Undefined: lets in whoever asks. */
  externalId: string | undefined;
}

/**
 * The brain in the cloud, on moto: tables, buckets, secrets, and STS as trust policies make it (moto itself lets
 * everybody in).
 */
export async function openCloud(endpoint: string, clock: () => Date = () => new Date()) {
  const gate = await openGate(endpoint, () => clock().getTime());
  const home = await makePlace('123456789012');
  const admin = home.account;
  gate.trust(admin.credentials.accessKeyId, admin.credentials.secretAccessKey);
  process.env.AWS_ACCESS_KEY_ID = admin.credentials.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = admin.credentials.secretAccessKey;
  const tables = await createTables(admin);
  const secrets = new SecretsManagerClient(admin);
  const prefix = randomUUID().slice(0, 8);
  await secrets.send(new CreateSecretCommand({ Name: `${prefix}-links`, SecretString: 'of the test' }));
  await secrets.send(new CreateSecretCommand({ Name: `${prefix}-keys` }));
  await new SESv2Client(admin).send(new CreateEmailIdentityCommand({ EmailIdentity: 'mro@lab.example' }));
  const environment = {
    ORIGIN: origin,
    USERS_TABLE: tables.users,
    DATA_TABLE: tables.data,
    UNITS_TABLE: tables.units,
    PIPELINES_TABLE: tables.pipelines,
    DATA_BUCKET: home.dataBucket,
    RESULTS_BUCKET: home.resultsBucket,
    FAILED_BUCKET: home.failedBucket,
    LINK_SECRET: `${prefix}-links`,
    SIGNING_KEYS_SECRET: `${prefix}-keys`,
    MAIL_FROM: 'mro@lab.example',
  };
  const trusts = new Map<string, Trust>();
  const assumed: RoleRequest[] = [];
  const logged: string[] = [];
  const log = createLog({ destination: { write: (line) => void logged.push(line) } });
  const platform = await openCloudPlatform(readEnvironment(environment), log, {
    clock,
    s3: { endpoint: gate.address, forcePathStyle: true },
    roles: {
      assume: async (request) => {
        assumed.push(request);
        const trust = trusts.get(request.roleArn);
        if (!trust || (trust.externalId !== undefined && trust.externalId !== request.externalId))
          throw new MroError('MRO_BRAIN_UNIT', 'Not let in.', { details: { denied: true } });
        const { accessKeyId, secretAccessKey } = trust.account.credentials;
        gate.trust(accessKeyId, secretAccessKey);
        return { accessKeyId, secretAccessKey, expiration: new Date(clock().getTime() + 3600_000) };
      },
    },
  });
  const ask = async (
    method: string,
    path: string,
    options: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
  ) => {
    const response = await platform.app.request(`/api${path}`, {
      method,
      headers: {
        ...(options.token !== undefined && { Authorization: `Bearer ${options.token}` }),
        ...(options.body !== undefined && { 'Content-Type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body !== undefined && {
        body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body),
      }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    return {
      status: response.status,
      body: (isJson ? JSON.parse(text) : { text }) as Record<string, unknown>,
    };
  };
  return { ...platform, gate, home, environment, trusts, assumed, logged, ask, close: () => gate.close() };
}
