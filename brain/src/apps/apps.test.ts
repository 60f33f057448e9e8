import { expect, test } from 'vitest';
import { createLibrary } from '../../test/library.ts';

test('applications: ours is always there, administrators add others', async () => {
  const library = await createLibrary();
  const admin = await library.signIn(await library.addUser('root', { role: 'admin' }));
  const create = (name: string, token: string) =>
    library.ask('POST', '/api/cloudapp/create', { token, body: { name, description: 'Other maps' } });
  expect((await create('CAMRIE', library.token)).status).toBe(403);
  expect(await create('CAMRIE 2', admin.access_token)).toMatchObject({
    status: 200,
    body: { appId: 'camrie-2' },
  });
  for (const name of ['camrie 2', 'MR Optimum', 'mroptimum']) {
    expect((await create(name, admin.access_token)).status).toBe(409);
  }
  expect((await create('…', admin.access_token)).status).toBe(422);
  expect((await library.request('GET', '/cloudapp/list')).body).toMatchObject({
    count: 2,
    apps: [{ appId: 'mroptimum', name: 'MR Optimum' }, { appId: 'camrie-2' }],
  });
  await library.close();
});
