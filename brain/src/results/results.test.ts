import { gzipSync } from 'node:zlib';
import { memoryZipSink, openBundle, writeBundle, writeFailure, writeNifti } from '@mroptimum/bundle';
import { bytesInMemory, type PipelineResult, resultMaps } from '@mroptimum/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLibrary, download, libraryOf } from '../../test/library.ts';
import { storedZip } from '../../test/zip.ts';
import { verifyBundle } from './verify.ts';

type Library = Awaited<ReturnType<typeof createLibrary>>;

const snr = { shape: [2, 4, 8], data: new Float32Array(64).fill(12), complex: false };
const signal = { type: 'file', options: { type: 'local', filename: 'brain.dat' } };
const info = {
  options: { version: 'v0', name: 'ac', options: { reconstructor: { name: 'rss', options: { signal } } } },
  log: [{ when: '2026-03-01T12:00:00Z', what: 'Done.', type: 'END' }],
  calculationTime: 1.5,
  summary: { slices: 2, method: 'ac', reconstruction: 'rss', snrUnits: 'absolute' as const },
};

async function bundle(): Promise<Uint8Array> {
  const maps = [
    { map: resultMaps.snr, volume: snr },
    { map: resultMaps.reconstruction, volume: snr },
  ];
  return (await writeBundle(memoryZipSink(), { maps, info })).result;
}

const infoJson = (files: readonly string[], more: object = {}): Uint8Array =>
  new TextEncoder().encode(
    JSON.stringify({
      headers: { options: {}, log: [] },
      data: files.map((filename, id) => ({ filename, id, name: filename })),
      ...more,
    }),
  );

describe('bundles of one’s own', () => {
  let library: Library;
  beforeAll(async () => {
    library = await createLibrary();
  });
  afterAll(() => library.close());

  const bring = async (bytes: Uint8Array, filename = 'result.zip') => {
    const started = await library.initiate(filename, bytes.length, '/upload_initiate/results');
    await library.putParts(started, bytes);
    const body = { uploadId: started.uploadId, Key: started.Key };
    return { started, ...(await library.request('POST', '/upload_finalize/results', body)) };
  };

  test('become completed jobs, whose maps are read one by one from the archive', async () => {
    const bytes = await bundle();
    const { status, body, started } = await bring(bytes, 'Größe 測定.zip');
    expect(status, JSON.stringify(body)).toBe(200);
    const id = String(body.pipelineId);
    const shown = (await library.request('GET', `/pipeline/${id}/results`)).body as unknown as PipelineResult;
    expect(shown.data.map(({ id: map }) => map)).toEqual([0, 7]);
    expect(shown.info).toMatchObject({ method: 'ac', snrUnits: 'absolute' });
    const original = await openBundle(bytesInMemory('original', bytes));
    for (const map of shown.data) {
      expect(await download(library, map.link)).toEqual(await original.files.read(map.filename));
    }
    expect(await download(library, shown.link)).toEqual(bytes);
    const pipeline = (await library.deps.records.pipelines.byId(id))!;
    expect(pipeline).toMatchObject({
      alias: 'Größe 測定',
      status: 'completed',
      progress: 1,
      job: { task: { name: 'ac' } },
      result: { method: 'ac', maps: [{ id: 0 }, { id: 7 }] },
    });
    const again = await library.request('POST', '/upload_finalize/results', { uploadId: started.uploadId });
    expect(again.body.pipelineId).toBe(id);
    const unzipped = await library.request('POST', '/unzip', { Bucket: 'results', Key: started.Key });
    expect(unzipped).toMatchObject({ status: 200, body: { data: [{ id: 0 }, { id: 7 }] } });
  });

  test('are seen by nobody else, by id or by place', async () => {
    const { body, started } = await bring(await bundle());
    const other = await libraryOf(library, await library.addUser('eve'));
    const attempts = await Promise.all([
      other.request('GET', `/pipeline/${body.pipelineId}/results`),
      other.request('POST', '/unzip', { Key: started.Key }),
      other.request('POST', '/unzip', { Key: `${started.Key}/../x` }),
      other.request('POST', '/upload_finalize/results', { uploadId: started.uploadId }),
    ]);
    expect(attempts.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect((await library.request('POST', '/unzip', { Key: 'data/x/y' })).status).toBe(404);
  });

  test('open with a folder around them, and without a task that is understood', async () => {
    const image = writeNifti({ shape: [1, 2, 2], data: new Float32Array(4), complex: false });
    const zip = storedZip([
      ['my result/info.json', infoJson(['data/SNR.nii.gz'], { token: 'eyJhbGciOi.secretsecret.x' })],
      ['my result/data/SNR.nii.gz', image],
    ]);
    const { status, body } = await bring(zip);
    expect(status, JSON.stringify(body)).toBe(200);
    const result = body.results as PipelineResult;
    expect(await download(library, result.data[0]!.link)).toEqual(image);
    expect(JSON.stringify(body)).not.toContain('secretsecret');
  });

  const map = new Uint8Array(8);
  test.each([
    ['no archive', new TextEncoder().encode('this is no zip archive at all'), 'MRO_BUNDLE_FORMAT'],
    ['no info.json', storedZip([['data/SNR.nii.gz', map]]), 'MRO_BUNDLE_MISSING'],
    [
      'a map that is not there',
      storedZip([['info.json', infoJson(['data/SNR.nii.gz'])]]),
      'MRO_BUNDLE_MISSING',
    ],
    ['no map', storedZip([['info.json', infoJson([])]]), 'MRO_BUNDLE_MISSING'],
    [
      'a map that is none',
      storedZip([
        ['info.json', infoJson(['a'])],
        ['a', map],
      ]),
      'MRO_BUNDLE_FORMAT',
    ],
    [
      'a packed map that is none',
      storedZip([
        ['info.json', infoJson(['a.nii.gz'])],
        ['a.nii.gz', gzipSync(new Uint8Array(5000))],
      ]),
      'MRO_BUNDLE_FORMAT',
    ],
    ['no JSON', storedZip([['info.json', map]]), 'MRO_BUNDLE_INFO'],
    [
      'a name that leaves the folder',
      storedZip([
        ['info.json', infoJson(['../../etc/passwd'])],
        ['../../etc/passwd', map],
      ]),
      'MRO_BUNDLE_UNSAFE',
    ],
    [
      'the same name twice',
      storedZip([
        ['info.json', infoJson(['a'])],
        ['a', map],
        ['a', map],
      ]),
      'MRO_BUNDLE_UNSAFE',
    ],
    [
      'a size that is a lie',
      storedZip([
        ['info.json', infoJson(['a'])],
        ['a', map, 2 ** 31],
      ]),
      'MRO_BUNDLE_TOO_LARGE',
    ],
    [
      'another checksum',
      storedZip([
        ['info.json', infoJson(['a'])],
        ['a', map, 8, 1],
      ]),
      'MRO_BUNDLE_DAMAGED',
    ],
  ])('with %s are refused, and nothing is left of them', async (_, bytes, code) => {
    const { status, body, started } = await bring(bytes);
    expect(body).toMatchObject({ error: { code } });
    expect(status).toBeLessThan(500);
    expect(await library.deps.objects.open(started.Key)).toBeUndefined();
    expect(await library.deps.records.pipelines.byId(started.response.id)).toBeUndefined();
    expect((await library.request('GET', `/upload/${started.uploadId}/parts`)).status).toBe(404);
  });

  test('that unpack to far more than they are, are refused', async () => {
    const sink = memoryZipSink();
    await sink.file('info.json', infoJson(['data/SNR.nii']));
    await sink.file('data/SNR.nii', new Uint8Array(20 * 2 ** 20));
    const bytes = await sink.finish();
    expect(bytes.length).toBeLessThan(2 ** 20);
    expect((await bring(bytes)).body).toMatchObject({ error: { code: 'MRO_BUNDLE_TOO_LARGE' } });
  });

  test('with any byte changed are taken or refused, never an error of the server', async () => {
    const original = await bundle();
    let taken = 0;
    for (let round = 0; round < 40; round++) {
      const bytes = original.slice();
      const at = (round * 7919) % bytes.length;
      bytes[at] = bytes[at]! ^ (1 << (round % 8));
      const { status, body } = await bring(bytes);
      expect(status, JSON.stringify(body)).toBeLessThan(500);
      if (status === 200) taken++;
    }
    // Changes outside of the maps, in dates for example, do no harm.
    expect(taken).toBeLessThan(20);
  });

  test('of failed calculations are told apart', async () => {
    const error = { code: 'MRO_SNR_KERNEL', message: 'Too small.', hint: 'Larger.' };
    const { result } = await writeFailure(memoryZipSink(), { error, info });
    expect((await bring(result)).body).toMatchObject({
      error: { code: 'MRO_BUNDLE_FORMAT', hint: 'Larger.' },
    });
    await library.deps.objects.put('failed/x/y.zip', result);
    expect(await verifyBundle(library.deps, 'failed/x/y.zip')).toMatchObject({
      failure: error,
      summary: { maps: [] },
    });
  });
});

test('bundles of one’s own count towards the quota', async () => {
  const bytes = await bundle();
  const library = await createLibrary({ quota: { storageBytes: 1.5 * bytes.length, jobsPerMonth: 1 } });
  const started = await library.initiate('r.zip', bytes.length, '/upload_initiate/results');
  await library.putParts(started, bytes);
  const done = await library.request('POST', '/upload_finalize/results', { uploadId: started.uploadId });
  expect(done.status).toBe(200);
  const again = { filename: 'r.zip', filesize: bytes.length };
  expect(await library.request('POST', '/upload_initiate/results', again)).toMatchObject({
    status: 403,
    body: { error: { code: 'MRO_BRAIN_QUOTA' } },
  });
  await library.close();
});

test('bundles that were begun at once do not pass the quota together', async () => {
  const bytes = await bundle();
  const library = await createLibrary({ quota: { storageBytes: 1.5 * bytes.length, jobsPerMonth: 1 } });
  const begin = () => library.initiate('r.zip', bytes.length, '/upload_initiate/results');
  const both = [await begin(), await begin()];
  const statuses: number[] = [];
  for (const started of both) {
    await library.putParts(started, bytes);
    const body = { uploadId: started.uploadId };
    statuses.push((await library.request('POST', '/upload_finalize/results', body)).status);
  }
  expect(statuses).toEqual([200, 403]);
  expect((await library.request('GET', '/pipeline/list')).body.jobs).toHaveLength(1);
  expect(await library.deps.objects.open(both[1]!.Key)).toBeUndefined();
  await library.close();
});

describe('results of jobs', () => {
  test('are there when a job has ended: maps, or what went wrong', async () => {
    const library = await createLibrary();
    const make = async (status: 'queued' | 'failed', failureKey?: string) => {
      const bytes = await bundle();
      const own = await library.initiate('r.zip', bytes.length, '/upload_initiate/results');
      await library.putParts(own, bytes);
      const { body } = await library.request('POST', '/upload_finalize/results', { uploadId: own.uploadId });
      const done = (await library.deps.records.pipelines.byId(String(body.pipelineId)))!;
      const { resultKey: _, ...rest } = done;
      const id = `${status}-${done.id}`;
      await library.deps.records.pipelines.create({ ...rest, id, status, ...(failureKey && { failureKey }) });
      return id;
    };
    const queued = await make('queued');
    expect(await library.request('GET', `/pipeline/${queued}/results`)).toMatchObject({
      status: 409,
      body: { error: { code: 'MRO_BRAIN_STATE' } },
    });
    const error = { code: 'MRO_SNR_KERNEL', message: 'Too small.', hint: 'Larger.' };
    const { result } = await writeFailure(memoryZipSink(), { error, info });
    await library.deps.objects.put('failed/x/y.zip', result);
    const failed = await make('failed', 'failed/x/y.zip');
    const shown = await library.request('GET', `/pipeline/${failed}/results`);
    expect(shown).toMatchObject({ status: 200, body: { error, data: [] } });
    expect(await download(library, String(shown.body.link))).toEqual(result);
    const bare = await make('failed');
    expect((await library.request('GET', `/pipeline/${bare}/results`)).status).toBe(404);
    await library.close();
  });
});
