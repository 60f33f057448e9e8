import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { administratorOf } from '../src/accounts.ts';
import { type Guard, type Keys, startGuard } from '../src/policies/guard.ts';

const brainRole = 'arn:aws:iam::111111111111:role/brain';
const unitRole = 'arn:aws:iam::222222222222:role/mroptimum/unit';
const externalId = 'of-this-account-alone';

let guard: Guard;
let secretArn = '';
beforeAll(async () => {
  const [first, second] = [await administratorOf('111111111111'), await administratorOf('222222222222')];
  const allow = (Action: string | string[], Resource: string, more: object = {}) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource, ...more }] });
  const trust = (AWS: string, more: object = {}) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole', ...more }],
    });
  const make = async (
    iam: IAMClient,
    RoleName: string,
    Path: string,
    Trust: string,
    PolicyDocument: string,
  ) => {
    await iam.send(new CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument: Trust }));
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'one', PolicyDocument }));
  };
  const assume = allow('sts:AssumeRole', 'arn:aws:iam::*:role/mroptimum/*');
  await make(new IAMClient(first), 'brain', '/', trust('arn:aws:iam::111111111111:root'), assume);
  await make(new IAMClient(first), 'stranger', '/', trust('arn:aws:iam::111111111111:root'), assume);
  await make(
    new IAMClient(second),
    'unit',
    '/mroptimum/',
    trust(brainRole, { Condition: { StringEquals: { 'sts:ExternalId': externalId } } }),
    allow(['s3:GetObject', 's3:PutObject'], 'arn:aws:s3:::unit-data/data/*'),
  );
  for (const Bucket of ['unit-data', 'unit-other'])
    await new S3Client(second).send(new CreateBucketCommand({ Bucket }));
  const secret = new CreateSecretCommand({ Name: 'one', SecretString: 'x' });
  secretArn = (await new SecretsManagerClient(second).send(secret)).ARN!;
  guard = await startGuard();
});
afterAll(() => guard[Symbol.asyncDispose]());

const with_ = (credentials: Keys) => ({
  endpoint: guard.url,
  region: 'us-east-1',
  credentials,
  maxAttempts: 1,
});
const assume = async (role: string, ExternalId?: string) => {
  const sts = new STSClient(with_(await guard.keysOf(role)));
  const command = {
    RoleArn: unitRole,
    RoleSessionName: 'test',
    ...(ExternalId !== undefined && { ExternalId }),
  };
  const { Credentials } = await sts.send(new AssumeRoleCommand(command));
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
  return { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! };
};

it.each([
  ['without the external id', brainRole, undefined],
  ['with a wrong one', brainRole, 'guess'],
  ['by another role, with the right one', 'arn:aws:iam::111111111111:role/stranger', externalId],
])('refuses to assume a role %s', async (_what, role, given) => {
  await expect(assume(role, given)).rejects.toMatchObject({ name: 'AccessDenied' });
});

it('lets a role do what its policies allow, and nothing else', async () => {
  const keys = await assume(brainRole, externalId);
  const s3 = new S3Client(with_(keys));
  const place = { Bucket: 'unit-data', Key: 'data/a b' };
  await s3.send(new PutObjectCommand({ ...place, Body: 'yes' }));
  const read = await s3.send(new GetObjectCommand(place));
  expect(await read.Body!.transformToString()).toBe('yes');
  const denied = { name: 'AccessDenied' };
  await expect(s3.send(new PutObjectCommand({ ...place, Key: 'jobs/a', Body: 'no' }))).rejects.toMatchObject(
    denied,
  );
  await expect(s3.send(new GetObjectCommand({ ...place, Bucket: 'unit-other' }))).rejects.toMatchObject(
    denied,
  );
  const secrets = new SecretsManagerClient(with_(keys));
  await expect(secrets.send(new GetSecretValueCommand({ SecretId: secretArn }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });

  const link = await getSignedUrl(s3, new GetObjectCommand(place));
  expect(await (await fetch(link)).text()).toBe('yes');
  const foreign = await getSignedUrl(s3, new GetObjectCommand({ ...place, Bucket: 'unit-other' }));
  expect((await fetch(foreign)).status).toBe(403);
  expect((await fetch(`${guard.url}/unit-data/data/a%20b`)).status).toBe(403);
  expect(
    guard.calls.filter(({ allowed }) => allowed).map(({ action, resource }) => `${action} ${resource}`),
  ).toEqual([
    `sts:AssumeRole ${unitRole}`,
    's3:PutObject arn:aws:s3:::unit-data/data/a b',
    's3:GetObject arn:aws:s3:::unit-data/data/a b',
    's3:GetObject arn:aws:s3:::unit-data/data/a b',
  ]);

  guard.expireKeys();
  await expect(s3.send(new GetObjectCommand(place))).rejects.toMatchObject({ name: 'ExpiredToken' });
});
