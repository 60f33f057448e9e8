import { DeleteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { motoAddress } from '../../../../cloud-tests/src/moto.ts';
import { expectCode } from '../contractTests/expectCode.ts';
import { recordsContract } from '../contractTests/recordsContract.ts';
import { later, pipeline, roi, session } from '../contractTests/samples.ts';
import type { Records } from '../records.ts';
import { dynamoRecords, type TableNames } from './index.ts';
import { createTables, standIn } from './testing.ts';

recordsContract('DynamoDB', async () =>
  dynamoRecords(await createTables(standIn(motoAddress())), standIn(motoAddress())),
);

describe('records: DynamoDB beyond the contract', () => {
  let names: TableNames;
  let records: Records;
  const client = new DynamoDBClient(standIn(motoAddress()));
  beforeAll(async () => {
    names = await createTables(standIn(motoAddress()));
    records = dynamoRecords(names, standIn(motoAddress()));
  });
  afterAll(() => client.destroy());

  const items = async (table: string) => (await client.send(new ScanCommand({ TableName: table }))).Items!;

  test('what ends by itself says when, with everything beside it; uploads do not, they reserve bytes', async () => {
    const one = session({ expiresAt: '2026-02-01T00:00:00.000Z' });
    await records.sessions.put(one);
    await records.limits.hit('somebody', 1_000_000, 500);
    const ends = (await items(names.users)).map(({ pk, expires }) => [pk!.S!.split('#')[0], expires?.N]);
    const seconds = String(Date.parse(one.expiresAt) / 1000);
    expect(ends.sort()).toEqual([
      ['limit', '1001'],
      ['session', seconds],
      ['sessions', seconds],
    ]);
    await records.uploads.create({
      id: 'u',
      userId: 'somebody',
      target: { kind: 'data', id: 'x' },
      objectKey: 'data/x',
      size: 1,
      partSize: 1,
      createdAt: later(0),
      expiresAt: later(1),
    });
    expect((await items(names.data)).every(({ expires }) => expires === undefined)).toBe(true);
  });

  test('a job that is deleted leaves nothing but counters', async () => {
    const job = await records.pipelines.create(pipeline({ idempotencyKey: 'k' }));
    await records.pipelines.append(
      job.id,
      Array.from({ length: 200 }, (_, i) => ({ at: later(i), type: 'log', data: { what: `line ${i}` } })),
    );
    expect(await records.pipelines.events(job.id, 0, 1000)).toHaveLength(201);
    await records.pipelines.delete(job.id);
    const left = (await items(names.pipelines)).map(({ pk }) => pk!.S!.split('#')[0]);
    expect(new Set(left)).toEqual(new Set(['counts', 'made']));
    expect((await records.pipelines.countByStatus()).queued).toBe(0);
  });

  test('events behind a gap wait until it is filled', async () => {
    const job = await records.pipelines.create(pipeline());
    await records.pipelines.append(job.id, [
      { at: later(1), type: 'log', data: {} },
      { at: later(2), type: 'log', data: {} },
    ]);
    const Key = { pk: { S: `events#${job.id}` }, sk: { S: '0000000002' } };
    await client.send(new DeleteItemCommand({ TableName: names.pipelines, Key }));
    const seen = await records.pipelines.events(job.id, 0, 10);
    expect(seen.map(({ sequence }) => sequence)).toEqual([1]);
  });

  test('numbers of any size come back as they were, and a record that is too large is refused', async () => {
    const data = { tiny: 1e-300, huge: 1.7e308, integer: 2 ** 60, empty: '', list: [null, -0.1] };
    const one = roi({ data });
    await records.rois.create(one);
    expect(await records.rois.byId(one.id)).toEqual(one);
    const text = 'x'.repeat(400_000);
    await expectCode(records.rois.create(roi({ data: { text } })), 'MRO_BRAIN_TOO_LARGE');
  });

  test('a table that is not there is an error of the storage', async () => {
    const nowhere = dynamoRecords({ ...names, users: 'nowhere' }, standIn(motoAddress()));
    await expectCode(nowhere.users.byId('x'), 'MRO_BRAIN_STORAGE');
    await expectCode(nowhere.sessions.put(session()), 'MRO_BRAIN_STORAGE');
  });
});
