import { parseJob, presetSettings } from '@mroptimum/contract';
import { createToken } from '../src/auth/apiTokens.ts';
import { dataKey } from '../src/data/place.ts';
import type { Pipeline, PipelineStatus } from '../src/entities.ts';
import { beginUpload } from '../src/uploads/transfer.ts';
import type { Foreign } from './accessTable.ts';
import type { Platform } from './platform.ts';

/** Creates a user with one record of every kind; all names and most ids hold his name. */
export async function belongings(platform: Platform, name: string): Promise<Foreign> {
  const { deps } = platform;
  const { records, objects, clock } = deps;
  const user = await platform.addUser(name);
  const now = clock().toISOString();
  const versioned = { version: 1, createdAt: now, updatedAt: now };
  const token = await createToken(deps, user, { name, scopes: ['data:read'] });

  const data = `data-of-${name}`;
  const key = dataKey(user.id, data);
  const filename = `${name}.dat`;
  await records.data.create({
    ...versioned,
    id: data,
    userId: user.id,
    filename,
    size: 3,
    status: 'available',
    objectKey: key,
  });
  await objects.put(key, new Uint8Array(3));

  const upload = (kind: 'data' | 'result') =>
    beginUpload(deps, {
      userId: user.id,
      target: { kind, id: `${kind}-upload-of-${name}` },
      objectKey: dataKey(user.id, `${kind}-upload-of-${name}`),
      size: 10,
      name: filename,
    });

  const unit = `unit-of-${name}`;
  await records.units.create({
    ...versioned,
    id: unit,
    ownerId: user.id,
    appId: 'mroptimum',
    alias: `unit of ${name}`,
    mode: 'local',
    provider: 'local',
    status: 'ready',
    isDefault: true,
    isShared: false,
    callbackSecret: `secret of ${name}`,
  });

  const job = parseJob({
    name: 'ac',
    version: 'v0',
    options: { reconstructor: reconstructor(key, filename) },
  });
  const pipeline = async (status: PipelineStatus, more: Partial<Pipeline> = {}): Promise<string> => {
    const id = `${status}-of-${name}`;
    await records.pipelines.create({
      ...versioned,
      id,
      userId: user.id,
      alias: `job of ${name}`,
      unitId: unit,
      mode: 'local',
      status,
      job,
      inputs: [data],
      attempts: 0,
      progress: 0,
      cancelRequested: false,
      ...more,
    });
    return id;
  };
  const lease = `running-of-${name}.lease`;
  const expiresAt = new Date(clock().getTime() + 30_000).toISOString();
  await pipeline('running', { lease: { id: lease, worker: name, expiresAt } });
  const completed = await pipeline('completed', { finishedAt: now });

  const roi = `roi-of-${name}`;
  await objects.put(`rois/${roi}`, new Uint8Array(3));
  await records.rois.create({
    ...versioned,
    id: roi,
    userId: user.id,
    pipelineId: completed,
    filename: `${name}.zip`,
    type: 'image',
    contentType: 'application/zip',
    objectKey: `rois/${roi}`,
    size: 3,
  });
  const preset = `preset-of-${name}`;
  await records.presets.create({
    ...versioned,
    id: preset,
    userId: user.id,
    name: `preset of ${name}`,
    settings: presetSettings(job),
    isShared: false,
  });
  return {
    user: user.id,
    token: token.id,
    data,
    key,
    upload: (await upload('data')).id,
    resultUpload: (await upload('result')).id,
    queued: await pipeline('queued'),
    completed,
    lease,
    unit,
    roi,
    preset,
  };
}

const reconstructor = (key: string, filename: string) => ({
  name: 'rss',
  options: { signal: { type: 'file', id: 1, options: { type: 's3', filename, bucket: 'mroptimum', key } } },
});

/** All records of a user, to see that a request changed none. */
export async function everythingOf({ deps: { records } }: Platform, owned: Foreign): Promise<unknown> {
  const page = { limit: 100 };
  return {
    tokens: await records.apiTokens.listByUser(owned.user),
    data: await records.data.listByUser(owned.user, page),
    uploads: [await records.uploads.byId(owned.upload), await records.uploads.byId(owned.resultUpload)],
    units: await records.units.listVisible(owned.user),
    pipelines: await records.pipelines.listByUser(owned.user, page),
    rois: await records.rois.listByPipeline(owned.completed),
    presets: await records.presets.listVisible(owned.user),
  };
}
