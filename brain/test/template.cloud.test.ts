import { randomUUID } from 'node:crypto';
import { CloudFormationClient, ListExportsCommand } from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { memoryZipSink, writeBundle, writeFailure } from '@mroptimum/bundle';
import {
  bundleKeyOfLease,
  callbackSignatureHeader,
  callbackTimeHeader,
  resultMaps,
  signCallback,
  type UploadStarted,
} from '@mroptimum/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { administratorOf } from '../../cloud-tests/src/accounts.ts';
import { motoAddress } from '../../cloud-tests/src/moto.ts';
import { createBrain, brainStack as stack } from '../../cloud-tests/src/operatorStacks.ts';
import { audit } from '../../cloud-tests/src/policies/audit.ts';
import { type Guard, startGuard } from '../../cloud-tests/src/policies/guard.ts';
import { callsOfFunctions, judged } from '../../cloud-tests/src/policies/services.ts';
import { samTransform } from '../../cloud-tests/src/python.ts';
import { readEnvironment } from '../src/cloud/environment.ts';
import { openCloudPlatform } from '../src/cloud/platform.ts';
import { createLog } from '../src/http/log.ts';
import type { handler } from '../src/lambda.ts';
import { makePlace } from './cloud.ts';
import { twixFile } from './library.ts';

const region = 'us-east-1';
const mail = 'mro@lab.example';
const password = 'Gradient-echo 42';
const account = '123456789012';
let outputs: Readonly<Record<string, string>>;
let resources: Readonly<Record<string, string>>;
/** What the tests read of the template. */
interface Template {
  readonly Resources: Record<string, { readonly Properties: { PublicAccessBlockConfiguration: object } }>;
}

let template: Template;
let guard: Guard;
let run: typeof handler;
let token = '';
let administrator = '';
let callbackSecret = '';
let data: UploadStarted;

beforeAll(async () => {
  template = (await samTransform('brain/template.yaml', { MailFrom: mail })) as unknown as Template;
  const values = { MailFrom: mail, Registration: 'open' };
  ({ outputs, resources } = await createBrain(await administratorOf(account), values));
  await new SESv2Client({}).send(new CreateEmailIdentityCommand({ EmailIdentity: mail }));
  await new SFNClient({}).send(
    new CreateStateMachineCommand({
      name: 'mroptimum-calculation',
      roleArn: 'arn:aws:iam::123456789012:role/states',
      definition: JSON.stringify({ StartAt: 'End', States: { End: { Type: 'Succeed' } } }),
    }),
  );
  await becomeTheFunction();
});
afterAll(() => guard[Symbol.asyncDispose]());

/** From here on this process has the environment of the function and the keys of its role, and no other. */
async function becomeTheFunction(): Promise<void> {
  const configuration = new GetFunctionConfigurationCommand({ FunctionName: outputs.ApiFunctionName });
  const { Environment, Role } = await new LambdaClient({}).send(configuration);
  expect(Role).toBe(outputs.BrainRoleArn);
  guard = await startGuard();
  const { accessKeyId, secretAccessKey, sessionToken } = await guard.keysOf(outputs.BrainRoleArn!);
  Object.assign(process.env, Environment?.Variables, {
    AWS_ENDPOINT_URL: guard.url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  });
  ({ handler: run } = await import('../src/lambda.ts'));
}

/** A request as the gateway hands it to the function. */
async function ask(method: string, address: string, body?: unknown, headers: Record<string, string> = {}) {
  const [path = '', query = ''] = address.split('?');
  const event = {
    version: '2.0',
    rawPath: path,
    rawQueryString: query,
    headers: {
      host: 'api.example',
      'x-forwarded-for': '203.0.113.7',
      'content-type': 'application/json',
      ...(token !== '' && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    requestContext: { domainName: 'api.example', http: { method, path, sourceIp: '203.0.113.7' } },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    isBase64Encoded: false,
  };
  const answer = (await run(event, {} as Parameters<typeof run>[1])) as {
    statusCode: number;
    headers: Record<string, string>;
    body: string;
  };
  const isJson = answer.headers['content-type']?.includes('json') ?? false;
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: (isJson ? JSON.parse(answer.body) : {}) as Record<string, never>,
  };
}
async function upload(route: string, filename: string, bytes: Uint8Array): Promise<UploadStarted> {
  const started = await ask('POST', `/api/upload_initiate${route}`, { filename, filesize: bytes.length });
  const answer = started.body as unknown as UploadStarted;
  const put = await fetch(answer.partUrls[0]!, { method: 'PUT', body: bytes.slice() });
  expect(put.status).toBe(200);
  return answer;
}
async function queue(): Promise<string> {
  const signal = { type: 'file', id: data.response.id, options: { type: 's3', key: data.Key, bucket: 'x' } };
  const options = { reconstructor: { name: 'rss', options: { signal } } };
  const task = { version: 'v0', name: 'ac', options };
  const queued = await ask('POST', '/api/task/queue', { task, alias: 'a job' });
  expect(queued.body, JSON.stringify(queued.body)).toMatchObject({ job: { status: 'running' } });
  return String(queued.body.pipeline);
}
const pathOf = (link: string): string => link.replace(/^https?:\/\/[^/]+/, '');

test('the stack exports what other stacks import', async () => {
  const { Exports } = await new CloudFormationClient({ endpoint: motoAddress() }).send(
    new ListExportsCommand({}),
  );
  expect(Exports?.map(({ Name }) => Name)).toEqual(
    expect.arrayContaining(
      ['DataBucketName', 'ResultsBucketName', 'FailedBucketName', 'BrainRoleArn'].map(
        (name) => `${stack}-${name}`,
      ),
    ),
  );
});

test('tables have the keys that the code knows; buckets are private and want TLS', async () => {
  const dynamo = new DynamoDBClient({ endpoint: motoAddress() });
  for (const name of ['UsersTable', 'DataTable', 'UnitsTable', 'PipelinesTable']) {
    const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: resources[name] }));
    expect(Table?.KeySchema?.map(({ AttributeName }) => AttributeName)).toEqual(['pk', 'sk']);
  }
  for (const name of ['DataBucket', 'ResultsBucket', 'FailedBucket', 'PagesBucket']) {
    const { Properties } = template.Resources[name]!;
    expect(Object.values(Properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    expect(JSON.stringify(template.Resources[`${name}Policy`])).toContain('"aws:SecureTransport":"false"');
  }
});

test('accounts, files, jobs, results and regions, with the rights of the role alone', async () => {
  const context = {} as Parameters<typeof run>[1];
  const first = (await run({ mroptimum: 'administrator', email: 'boss@lab.example' }, context)) as {
    password: string;
  };
  const signIn = async (email: string, secret: string) => {
    token = '';
    const { body, status } = await ask('POST', '/api/auth/login', { email, password: secret });
    expect(status).toBe(200);
    token = String(body.access_token);
  };
  await signIn('boss@lab.example', first.password);
  administrator = token;
  const unit = {
    mode: 'mode1',
    provider: 'aws',
    awsAccountId: '123456789012',
    region,
    stateMachineArn: `arn:aws:states:${region}:123456789012:stateMachine:mroptimum-calculation`,
    dataBucket: outputs.DataBucketName,
    resultsBucket: outputs.ResultsBucketName,
    failedBucket: outputs.FailedBucketName,
  };
  const registered = await ask('POST', '/api/computing-unit/register', unit);
  expect(registered.status, JSON.stringify(registered.body)).toBe(200);
  callbackSecret = String(registered.body.callbackSecret);
  const report = await ask('POST', `/api/computing-unit/${registered.body.computingUnitId}/check`);
  expect(report.body, JSON.stringify(report.body)).toMatchObject({ ok: true });

  const names = { email: 'ada@lab.example', username: 'ada', firstname: 'Ada', lastname: 'Bloch' };
  expect((await ask('POST', '/api/auth/register', { ...names, password })).status).toBeLessThan(300);
  expect((await ask('POST', '/api/auth/forgot-password', { email: names.email })).status).toBeLessThan(300);
  await signIn(names.email, password);

  data = await upload('', 'meas.dat', await twixFile());
  const finalized = await ask('POST', '/api/upload_finalize', { uploadId: data.uploadId });
  expect(finalized.status, JSON.stringify(finalized.body)).toBe(200);
  const given = await upload('', 'given-up.dat', await twixFile());
  expect((await ask('POST', '/api/upload_abort', { uploadId: given.uploadId })).status).toBe(200);

  const id = await queue();
  expect((await ask('POST', `/api/pipeline/${id}/cancel`)).body.status).toBe('cancelled');
  expect((await ask('DELETE', `/api/pipeline/delete?id=${id}`)).status).toBe(200);

  const snr = { shape: [2, 4, 8], data: new Float32Array(64).fill(12), complex: false };
  const info = { options: {}, log: [], calculationTime: 1, summary: { slices: 2, method: 'ac' } };
  const maps = [{ map: resultMaps.snr, volume: snr }];
  const bundle = (await writeBundle(memoryZipSink(), { maps, info })).result;
  const own = await upload('/results', 'own.zip', bundle);
  const done = await ask('POST', '/api/upload_finalize/results', { uploadId: own.uploadId });
  expect(done.status, JSON.stringify(done.body)).toBe(200);
  const pipeline = String(done.body.pipelineId);
  const results = await ask('GET', `/api/pipeline/${pipeline}/results`);
  const [map] = results.body.data as unknown as { link: string }[];
  const redirect = await ask('GET', pathOf(map!.link));
  expect([redirect.status, (await fetch(redirect.headers.location!)).status]).toEqual([302, 200]);
  const region0 = { filename: 'roi.nii.gz', pipeline_id: pipeline, type: 'image' };
  const roi = await ask('POST', '/api/roi/upload', region0);
  expect((await ask('PUT', pathOf(String(roi.body.upload_url)), 'x')).status).toBe(200);
  expect((await ask('DELETE', `/api/pipeline/delete?id=${pipeline}`)).status).toBe(200);

  expect(await run({ mroptimum: 'watch' }, context)).toEqual({ takenBack: 0 });
  expect(await run({ mroptimum: 'collect' }, context)).toMatchObject({ objects: 0 });
});

test('late jobs, failures, and what is given up', async () => {
  const { deps } = await openCloudPlatform(readEnvironment(process.env), createLog());
  const { pipelines } = deps.records;
  const late = (await pipelines.byId(await queue()))!;
  const ended = { ...late.lease!, expiresAt: new Date(Date.now() - 1000).toISOString() };
  const event = { at: new Date().toISOString(), type: 'progress', data: { progress: 0 } } as const;
  await pipelines.transition({ ...late, lease: ended }, ['running'], event);
  await run({ mroptimum: 'watch' }, {} as Parameters<typeof run>[1]);
  expect((await pipelines.byId(late.id))!.status).toBe('running');

  const error = { code: 'MRO_JOB_NOISE_COILS', message: 'The noise has 4 coils.', hint: 'Give another.' };
  const info = { options: {}, log: [], calculationTime: 1, summary: {}, userId: null };
  const report = await writeFailure(memoryZipSink(), { error, event: {}, options: {}, info });
  const lease = late.lease!.id;
  await new S3Client({ ...(await administratorOf(account)), forcePathStyle: true }).send(
    new PutObjectCommand({
      Bucket: outputs.FailedBucketName,
      Key: bundleKeyOfLease('failure', lease),
      Body: report.result,
    }),
  );
  const body = JSON.stringify({ pipeline: late.id, lease, error, bundle: true });
  const time = Math.floor(Date.now() / 1000);
  const signed = {
    [callbackTimeHeader]: String(time),
    [callbackSignatureHeader]: await signCallback(callbackSecret, time, body),
  };
  const told = await ask('POST', '/api/pipeline/failed', body, signed);
  expect(told.body).toEqual({ status: 'failed', applied: true });
  expect((await ask('DELETE', `/api/pipeline/delete?id=${late.id}`)).status).toBe(200);

  const own = await upload('/results', 'own.zip', report.result);
  expect((await ask('POST', '/api/upload_abort', { uploadId: own.uploadId })).status).toBe(200);
  expect((await ask('GET', '/api/data')).status).toBe(200);
  token = administrator;
  expect((await ask('GET', '/api/admin/users')).status).toBe(200);
  const gone = await ask('POST', '/api/computing-unit/delete', { computingUnitId: late.unitId });
  expect(gone.status, JSON.stringify(gone.body)).toBe(200);
});

test('the role of a user’s account lets in with the external id alone', async () => {
  const place = await makePlace('222222222222');
  const iam = new IAMClient({ ...place.account, endpoint: motoAddress() });
  const RoleName = `unit-${randomUUID().slice(0, 8)}`;
  const roleArn = `arn:aws:iam::222222222222:role/mroptimum/${RoleName}`;
  const { account: _account, ...named } = place;
  const body = { ...named, mode: 'mode2', provider: 'aws', region };
  const begun = await ask('POST', '/api/computing-unit/register', body);
  const trust = (Condition?: object) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: outputs.BrainRoleArn },
          Action: 'sts:AssumeRole',
          ...(Condition && { Condition }),
        },
      ],
    });
  const closed = trust({ StringEquals: { 'sts:ExternalId': begun.body.externalId } });
  await iam.send(new CreateRoleCommand({ RoleName, Path: '/mroptimum/', AssumeRolePolicyDocument: closed }));
  const buckets = [place.dataBucket, place.resultsBucket, place.failedBucket].map(
    (name) => `arn:aws:s3:::${name}`,
  );
  const Statement = [
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: buckets },
    { Effect: 'Allow', Action: 'states:DescribeStateMachine', Resource: place.stateMachineArn },
  ];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'unit', PolicyDocument }));
  const accepted = await ask('POST', '/api/computing-unit/register', {
    ...body,
    crossAccountRoleArn: roleArn,
  });
  expect(accepted.status, JSON.stringify(accepted.body)).toBe(200);
  const report = await ask('POST', `/api/computing-unit/${begun.body.computingUnitId}/check`);
  expect(report.body, JSON.stringify(report.body)).toMatchObject({ ok: true });

  const Open = `open-${randomUUID().slice(0, 8)}`;
  await iam.send(
    new CreateRoleCommand({ RoleName: Open, Path: '/mroptimum/', AssumeRolePolicyDocument: trust() }),
  );
  const crossAccountRoleArn = `arn:aws:iam::222222222222:role/mroptimum/${Open}`;
  const refused = await ask('POST', '/api/computing-unit/register', { ...body, crossAccountRoleArn });
  expect(refused).toMatchObject({ status: 422, body: { error: { code: 'MRO_BRAIN_UNIT' } } });
});

/** A resource without what differs by account. */
const place = (resource: string): string =>
  Object.entries(resources)
    .reduce((text, [name, physical]) => text.replaceAll(physical, name), resource)
    .replace(/^arn:aws:/, '')
    .replace(`${region}:${account}`, '');

/** Permissions that no call above needs, each with the reason why it is there. */
const unusedFor: Readonly<Record<string, string>> = {
  'BrainRole s3:PutObject s3:::FailedBucket/*':
    'workers of the lab put their reports of failures by links that the server signs',
};

/** Resources that are patterns, each with the reason why it is not a name. */
const objects = 'keys hold ids that are made when files are uploaded and jobs start';
const patternsFor: Readonly<Record<string, string>> = {
  's3:::DataBucket/*': objects,
  's3:::ResultsBucket/*': objects,
  's3:::FailedBucket/*': objects,
  'logs::log-group:ApiLogs:*': 'Lambda names log streams when it starts functions',
  'logs::log-group:MaintenanceLogs:*': 'Lambda names log streams when it starts functions',
  'states::execution:mroptimum-calculation:*':
    'executions bear the names of leases, which are made when jobs start',
  'iam::*:role/mroptimum/*':
    'accounts of users are not known when the server is deployed; their roles want the external id',
};

test('everything that the function did was allowed, and nothing else is but for these reasons', async () => {
  const brain = { role: outputs.BrainRoleArn!, functionArn: '', functionName: '', account, handler: '' };
  const invocation = { ...brain, environment: {}, event: {}, waits: true };
  const logs = [resources.ApiLogs!, resources.MaintenanceLogs!].flatMap((group) =>
    callsOfFunctions([invocation], group, region),
  );
  const calls = [...guard.calls, ...(await judged(logs))];
  // Roles of accounts are assumed to see whether they let in without the external id: most do not.
  const found = await audit(
    { BrainRole: outputs.BrainRoleArn! },
    calls.filter(({ action, allowed }) => allowed || action !== 'sts:AssumeRole'),
    place,
  );
  expect(found).toEqual({
    denied: [],
    unused: Object.keys(unusedFor).sort(),
    patterns: Object.keys(patternsFor).sort(),
    wideActions: [],
  });
});
