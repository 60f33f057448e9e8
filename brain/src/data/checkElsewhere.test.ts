import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLibrary, npyFile } from '../../test/library.ts';
import type { DataFile } from '../entities.ts';

let library: Awaited<ReturnType<typeof createLibrary>>;
beforeEach(async () => {
  library = await createLibrary({ longestRequestSeconds: 300 });
});
afterEach(() => library.close());

/** An upload whose parts have arrived, and whose check another process has begun. */
async function checkedElsewhere(): Promise<{ uploadId: string; file: DataFile }> {
  const bytes = npyFile([4, 8, 8]);
  const { uploadId, response } = await library.initiate('signal.npy', bytes.length);
  const file = (await library.deps.records.data.byId(response.id))!;
  const updatedAt = new Date(library.clock.now).toISOString();
  await library.putParts(
    { uploadId, partUrls: [await link(uploadId)], partSize: bytes.length } as never,
    bytes,
  );
  return {
    uploadId,
    file: await library.deps.records.data.update({ ...file, status: 'checking', updatedAt }),
  };
}
const link = async (uploadId: string): Promise<string> => {
  const body = { method: 'PUT', uploadId, partNumber: 1 };
  return String((await library.request('POST', '/data/presign', body)).body.url);
};
const finalize = (uploadId: string) => library.request('POST', '/upload_finalize', { uploadId });

test('a file that another process checks is waited for, and checked once', async () => {
  const { uploadId, file } = await checkedElsewhere();
  const answer = finalize(uploadId);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const settled = await library.deps.records.data.update({ ...file, status: 'available', sha256: 'ab' });
  expect(await answer).toMatchObject({ status: 200, body: { response: { sha256: 'ab' } } });
  expect(await library.deps.records.data.byId(file.id)).toEqual(settled);
});

test('what the other process says of it is told', async () => {
  const { uploadId, file } = await checkedElsewhere();
  const notice = { code: 'MRO_RAW_CORRUPT', message: 'It cannot be read.', hint: 'Upload it again.' };
  await library.deps.records.data.update({ ...file, status: 'refused', notice });
  expect(await finalize(uploadId)).toMatchObject({ status: 422, body: { error: { code: notice.code } } });
});

test('a check whose process must have ended begins again', async () => {
  const { uploadId } = await checkedElsewhere();
  // The parts were not joined, so the new check finds nothing to look at, and says so.
  library.clock.now += 301_000;
  expect(await finalize(uploadId)).toMatchObject({
    status: 422,
    body: { error: { code: 'MRO_BRAIN_UPLOAD' } },
  });
});
