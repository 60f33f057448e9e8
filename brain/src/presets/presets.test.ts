import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLibrary, libraryOf } from '../../test/library.ts';

type Library = Awaited<ReturnType<typeof createLibrary>>;
type Member = Awaited<ReturnType<typeof libraryOf>>;

let library: Library;
let eve: Member;
let root: Member;
beforeAll(async () => {
  library = await createLibrary();
  eve = await libraryOf(library, await library.addUser('eve'));
  root = await libraryOf(library, await library.addUser('root', { role: 'admin' }));
});
afterAll(() => library.close());

const file = (filename: string) => ({
  type: 'file',
  options: { type: 's3', filename, bucket: 'mroptimum', key: `data/ada/${filename}` },
});
const job = (more: object = {}) => ({
  alias: 'knee of somebody',
  task: {
    version: 'v0',
    name: 'pmr',
    options: {
      NR: 40,
      boxSize: 'left behind',
      reconstructor: {
        name: 'sense',
        options: {
          signal: file('secret-name.dat'),
          noise: file('secret-noise.dat'),
          decimate: true,
          accelerations: [1, 2],
          sensitivityMap: {
            options: { sensitivityMapMethod: 'upload', sensitivityMapSource: file('s.npy') },
          },
        },
      },
    },
  },
  output: { gfactor: true },
  ...more,
});
const create = (member: Member, name: string, more: object = {}) =>
  member.request('POST', '/preset/create', { name, settings: job(), ...more });
const names = async (member: Member) => {
  const { body } = await member.request('GET', '/preset/list');
  return (body.presets as { name: string; isOwn: boolean }[]).map(({ name, isOwn }) => [name, isOwn]);
};

test('a preset keeps the settings and no file, and is its owner’s', async () => {
  const { status, body } = await create(library, 'SENSE 2');
  expect(status).toBe(200);
  expect(JSON.stringify(body)).not.toMatch(/secret|knee|s\.npy|left behind/);
  expect(body).toMatchObject({
    isOwn: true,
    isShared: false,
    settings: {
      task: {
        name: 'pmr',
        options: { NR: 40, reconstructor: { name: 'sense', options: { decimate: true } } },
      },
      output: { gfactor: true, matlab: false, coilsensitivity: false },
    },
  });
  expect(await names(library)).toEqual([['SENSE 2', true]]);
  expect(await names(eve)).toEqual([]);
  for (const member of [eve, root]) {
    const change = await member.request('POST', '/preset/update', { id: body.id, name: 'mine' });
    expect(change.status).toBe(404);
    expect((await member.request('DELETE', `/preset/delete?id=${body.id}`)).status).toBe(404);
  }
});

test('a shared one is seen by all, changed by its owner, deleted by him or an administrator', async () => {
  const { body } = await create(library, 'All of us', { isShared: true });
  expect(await names(eve)).toEqual([['All of us', false]]);
  expect((await eve.request('POST', '/preset/update', { id: body.id, isShared: false })).status).toBe(404);
  expect((await eve.request('DELETE', `/preset/delete?id=${body.id}`)).status).toBe(404);
  const renamed = await library.request('POST', '/preset/update', {
    id: body.id,
    name: 'Ours',
    settings: job({ output: { matlab: true } }),
  });
  expect(renamed.body).toMatchObject({
    name: 'Ours',
    isShared: true,
    settings: { output: { matlab: true } },
  });
  expect(await names(eve)).toEqual([['Ours', false]]);
  await library.request('POST', '/preset/update', { id: body.id, isShared: false });
  expect(await names(eve)).toEqual([]);
  await library.request('POST', '/preset/update', { id: body.id, isShared: true });
  expect((await root.request('DELETE', `/preset/delete?id=${body.id}`)).status).toBe(200);
  expect(await names(eve)).toEqual([]);
});

test('names are one’s own once, settings a task, and everything has an end', async () => {
  expect((await create(eve, 'sense 2')).status).toBe(200);
  expect((await create(eve, 'SENSE 2')).status).toBe(409);
  expect((await create(eve, ' ')).status).toBe(422);
  const wrong = await create(eve, 'wrong', { settings: job({ task: { version: 'v0', name: 'xx' } }) });
  expect(wrong).toMatchObject({ status: 422, body: { error: { code: 'MRO_TASK_INVALID' } } });
  for (let i = 1; i < 200; i++) expect((await create(eve, `number ${i}`)).status).toBe(200);
  expect(await create(eve, 'one more')).toMatchObject({ body: { error: { code: 'MRO_BRAIN_QUOTA' } } });
});
