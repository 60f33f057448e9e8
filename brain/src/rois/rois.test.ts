import type { RoiView } from '@mroptimum/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLibrary, download, libraryOf } from '../../test/library.ts';

type Library = Awaited<ReturnType<typeof createLibrary>>;
type Member = Awaited<ReturnType<typeof libraryOf>>;

describe('regions of interest', () => {
  let library: Library;
  let other: Member;
  const pipelineId = 'a-job-of-ada';
  const drawing = new Uint8Array([80, 75, 3, 4, 1, 2, 3]);
  beforeAll(async () => {
    library = await createLibrary();
    other = await libraryOf(library, await library.addUser('eve'));
    const now = new Date(library.clock.now).toISOString();
    const signal = { type: 'file', options: { type: 'local', filename: 'brain.dat' } };
    await library.deps.records.pipelines.create({
      id: pipelineId,
      userId: library.user.id,
      alias: 'brain',
      unitId: 'none',
      mode: 'local',
      status: 'completed',
      job: {
        alias: 'brain',
        application: 'MR Optimum',
        output: { coilsensitivity: false, gfactor: false, matlab: false },
        task: { name: 'ac', signal } as never,
      },
      inputs: [],
      attempts: 1,
      progress: 1,
      cancelRequested: false,
      version: 1,
      createdAt: now,
      updatedAt: now,
    });
  });
  afterAll(() => library.close());

  const start = (member: Member, more: object = {}) =>
    member.request('POST', '/roi/upload', {
      filename: 'Läsion 1.zip',
      pipeline_id: pipelineId,
      type: 'image',
      contentType: 'application/zip',
      size: drawing.length,
      data: { sliceMM: [0, 1, 2] },
      ...more,
    });
  const list = async (member: Member) =>
    (await member.request('GET', `/roi/list?pipeline_id=${pipelineId}`)).body;

  test('show when their file has arrived, and go when they are deleted', async () => {
    const { status, body } = await start(library);
    expect(status).toBe(200);
    expect(await list(library)).toEqual([]);
    const put = await library.app.request(String(body.upload_url), { method: 'PUT', body: drawing });
    expect(put.status).toBe(200);
    const [roi] = (await list(library)) as unknown as RoiView[];
    expect(roi).toMatchObject({
      id: body.id,
      filename: 'Läsion 1.zip',
      size: drawing.length,
      data: { sliceMM: [0, 1, 2] },
      pivot: { pipeline_id: pipelineId, roi_id: body.id },
    });
    expect(await download(library, roi!.link)).toEqual(drawing);
    expect(await download(library, String(body.access_url))).toEqual(drawing);
    expect((await library.request('DELETE', '/roi/delete', { roi_id: body.id })).status).toBe(200);
    expect(await list(library)).toEqual([]);
    expect((await library.app.request(roi!.link)).status).toBe(404);
  });

  test('belong to the owner of the job', async () => {
    const { body } = await start(library);
    await library.app.request(String(body.upload_url), { method: 'PUT', body: drawing });
    expect((await other.request('GET', `/roi/list?pipeline_id=${pipelineId}`)).status).toBe(404);
    expect((await start(other)).status).toBe(404);
    expect((await other.request('DELETE', '/roi/delete', { roi_id: body.id })).status).toBe(404);
    expect(await list(library)).toHaveLength(1);
  });

  test('may come without their size from older clients, but not without end', async () => {
    const { body } = await start(library, { size: undefined });
    const put = (length: number) =>
      library.app.request(String(body.upload_url), {
        method: 'PUT',
        body: drawing,
        headers: { 'Content-Length': String(length) },
      });
    expect((await put(2 ** 30)).status).toBe(403);
    expect((await put(drawing.length)).status).toBe(200);
    const rois = (await list(library)) as unknown as RoiView[];
    expect(rois.find(({ id }) => id === body.id)?.size).toBe(drawing.length);
  });

  test('have sensible names and sizes', async () => {
    expect((await start(library, { filename: '../x.zip' })).status).toBe(422);
    expect((await start(library, { size: 2 ** 30 })).status).toBe(413);
    expect((await start(library, { size: 0 })).status).toBe(422);
  });
});
