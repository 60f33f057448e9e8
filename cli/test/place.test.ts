import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Brain, connect, endpoints, tokensInMemory } from '@mroptimum/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DiskObjects } from '../../brain/src/providers/disk/index.ts';
import { registerObjectRoutes } from '../../brain/src/providers/disk/routes.ts';
import { createPlatform, origin, type Platform, password } from '../../brain/test/platform.ts';
import { storingUnit, withUploads } from '../src/client/submit.ts';
import { uploadFile } from '../src/client/upload.ts';
import { uploadStates } from '../src/client/uploadState.ts';
import { jobOf } from '../src/task.ts';

const folder = mkdtempSync(join(tmpdir(), 'mroptimum-place-'));
const at = (name: string): string => join(folder, name);
let platform: Platform;
let brain: Brain;
/** A unit of mode 2 and one of the lab. */
const units = { cloud: '', lab: '' };

beforeAll(async () => {
  platform = await createPlatform();
  registerObjectRoutes(platform.app, platform.deps.objects as DiskObjects);
  // As in the cloud: a unit of mode 2 reads what lies in its own account alone.
  Object.assign(platform.deps, {
    stores: {
      of: () => platform.deps.objects,
      reaches: (unit: { id: string; mode: string }, storedAt?: string) =>
        unit.mode === 'local' || storedAt === unit.id,
    },
  });
  const user = await platform.addUser('ada');
  const inProcess: typeof fetch = async (input, init) => platform.app.request(String(input), init);
  brain = connect({ origin, tokens: tokensInMemory(), fetch: inProcess });
  await brain.signIn(user.email, password);
  const register = async (body: object): Promise<string> =>
    (await brain.call(endpoints.registerUnit, { body: { appId: 'MR Optimum', ...body } as never }))
      .computingUnitId;
  const account = { provider: 'user-owned', awsAccountId: '222222222222', region: 'eu-west-1' };
  units.cloud = await register({ mode: 'mode2', ...account });
  units.lab = await register({ mode: 'local', provider: 'local', alias: 'lab' });
  const header = `{'descr': '<c8', 'fortran_order': False, 'shape': (1, 2), }`.padEnd(117);
  const npy = Buffer.concat([Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1'), Buffer.from(`${header}\n`)]);
  writeFileSync(at('signal.npy'), Buffer.concat([npy, Buffer.alloc(16, 1)]));
});
afterAll(async () => {
  await platform.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Uploads what lies on this machine for a unit, as `exec` and `jobs submit` do; the names of what was sent. */
async function sentFor(choice: { unit?: string; mode?: string }): Promise<string[]> {
  const sent: string[] = [];
  const unit = await storingUnit(brain, choice);
  const put = (path: string, name: string) => {
    sent.push(name);
    const states = uploadStates(at('states'));
    return uploadFile(brain, path, { name, states, ...(unit !== undefined && { unit }) });
  };
  const options = {
    method: 'ac',
    recon: 'rss',
    sensitivities: 'inner',
    window: 'hann',
    mask: 'no',
  } as const;
  const both = { noise: 'signal.npy', axes: 'xc', noiseAxes: 'xc' };
  await withUploads(brain, jobOf('signal.npy', { ...options, ...both }), folder, put, unit);
  return sent;
}

const places = async () =>
  (await brain.call(endpoints.files, { query: {} })).items.map((file) => file.computing_unit_id);

test('files go into the account of a unit of mode 2, and are held only where the unit reads them', async () => {
  expect(await sentFor({})).toEqual(['signal.npy']);
  expect(await places()).toEqual([undefined]);
  expect(await sentFor({ unit: units.cloud })).toEqual(['signal.npy']);
  expect((await places()).toSorted()).toEqual([units.cloud, undefined]);
  for (const choice of [
    {},
    { unit: units.cloud },
    { mode: 'mode2' },
    { unit: units.lab },
    { mode: 'local' },
  ]) {
    expect(await sentFor(choice)).toEqual([]);
  }
});

test('an upload that was interrupted elsewhere is not gone on with for another place', async () => {
  const states = uploadStates(at('others'));
  const begun: string[] = [];
  const remember = async (key: string, id: string | undefined): Promise<void> => {
    if (id !== undefined) begun.push(key);
    await states.remember(key, id);
  };
  for (const place of [{}, { unit: units.cloud }]) {
    await uploadFile(brain, at('signal.npy'), { states: { ...states, remember }, ...place });
  }
  expect(new Set(begun).size).toBe(2);
});

test('a unit that is not there is refused before a file is sent', async () => {
  const unit = await storingUnit(brain, { unit: 'none' });
  expect(unit).toBe('none');
  const states = uploadStates(at('states'));
  await expect(uploadFile(brain, at('signal.npy'), { states, unit: 'none' })).rejects.toMatchObject({
    code: 'MRO_BRAIN_NOT_FOUND',
  });
});
