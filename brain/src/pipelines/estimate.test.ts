import { parseJob } from '@mroptimum/contract';
import { expect, test } from 'vitest';
import { createLibrary, libraryOf, npyFile } from '../../test/library.ts';
import { ensureLocalUnit } from '../computing-units/service.ts';
import type { DataFile } from '../entities.ts';
import { dataFile } from '../providers/contractTests/samples.ts';
import { costOf } from './cost.ts';
import { estimateFromFiles } from './estimate.ts';

const job = (method: string, more: object = {}) => ({
  version: 'v0',
  name: method,
  options: {
    ...more,
    reconstructor: { name: 'rss', options: { signal: { id: 'the-signal', options: {} } } },
  },
});
const local = (task: ReturnType<typeof job>) => {
  Object.assign(task.options.reconstructor.options.signal.options, { type: 'local', filename: 'x' });
  return parseJob(task);
};
const raw = {
  kind: 'raw',
  coils: 16,
  readout: 512,
  phase: 256,
  partitions: 1,
  slices: 10,
  repetitions: 1,
  averages: 1,
  readoutOversampling: 2,
  acceleration: '1 × 1',
  referenceLines: 0,
};
const file = (summary?: DataFile['summary']) =>
  dataFile({ id: 'the-signal', size: 335e6, ...(summary && { summary }) });

test('the matrix of the library makes the estimate, else the sizes of the files', () => {
  const one = estimateFromFiles(local(job('ac')), [file(raw)]);
  const many = estimateFromFiles(local(job('ac')), [file({ ...raw, slices: 40 })]);
  expect(many.seconds).toBeGreaterThan(3 * one.seconds);
  expect(estimateFromFiles(local(job('pmr', { NR: 200 })), [file(raw)]).seconds).toBeGreaterThan(one.seconds);
  const unknown = estimateFromFiles(local(job('ac')), [file()]);
  expect(unknown.bytes).toBe(200e6 + 2 * 335e6);
  expect(estimateFromFiles(local(job('ac')), [file({ kind: 'raw', coils: 16 })])).toEqual(unknown);
});

test('computing of the lab costs nothing, containers by the hour but at least a minute', () => {
  const cloud = { cloud: { awsAccountId: '1', region: 'us-east-1' } } as Parameters<typeof costOf>[0];
  expect(costOf({}, { seconds: 3600 })).toBe(0);
  expect(costOf(cloud, { seconds: 3600 })).toBeCloseTo(4 * 0.04048 + 16 * 0.004445, 10);
  expect(costOf(cloud, { seconds: 1 })).toBeCloseTo(costOf(cloud, { seconds: 60 }), 10);
});

test('is asked for with the request that would queue the job, and queues nothing', async () => {
  const library = await createLibrary();
  const owner = await library.addUser('operator', { role: 'admin' });
  const unit = await ensureLocalUnit(library.deps, owner.id);
  await library.upload('a.npy', npyFile([4, 8, 8]));
  const [uploaded] = await library.list();
  const task = job('ac');
  Object.assign(task.options.reconstructor.options.signal, {
    id: uploaded!.id,
    options: { type: 's3', bucket: 'b', key: 'none' },
  });
  const ask = () => library.request('POST', '/task/estimate', { task });
  expect(await ask()).toMatchObject({
    status: 200,
    body: { cost: 0, fits: true, computingUnit: { computingUnitId: unit.id } },
  });
  await library.deps.records.units.update({ ...unit, capacity: { memoryBytes: 1e8, threads: 1 } });
  expect((await ask()).body).toMatchObject({ fits: false });
  expect((await library.request('GET', '/pipeline/list')).body.jobs).toEqual([]);
  const other = await libraryOf(library, await library.addUser('bob'));
  expect((await other.request('POST', '/task/estimate', { task })).status).toBe(404);
  expect((await library.request('POST', '/task/estimate', { task: {} })).status).toBe(422);
  await library.close();
});
