import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Upload } from '../../entities.ts';
import type { Records } from '../records.ts';
import { expectCode } from './expectCode.ts';
import { dataFile, later, preset, roi, unit } from './samples.ts';

/** Files, uploads, computing units, regions of interest, presets. */
export function libraryContract(records: () => Records): void {
  describe('data files', () => {
    test('are listed only when available or refused, and counted always', async () => {
      const { data } = records();
      const userId = randomUUID();
      const states = ['available', 'uploading', 'checking', 'refused'] as const;
      const files = states.map((status, i) =>
        dataFile({ userId, status, size: 10 ** i, createdAt: later(i) }),
      );
      for (const file of files) await data.create(file);
      await data.create(dataFile());
      const { items } = await data.listByUser(userId, { limit: 10 });
      expect(items.map(({ status }) => status)).toEqual(['refused', 'available']);
      expect(await data.usage(userId)).toBe(1111);
      const checked = await data.update({ ...files[2]!, status: 'available', sha256: 'ab' });
      expect((await data.listByUser(userId, { limit: 10 })).items[1]).toEqual(checked);
      await expectCode(data.update(files[2]!), 'MRO_BRAIN_CONFLICT');
      await data.delete(files[0]!.id);
      expect(await data.byId(files[0]!.id)).toBeUndefined();
      expect(await data.usage(userId)).toBe(1110);
      expect(await data.usage('nobody')).toBe(0);
    });

    test('appear on later pages though new ones arrive in between', async () => {
      const { data } = records();
      const userId = randomUUID();
      for (let i = 0; i < 5; i++) await data.create(dataFile({ userId, createdAt: later(i) }));
      const first = await data.listByUser(userId, { limit: 2 });
      await data.create(dataFile({ userId, createdAt: later(9) }));
      await data.delete(first.items[1]!.id);
      const second = await data.listByUser(userId, { limit: 9, cursor: first.nextCursor! });
      expect(second.items.map(({ createdAt }) => createdAt)).toEqual([later(2), later(1), later(0)]);
      expect(second.nextCursor).toBeUndefined();
    });
  });

  test('uploads that ended are found, oldest first', async () => {
    const { uploads } = records();
    const upload = (expiresAt: string): Upload => ({
      id: randomUUID(),
      userId: 'somebody',
      target: { kind: 'data', id: 'x' },
      objectKey: 'data/x',
      size: 1,
      partSize: 1,
      createdAt: later(0),
      expiresAt,
    });
    const [late, early, open] = [upload(later(2)), upload(later(1)), upload(later(5))];
    for (const one of [late, early, open]) await uploads.create(one);
    expect(await uploads.expired(later(3), 10)).toEqual([early, late]);
    expect(await uploads.expired(later(3), 1)).toEqual([early]);
    await uploads.delete(early.id);
    expect(await uploads.expired(later(3), 10)).toEqual([late]);
    expect(await uploads.byId(open.id)).toEqual(open);
  });

  test('computing units are seen by their owner, shared ones by all', async () => {
    const { units } = records();
    const [me, you] = [randomUUID(), randomUUID()];
    const own = unit({ ownerId: me });
    const shared = unit({ ownerId: you, isShared: true });
    const hidden = unit({ ownerId: you });
    for (const one of [own, shared, hidden]) await units.create(one);
    const visible = await units.listVisible(me);
    expect(visible.map(({ id }) => id)).toEqual(expect.arrayContaining([own.id, shared.id]));
    expect(visible.map(({ id }) => id)).not.toContain(hidden.id);
    const seen = await units.update({ ...shared, isShared: false, lastSeenAt: later(1) });
    expect(await units.byId(shared.id)).toEqual(seen);
    expect((await units.listVisible(me)).map(({ id }) => id)).not.toContain(shared.id);
    await units.delete(own.id);
    expect(await units.byId(own.id)).toBeUndefined();
  });

  test('regions of interest belong to a job', async () => {
    const { rois } = records();
    const pipelineId = randomUUID();
    const [first, second] = [
      roi({ pipelineId }),
      roi({ pipelineId, createdAt: later(1), data: { mean: 3 } }),
    ];
    for (const one of [second, first, roi()]) await rois.create(one);
    expect(await rois.listByPipeline(pipelineId)).toEqual([first, second]);
    await rois.delete(first.id);
    expect(await rois.byId(first.id)).toBeUndefined();
    expect(await rois.byId(second.id)).toEqual(second);
  });

  test('presets are seen by their owner, shared ones by all, and changed one version at a time', async () => {
    const { presets } = records();
    const [me, you] = [randomUUID(), randomUUID()];
    const own = preset({ userId: me, createdAt: later(2) });
    const shared = preset({ userId: you, isShared: true, createdAt: later(1) });
    const hidden = preset({ userId: you });
    for (const one of [own, shared, hidden]) await presets.create(one);
    await expectCode(presets.create(own), 'MRO_BRAIN_EXISTS');
    const mine = async () => {
      const ids = [own, shared, hidden].map(({ id }) => id);
      return (await presets.listVisible(me)).filter(({ id }) => ids.includes(id));
    };
    expect(await mine()).toEqual([shared, own]);
    const renamed = await presets.update({ ...own, name: 'Other' });
    expect(renamed.version).toBe(2);
    expect(await presets.byId(own.id)).toEqual(renamed);
    await expectCode(presets.update(own), 'MRO_BRAIN_CONFLICT');
    await presets.update({ ...shared, isShared: false });
    expect(await mine()).toEqual([renamed]);
    const both = await presets.update({ ...renamed, isShared: true });
    expect(await mine()).toEqual([both]);
    await presets.delete(own.id);
    expect(await presets.byId(own.id)).toBeUndefined();
    expect(await mine()).toEqual([]);
  });
}
