import { createHash, randomBytes } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectCode } from '../providers/contractTests/expectCode.ts';
import { dataFile, pipeline, user } from '../providers/contractTests/samples.ts';
import { diskObjects, sqliteRecords } from '../providers/index.ts';
import { placesIn } from '../server/places.ts';
import { backup, restore } from './backup.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mroptimum-backup-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const openStore = async (dataDir: string) => {
  const places = placesIn(dataDir);
  await mkdir(dataDir, { recursive: true });
  const options = { folder: places.objects, origin: 'http://localhost', secret: 'x' };
  return { records: sqliteRecords(places.records), disk: diskObjects(options) };
};
type Store = Awaited<ReturnType<typeof openStore>>;

/** A file of the library with its object, as an upload leaves it. */
async function addFile({ records, disk }: Store, id: string): Promise<void> {
  const bytes = randomBytes(2000);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await disk.put(`data/${id}`, bytes);
  await records.data.create(dataFile({ id, objectKey: `data/${id}`, sha256, size: bytes.length }));
}

test('a backup under load is consistent and can be restored', async () => {
  const store = await openStore(join(folder, 'live'));
  const { records, disk } = store;
  await records.users.create(user({ username: 'ada' }));
  await mkdir(join(folder, 'live/keys'));
  await writeFile(join(folder, 'live/keys/links'), 'a key');
  for (let i = 0; i < 20; i++) await addFile(store, `first-${i}`);
  let running = true;
  const load = (async () => {
    for (let i = 0; running; i++) {
      await addFile(store, `more-${i}`);
      await disk.put(`results/${i}`, Buffer.from('zip'));
      await records.pipelines.create(pipeline({ status: 'completed', resultKey: `results/${i}` }));
      const gone = i % 3 === 0 ? `first-${i}` : `more-${i - 1}`;
      await records.data.delete(gone);
      await disk.delete(`data/${gone}`);
    }
  })();
  const report = await backup(join(folder, 'live'), join(folder, 'saved'));
  running = false;
  await load;
  expect(report.missing).toEqual([]);
  expect(await readdir(join(folder, 'live/objects/temporary'))).toEqual([]);
  await records.close();

  expect(await restore(join(folder, 'saved'), join(folder, 'again'))).toEqual(report);
  const again = await openStore(join(folder, 'again'));
  expect(await again.records.users.byUsername('ada')).toBeDefined();
  const { items } = await again.records.data.listByUser('somebody', { limit: 1000 });
  expect(items.length).toBeGreaterThan(0);
  for (const { objectKey, sha256 } of items) {
    const bytes = await readFile(join(folder, 'again/objects/objects', objectKey));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  }
  expect(await readFile(join(folder, 'again/keys/links'), 'utf8')).toBe('a key');
  expect((await stat(join(folder, 'again'))).mode & 0o077).toBe(0);
  await again.records.close();
});

test('what the store itself lacks is told', async () => {
  const store = await openStore(join(folder, 'lacking'));
  for (const id of ['one', 'two']) await addFile(store, id);
  await store.disk.delete('data/one');
  await store.records.close();
  const report = await backup(join(folder, 'lacking'), join(folder, 'lacking-saved'));
  expect(report).toMatchObject({ missing: ['data/one'], objects: 1 });
});

test('what is in the way, incomplete or damaged is refused, and nothing is left behind', async () => {
  const store = await openStore(join(folder, 'small'));
  await addFile(store, 'one');
  await store.records.close();
  const saved = join(folder, 'small-saved');
  await expectCode(backup(join(folder, 'nothing'), saved), 'MRO_BRAIN_NOT_FOUND');
  await backup(join(folder, 'small'), saved);
  await expectCode(backup(join(folder, 'small'), saved), 'MRO_BRAIN_EXISTS');
  await expectCode(restore(saved, join(folder, 'small')), 'MRO_BRAIN_EXISTS');
  await expectCode(restore(folder, join(folder, 'new')), 'MRO_BRAIN_BACKUP');
  const manifest = await readFile(join(saved, 'manifest.json'), 'utf8');
  await writeFile(
    join(saved, 'manifest.json'),
    manifest.replace('objects/objects/data/one', '../../../etc/one'),
  );
  await expectCode(restore(saved, join(folder, 'new')), 'MRO_BRAIN_BACKUP');
  await writeFile(join(saved, 'manifest.json'), manifest);
  await appendFile(join(saved, 'objects/objects/data/one'), 'x');
  await expectCode(restore(saved, join(folder, 'new')), 'MRO_BRAIN_BACKUP');
  await rm(join(saved, 'objects/objects/data/one'));
  await expectCode(restore(saved, join(folder, 'new')), 'MRO_BRAIN_BACKUP');
  expect((await readdir(folder)).filter((name) => /new|partial|restoring/.test(name))).toEqual([]);
});
