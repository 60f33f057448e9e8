import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administratorOf } from '../src/accounts.ts';
import { type Client, signUp } from '../src/twoAccounts/client.ts';
import { jobsOn, simulateScan } from '../src/twoAccounts/jobs.ts';
import { openMode2, openWorld, type World } from '../src/twoAccounts/world.ts';

let world: World;
let client: Client;
let unit = '';
let jobs: ReturnType<typeof jobsOn>;
let at = '';

beforeAll(async () => {
  world = await openWorld();
  client = await signUp(world.operator.served.url, 'carol');
  const made = await openMode2(world, client);
  unit = made.unit;
  jobs = jobsOn(world, client, { unit, stateMachineArn: made.stack.outputs.StateMachineArn! });
  at = await simulateScan(world.folder, '--slices', '1');
});
afterAll(() => world?.[Symbol.asyncDispose]());

describe('who is not let in', () => {
  const withUnit = async (change: object, look: () => Promise<void>) => {
    const { units } = world.operator.platform.deps.records;
    const right = (await units.byId(unit))!;
    await units.update({ ...right, cloud: { ...right.cloud!, ...change } });
    await look();
    const now = (await units.byId(unit))!;
    await units.update({ ...now, cloud: right.cloud! });
  };

  it('a server with a wrong external id', async () => {
    await withUnit({ externalId: 'guess' }, async () => {
      const { body } = await client.ask('POST', `/computing-unit/${unit}/check`);
      expect(body.ok).toBe(false);
      const job = await jobs.queue(at).catch((error: Error) => error.message);
      expect(JSON.stringify(job)).toContain('MRO_BRAIN_UNIT');
    });
  });

  it('a unit that names a bucket of somebody else', async () => {
    await new S3Client(await administratorOf('333333333333')).send(
      new CreateBucketCommand({ Bucket: 'foreign' }),
    );
    await withUnit({ dataBucket: 'foreign' }, async () => {
      const { body } = await client.ask('POST', `/computing-unit/${unit}/check`);
      expect(body.ok).toBe(false);
      await expect(client.upload(join(at, 'signal.npy'), unit)).rejects.toThrow();
    });
  });

  it('a link whose keys have ended', async () => {
    const { id, ended } = await jobs.run(at);
    expect(ended.status).toBe('completed');
    const { body } = await client.ask('GET', `/pipeline/${id}/results`);
    expect((await fetch(String(body.link))).status).toBe(200);
    world.guard.expireKeys();
    expect((await fetch(String(body.link))).status).toBe(403);
  });
});
