import { type DataFileView, parseJob, type UploadParts, type UploadStarted } from '@mroptimum/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLibrary, download, libraryOf, npyFile, sha256 } from '../../test/library.ts';
import { bundleKey } from '../pipelines/keys.ts';
import { pipeline } from '../providers/contractTests/samples.ts';
import { collectAbandoned, collectOrphans } from './collect.ts';
import { dataKey } from './place.ts';

type Library = Awaited<ReturnType<typeof createLibrary>>;

describe('uploading', () => {
  let library: Library;
  /** Two parts: 10 MiB and a rest. */
  const large = npyFile([3, 512, 900]);
  beforeAll(async () => {
    library = await createLibrary();
  });
  afterAll(() => library.close());

  test('a file in parts: nothing is seen of it before it is complete', async () => {
    const started = await library.initiate('phantom.npy', large.length);
    expect(started).toMatchObject({
      partSize: 10 * 2 ** 20,
      response: { filename: 'phantom.npy', status: 'notavailable', database: 's3' },
    });
    expect(JSON.parse(started.response.location)).toEqual({ Bucket: 'mroptimum', Key: started.Key });
    expect(started.partUrls).toHaveLength(2);
    const parts = await library.putParts(started, large);
    expect(await library.list()).toEqual([]);
    const early = { fileid: started.response.id, filename: 'early.npy' };
    expect((await library.request('POST', '/data/update', early)).status).toBe(409);
    expect((await library.request('POST', '/data/presign', { id: started.response.id })).status).toBe(409);
    const done = await library.request('POST', '/upload_finalize', {
      uploadId: started.uploadId,
      Key: started.Key,
      parts,
      sha256: sha256(large),
    });
    expect(done.status).toBe(200);
    const [file] = await library.list();
    expect(file).toMatchObject({
      id: started.response.id,
      status: 'available',
      size: large.length,
      sha256: sha256(large),
      summary: { kind: 'array', format: 'npy', shape: '3 × 512 × 900' },
    });
    expect(sha256(await download(library, file!.link))).toBe(sha256(large));
    expect((await library.request('GET', '/data/read')).body).toEqual([
      expect.objectContaining({ id: file!.id }),
    ]);
  });

  test('goes on after an interruption with the parts that are missing', async () => {
    const started = await library.initiate('resumed.npy', large.length);
    await library.putParts(started, large, [2]);
    const early = await library.request('POST', '/upload_finalize', { uploadId: started.uploadId });
    expect(early).toMatchObject({ status: 422, body: { error: { code: 'MRO_BRAIN_UPLOAD' } } });
    const state = (await library.request('GET', `/upload/${started.uploadId}/parts`)).body as UploadParts;
    expect(state.parts.map(({ partNumber }) => partNumber)).toEqual([2]);
    expect(state.missing).toEqual([{ partNumber: 1, size: started.partSize, url: expect.any(String) }]);
    const put = await library.app.request(state.missing[0]!.url, {
      method: 'PUT',
      body: large.slice(0, started.partSize),
    });
    expect(put.status).toBe(200);
    expect((await library.request('POST', '/upload_finalize', { uploadId: started.uploadId })).status).toBe(
      200,
    );
  });

  test('says which part arrived with another checksum, and takes it again', async () => {
    const bytes = npyFile([16, 8, 4]);
    const started = await library.initiate('checked.npy', bytes.length);
    await library.putParts(started, bytes);
    const finalize = (parts: unknown) =>
      library.request('POST', '/upload_finalize', { uploadId: started.uploadId, parts });
    for (const wrong of [{ etag: `"${'0'.repeat(64)}"` }, { sha256: 'f'.repeat(64) }]) {
      expect(await finalize([{ partNumber: 1, ...wrong }])).toMatchObject({
        status: 422,
        body: { error: { code: 'MRO_BRAIN_UPLOAD', message: expect.stringContaining('checksum') } },
      });
    }
    expect((await finalize([{ partNumber: 1, sha256: sha256(bytes).toUpperCase() }])).status).toBe(200);
  });

  test('refuses a file whose whole checksum differs, and keeps no byte of it', async () => {
    const bytes = npyFile([16, 8, 2]);
    const started = await library.initiate('wrong.npy', bytes.length);
    await library.putParts(started, bytes);
    const body = { uploadId: started.uploadId, sha256: '0'.repeat(64) };
    for (let round = 0; round < 2; round++) {
      expect(await library.request('POST', '/upload_finalize', body)).toMatchObject({
        status: 422,
        body: { error: { code: 'MRO_BRAIN_UPLOAD' } },
      });
    }
    const refused = (await library.request('GET', `/data/${started.response.id}`)).body;
    expect(refused).toMatchObject({
      status: 'refused',
      size: 0,
      link: '',
      notice: { code: 'MRO_BRAIN_UPLOAD' },
    });
    expect(await library.deps.objects.open(started.Key)).toBeUndefined();
  });

  test('answers alike however often and however close together completing is asked for', async () => {
    const bytes = npyFile([16, 8, 3]);
    const started = await library.initiate('twice.npy', bytes.length);
    await library.putParts(started, bytes);
    const finalize = () => library.request('POST', '/upload_finalize', { uploadId: started.uploadId });
    const answers = await Promise.all([finalize(), finalize(), finalize()]);
    answers.push(await finalize());
    const files = answers.map(({ body }) => (body.response as DataFileView).sha256);
    expect(files).toEqual(Array(4).fill(sha256(bytes)));
  });

  test('finishes a check that a stopped server left', async () => {
    const bytes = npyFile([16, 8, 5]);
    const started = await library.initiate('stopped.npy', bytes.length);
    await library.putParts(started, bytes);
    const file = (await library.deps.records.data.byId(started.response.id))!;
    const { objects, records } = library.deps;
    const parts = await objects.parts(started.Key, started.uploadId);
    await objects.completeMultipart(started.Key, started.uploadId, parts);
    await records.data.update({ ...file, status: 'checking' });
    const done = await library.request('POST', '/upload_finalize', { uploadId: started.uploadId });
    expect(done.body.response).toMatchObject({ status: 'available', sha256: sha256(bytes) });
  });

  test('understands what older clients send', async () => {
    const bytes = npyFile([16, 8, 4]);
    const { status, body } = await library.request('POST', '/upload_initiate', {
      filename: 'alias.npy',
      filetype: '',
      filesize: String(bytes.length),
      filemd5: '',
      file: { name: 'original.npy', lastModified: 1, size: bytes.length, type: '' },
      cloudapp_name: 'MR Optimum',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ response: { filename: 'alias.npy', md5: '', onlineLink: '' } });
    const { uploadId } = body as unknown as UploadStarted;
    expect((await library.request('POST', '/upload_abort', { uploadId })).status).toBe(200);
  });

  test('an upload that is ended, or whose time is over, leaves nothing', async () => {
    const usage = () => library.deps.records.data.usage(library.user.id);
    const before = await usage();
    const ended = await library.initiate('ended.npy', 1000);
    const late = await library.initiate('late.npy', large.length);
    await library.putParts(late, large, [1]);
    expect(await usage()).toBe(before + 1000 + large.length);
    expect((await library.request('POST', '/upload_abort', { uploadId: ended.uploadId })).status).toBe(200);
    const later = { ...library.deps, clock: () => new Date(library.clock.now + 4 * 86_400_000) };
    expect(await collectAbandoned(later)).toBeGreaterThan(0);
    expect(await usage()).toBe(before);
    for (const { uploadId } of [ended, late]) {
      expect((await library.request('GET', `/upload/${uploadId}/parts`)).status).toBe(404);
      expect((await library.request('POST', '/upload_finalize', { uploadId })).status).toBe(404);
    }
    expect((await library.list()).some(({ status }) => status === 'available')).toBe(true);
  });

  test('an object that no file names is collected after a day, others stay', async () => {
    const { objects } = library.deps;
    const lost = [
      dataKey(library.user.id, 'lost'),
      'rois/job/lost',
      'results/lost/own.zip',
      'failed/lost/a.zip',
    ];
    for (const key of lost) await objects.put(key, new Uint8Array(8));
    const stored = async () => {
      const sources = await Promise.all(lost.map((key) => objects.open(key)));
      for (const source of sources) await source?.close();
      return sources.filter((source) => source !== undefined).length;
    };
    const at = (time: number) => ({ ...library.deps, clock: () => new Date(time) });
    expect(await collectOrphans(at(Date.now()))).toBe(0);
    expect(await stored()).toBe(4);
    expect(await collectOrphans(at(Date.now() + 2 * 86_400_000))).toBe(4);
    expect(await stored()).toBe(0);
    const file = (await library.list()).find(({ status }) => status === 'available');
    expect((await download(library, file!.link)).length).toBe(file!.size);
  });

  test('a bundle is collected unless its job ended with it, or a worker has the job now', async () => {
    const { records, objects } = library.deps;
    const lease = { id: 'running.now', worker: 'w', expiresAt: '2026-03-01T12:00:00Z' };
    await records.pipelines.create(pipeline({ id: 'running', status: 'running', lease }));
    const resultKey = 'results/done/done.2.zip';
    await records.pipelines.create(pipeline({ id: 'done', status: 'completed', resultKey }));
    const kept = [bundleKey('result', lease.id), bundleKey('failure', lease.id), resultKey];
    const left = [bundleKey('result', 'running.before'), 'results/done/done.1.zip', 'failed/done/done.1.zip'];
    for (const key of [...kept, ...left]) await objects.put(key, new Uint8Array(8));
    const later = { ...library.deps, clock: () => new Date(Date.now() + 2 * 86_400_000) };
    expect(await collectOrphans(later)).toBe(left.length);
    for (const key of kept) await (await objects.open(key))!.close();
  });
});

describe('limits', () => {
  test('of one file and of the library hold, also for uploads that begin together', async () => {
    const library = await createLibrary({
      maximumUploadBytes: 5000,
      quota: { storageBytes: 10_000, jobsPerMonth: 1 },
    });
    const begin = (filesize: number) =>
      library.request('POST', '/upload_initiate', { filename: 'a.dat', filesize });
    expect(await begin(5001)).toMatchObject({
      status: 413,
      body: { error: { code: 'MRO_BRAIN_TOO_LARGE' } },
    });
    const answers = await Promise.all(Array.from({ length: 5 }, () => begin(4000)));
    const begun = answers.filter(({ status }) => status === 200).length;
    expect(begun).toBeLessThanOrEqual(2);
    expect(await library.deps.records.data.usage(library.user.id)).toBe(begun * 4000);
    expect(await begin(5000)).toMatchObject(
      begun === 2 ? { status: 403, body: { error: { code: 'MRO_BRAIN_QUOTA' } } } : {},
    );
    await library.close();
  });

  test('a part takes exactly its bytes', async () => {
    const library = await createLibrary();
    const started = await library.initiate('a.npy', 100);
    for (const size of [99, 101]) {
      const answer = await library.app.request(started.partUrls[0]!, {
        method: 'PUT',
        body: new Uint8Array(size),
      });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
    }
    await library.close();
  });
});

describe('names', () => {
  test.each([
    '../../etc/passwd',
    'a/b.dat',
    'C:\\scan.dat',
    'a\u0000.dat',
    'a\n.dat',
    '..',
    '',
    '\u202Etad.dat',
  ])('%j is refused', async (filename) => {
    const library = await createLibrary();
    const answer = await library.request('POST', '/upload_initiate', { filename, filesize: 10 });
    expect(answer).toMatchObject({ status: 422, body: { error: { code: 'MRO_BRAIN_INVALID' } } });
    await library.close();
  });

  test('survive in every language, and are renamed with their extension', async () => {
    const library = await createLibrary();
    const name = 'Größe 測定 🧠 "π".npy';
    await library.upload(name, npyFile([8, 8, 2]));
    const [file] = await library.list();
    expect(file!.filename).toBe(name);
    const answer = await library.app.request(file!.link);
    await answer.arrayBuffer();
    expect(answer.headers.get('content-disposition')).toContain(
      `filename*=UTF-8''${encodeURIComponent(name)}`,
    );
    const rename = (filename: string, tag?: string) =>
      library.request('POST', '/data/update', { fileid: file!.id, filename }, tag ? { 'If-Match': tag } : {});
    expect(await rename('without')).toMatchObject({
      status: 422,
      body: {
        error: { message: expect.stringContaining('extension'), hint: expect.stringContaining('.npy') },
      },
    });
    const read = await library.request('GET', `/data/${file!.id}`);
    const tag = read.headers.get('etag')!;
    expect(await rename('second.npy', tag)).toMatchObject({ status: 200, body: { filename: 'second.npy' } });
    expect((await rename('third.npy', tag)).status).toBe(412);
    expect((await library.list())[0]!.filename).toBe('second.npy');
    await library.close();
  });
});

describe('somebody else', () => {
  test('finds nothing of a library, in whatever way he asks', async () => {
    const library = await createLibrary();
    await library.upload('mine.npy', npyFile([8, 8, 2]));
    const [file] = await library.list();
    const started = await library.initiate('going on.npy', 100);
    const other = await libraryOf(library, await library.addUser('eve'));
    const { uploadId } = started;
    const attempts = await Promise.all([
      other.request('GET', `/data/${file!.id}`),
      other.request('POST', '/data/update', { fileid: file!.id, filename: 'x.npy' }),
      other.request('POST', `/data/delete/${file!.id}`),
      other.request('POST', '/data/presign', { id: file!.id }),
      other.request('POST', '/data/presign', { method: 'PUT', uploadId, partNumber: 1 }),
      other.request('GET', `/upload/${uploadId}/parts`),
      other.request('POST', '/upload_finalize', { uploadId }),
      other.request('POST', '/upload_abort', { uploadId }),
    ]);
    expect(attempts.map(({ status }) => status)).toEqual(Array(attempts.length).fill(404));
    expect(await other.list()).toEqual([]);
    expect((await library.list())[0]!.filename).toBe('mine.npy');
    await library.close();
  });
});

describe('the library', () => {
  test('keeps a file that a waiting job reads', async () => {
    const library = await createLibrary();
    await library.upload('needed.npy', npyFile([8, 8, 2]));
    const [file] = await library.list();
    const { records } = library.deps;
    const signal = { type: 'file', options: { type: 's3', bucket: 'b', key: 'k' } };
    const task = {
      version: 'v0',
      name: 'ac',
      options: { reconstructor: { name: 'rss', options: { signal } } },
    };
    const queued = await records.pipelines.create({
      id: 'waiting',
      userId: library.user.id,
      alias: 'brain',
      unitId: 'none',
      mode: 'local',
      status: 'queued',
      job: parseJob(task),
      inputs: [file!.id],
      attempts: 0,
      progress: 0,
      cancelRequested: false,
      version: 1,
      createdAt: file!.created_at,
      updatedAt: file!.created_at,
    });
    const remove = () => library.request('POST', `/data/delete/${file!.id}`);
    expect(await remove()).toMatchObject({
      status: 409,
      body: { error: { code: 'MRO_BRAIN_STATE', message: expect.stringContaining('brain') } },
    });
    const event = { at: file!.created_at, type: 'state', data: { status: 'cancelled' } } as const;
    await records.pipelines.transition({ ...queued, status: 'cancelled' }, ['queued'], event);
    expect((await remove()).status).toBe(200);
    await library.close();
  });

  test('is read in pages, gives fresh links, and deletes', async () => {
    const library = await createLibrary();
    for (const name of ['a.npy', 'b.npy', 'c.npy']) {
      await library.upload(name, npyFile([8, 8, 2]));
      library.clock.now += 1000;
    }
    const first = (await library.request('GET', '/data?limit=2')).body;
    expect((first.items as DataFileView[]).map(({ filename }) => filename)).toEqual(['c.npy', 'b.npy']);
    const second = (await library.request('GET', `/data?limit=2&cursor=${first.nextCursor}`)).body;
    expect((second.items as DataFileView[]).map(({ filename }) => filename)).toEqual(['a.npy']);
    expect(second.nextCursor).toBeUndefined();
    const { items } = await library.deps.records.data.listByUser(library.user.id, { limit: 1 });
    const { id, objectKey } = items[0]!;
    const { url } = (await library.request('POST', '/data/presign', { id })).body as { url: string };
    expect((await download(library, url)).length).toBeGreaterThan(0);
    expect((await library.request('POST', `/data/delete/${id}`)).status).toBe(200);
    expect(await library.deps.objects.open(objectKey)).toBeUndefined();
    expect(await library.list()).toHaveLength(2);
    await library.close();
  });
});
