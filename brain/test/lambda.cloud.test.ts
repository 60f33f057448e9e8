import type { LambdaEvent } from 'hono/aws-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { motoAddress } from '../../cloud-tests/src/moto.ts';
import { readEnvironment } from '../src/cloud/environment.ts';
import { openCloudPlatform } from '../src/cloud/platform.ts';
import { runTask } from '../src/cloud/tasks.ts';
import { edgeHeader, withClientAddress } from '../src/cloud/viewer.ts';
import { sesMail } from '../src/providers/aws/sesMail.ts';
import { expectCode } from '../src/providers/contractTests/expectCode.ts';
import { openCloud } from './cloud.ts';

let cloud: Awaited<ReturnType<typeof openCloud>>;
beforeAll(async () => {
  cloud = await openCloud(motoAddress());
  await runTask(cloud.deps, { mroptimum: 'administrator' });
});
afterAll(() => cloud.close());

describe('the function', () => {
  const request = (path: string, method = 'GET') => ({
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { host: 'api.example', 'x-forwarded-for': '203.0.113.7' },
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      domainName: 'api.example',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: 'test' },
      requestId: 'id',
      routeKey: '$default',
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    isBase64Encoded: false,
  });

  test('answers requests of the gateway and does what a schedule asks', async () => {
    Object.assign(process.env, cloud.environment);
    const { handler } = await import('../src/lambda.ts');
    const context = {} as Parameters<typeof handler>[1];
    const health = (await handler(request('/api/health'), context)) as { statusCode: number; body: string };
    expect([health.statusCode, JSON.parse(health.body)]).toMatchObject([200, { status: 'ok' }]);
    expect(await handler(request('/api/data'), context)).toMatchObject({ statusCode: 401 });
    expect(await handler({ mroptimum: 'watch' }, context)).toEqual({ takenBack: 0 });
    expect(await handler({ mroptimum: 'collect' }, context)).toEqual({ uploads: 0, objects: 0 });
    await expect(handler({ mroptimum: 'administrator' }, context)).rejects.toThrow(/accounts already/);
  });

  test('says what its environment lacks', () => {
    const { USERS_TABLE: _missing, ...rest } = cloud.environment;
    expect(() => readEnvironment(rest)).toThrow(/USERS_TABLE/);
  });

  test('believes the content network alone on who the client is', () => {
    const event = { ...request('/'), headers: { 'x-forwarded-for': '198.51.100.1, 203.0.113.7, 192.0.2.9' } };
    const seen = (headers: object, secret?: string) => {
      const one = { ...event, headers: { ...event.headers, ...headers } };
      return withClientAddress(one as unknown as LambdaEvent, secret).headers;
    };
    expect(seen({}, 's')).toEqual({ 'x-forwarded-for': '192.0.2.9' });
    expect(seen({ [edgeHeader]: 'other' }, 's')).toEqual({ 'x-forwarded-for': '192.0.2.9' });
    expect(seen({ [edgeHeader]: 's' }, 's')).toEqual({ 'x-forwarded-for': '203.0.113.7' });
    expect(seen({ [edgeHeader]: '' })).toEqual({ 'x-forwarded-for': '192.0.2.9' });
  });

  test('sends mail from the verified address alone; the secret of links is needed', async () => {
    await cloud.deps.mail.send({ to: 'ada@lab.example', subject: 'Größe', text: '頭' });
    await expect(
      sesMail('nobody@lab.example').send({ to: 'a@lab.example', subject: 's', text: 't' }),
    ).rejects.toThrow();
    const environment = readEnvironment({ ...cloud.environment, LINK_SECRET: 'none' });
    await expectCode(openCloudPlatform(environment, cloud.deps.log), 'MRO_BRAIN_STORAGE');
  });
});
