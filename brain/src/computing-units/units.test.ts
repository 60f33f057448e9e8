import { unitOfSecret } from '@mroptimum/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLibrary, libraryOf } from '../../test/library.ts';

type Library = Awaited<ReturnType<typeof createLibrary>>;
type Member = Awaited<ReturnType<typeof libraryOf>>;

let library: Library;
let admin: Member;
let bob: Member;

beforeAll(async () => {
  library = await createLibrary();
  admin = await libraryOf(library, await library.addUser('operator', { role: 'admin' }));
  bob = await libraryOf(library, await library.addUser('bob'));
});
afterAll(() => library.close());

const place = {
  awsAccountId: '123456789012',
  region: 'eu-central-1',
  stateMachineArn: 'arn:aws:states:eu-central-1:123456789012:stateMachine:mroptimum',
  resultsBucket: 'lab-results',
  failedBucket: 'lab-failed',
  dataBucket: 'lab-data',
};
const role = 'arn:aws:iam::123456789012:role/mroptimum';
const register = (who: Member, body: object) => who.request('POST', '/computing-unit/register', body);
const list = async (who: Member, query = '') => {
  const { body } = await who.request('GET', `/computing-unit/list${query}`);
  return body.computingUnits as Record<string, unknown>[];
};

describe('registration', () => {
  test('of mode 1 is for administrators, idempotent, and knows old spellings', async () => {
    const body = { appName: 'MR Optimum', mode: 'mode_1', provider: 'cloudmrhub', ...place, isDefault: true };
    expect((await register(bob, body)).status).toBe(403);
    const first = (await register(admin, body)).body;
    expect(first).toMatchObject({
      created: true,
      computingUnit: { mode: 'mode1', provider: 'aws', isShared: true },
    });
    expect(first.callbackSecret).toMatch(/^[\da-f-]{36}\.[\w-]{43}$/);
    expect(unitOfSecret(String(first.callbackSecret))).toBe(first.computingUnitId);
    const again = (await register(admin, { ...body, resultsBucket: 'other-results', alias: 'Cloud' })).body;
    expect(again).toMatchObject({
      created: false,
      computingUnitId: first.computingUnitId,
      computingUnit: { resultsBucket: 'other-results', alias: 'Cloud' },
    });
    expect(again.callbackSecret).toBeUndefined();
    expect(await list(bob, '?mode=mode_1')).toHaveLength(1);
    expect(JSON.stringify(await list(bob))).not.toContain(first.callbackSecret);
    const renewed = (await register(admin, { ...body, renewCallbackSecret: true })).body;
    expect(renewed).toMatchObject({
      created: false,
      callbackSecret: expect.stringMatching(/^[\da-f-]{36}\.[\w-]{43}$/),
    });
    expect(renewed.callbackSecret).not.toBe(first.callbackSecret);
    const stored = await library.deps.records.units.byId(String(first.computingUnitId));
    expect(stored!.callbackSecret).toBe(renewed.callbackSecret);
  });

  test('of mode 2 gives an external id once, keeps it, and is seen by its owner alone', async () => {
    const { awsAccountId, region } = place;
    const body = { appId: 'MR Optimum', mode: 'mode2', provider: 'user-owned', awsAccountId, region };
    const first = (await register(bob, body)).body;
    expect(first.externalId).toMatch(/^[\w-]{43}$/);
    const second = await register(bob, {
      ...body,
      ...place,
      crossAccountRoleArn: role,
      externalId: first.externalId,
    });
    expect(second.body).toMatchObject({ created: false, computingUnit: { crossAccountRoleArn: role } });
    expect(second.body.externalId).toBeUndefined();
    expect((await register(bob, { ...body, externalId: 'guess' })).status).toBe(422);
    expect((await register(bob, { ...body, isShared: true })).status).toBe(403);
    const stored = await library.deps.records.units.byId(String(first.computingUnitId));
    expect(stored!.cloud!.externalId).toBe(first.externalId);
    expect(JSON.stringify(await list(bob))).not.toContain(String(first.externalId));
    expect(await list(admin, '?mode=mode2')).toEqual([]);

    const another = (await register(admin, body)).body;
    expect(another.externalId).not.toBe(first.externalId);
    expect(another.computingUnitId).not.toBe(first.computingUnitId);
  });

  test('of one place is one unit, however its application is named', async () => {
    const body = { mode: 'mode2', provider: 'user', ...place, region: 'eu-west-1' };
    const names: Readonly<Record<string, string>>[] = [
      {},
      { appId: 'mroptimum' },
      { appName: 'MR Optimum' },
      { app_name: 'mr optimum' },
      { cloudapp_name: 'MR Optimum' },
      { cloudapp_id: 'mroptimum' },
    ];
    const ids = new Set<unknown>();
    for (const name of names) {
      const { computingUnitId, computingUnit } = (await register(bob, { ...body, ...name })).body;
      expect(computingUnit).toMatchObject({ appId: 'mroptimum' });
      ids.add(computingUnitId);
    }
    expect(ids.size).toBe(1);
    const unknown = await register(bob, { ...body, appId: 'nothing' });
    expect(unknown).toMatchObject({ status: 422, body: { error: { code: 'MRO_BRAIN_INVALID' } } });
  });

  test.each([
    [{ mode: 'mode3' }, 'mode'],
    [{ mode: 'mode2', region: 'eu-central-1' }, 'awsAccountId'],
    [{ mode: 'mode2', ...place, awsAccountId: '12x' }, 'awsAccountId'],
    [{ mode: 'mode2', ...place, stateMachineArn: 'arn:nothing' }, 'stateMachineArn'],
    [{ mode: 'mode2', ...place, crossAccountRoleArn: 'role' }, 'crossAccountRoleArn'],
    [{ mode: 'mode2', ...place, resultsBucket: '../x' }, 'resultsBucket'],
  ])('says what is wrong in %j', async (body, field) => {
    const { status, body: answer } = await register(bob, body);
    expect(status).toBe(422);
    expect((answer.error as { message: string }).message).toContain(field);
  });

  test('of a second default takes the mark from the first', async () => {
    const local = { mode: 'local', provider: 'local', isDefault: true };
    await register(bob, { ...local, alias: 'Workstation' });
    await register(bob, { ...local, alias: 'Cluster' });
    const marked = (await list(bob, '?mode=local')).filter(({ isDefault }) => isDefault);
    expect(marked.map(({ alias }) => alias)).toEqual(['Cluster']);
  });
});

describe('a unit', () => {
  const report = async (who: Member, id: unknown) =>
    (await who.request('POST', `/computing-unit/${id}/check`)).body;

  test('says in words how it is', async () => {
    const [unit] = await list(bob, '?mode=local');
    expect(await report(bob, unit!.id)).toMatchObject({
      ok: false,
      checks: [{ advice: expect.stringContaining('mroptimum unit') }],
    });
    const request = { computingUnitId: unit!.id, worker: 'w', memoryBytes: 8e9, threads: 2, waitSeconds: 0 };
    expect((await bob.request('POST', '/unit/lease', request)).body).toEqual({ lease: null });
    expect(await report(bob, unit!.id)).toMatchObject({ ok: true });
    const [cloud] = await list(bob, '?mode=mode1');
    expect(await report(bob, cloud!.id)).toMatchObject({ ok: false });
  });

  test('of somebody else can be neither seen, served nor removed', async () => {
    const [unit] = await list(bob, '?mode=local');
    const id = unit!.id;
    const eve = await libraryOf(library, await library.addUser('eve'));
    const lease = { computingUnitId: id, worker: 'w', memoryBytes: 8e9, threads: 2, waitSeconds: 0 };
    expect((await eve.request('POST', `/computing-unit/${id}/check`)).status).toBe(404);
    expect((await eve.request('POST', '/unit/lease', lease)).status).toBe(404);
    expect((await eve.request('POST', '/computing-unit/delete', { computingUnitId: id })).status).toBe(404);
    const [shared] = await list(eve, '?mode=mode1');
    expect(
      (await eve.request('POST', '/computing-unit/delete', { computingUnitId: shared!.id })).status,
    ).toBe(403);
    expect((await bob.request('POST', '/computing-unit/delete', { computingUnitId: id })).status).toBe(200);
    expect((await list(bob)).map((one) => one.id)).not.toContain(id);
  });
});
