import { gzipSync } from 'node:zlib';
import { writeMha, writeNifti } from '@mroptimum/bundle';
import type { DataFileView } from '@mroptimum/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLibrary, download, npyFile, sha256, twixFile } from '../../test/library.ts';

type Library = Awaited<ReturnType<typeof createLibrary>>;

const volume = { shape: [2, 4, 8], data: new Float32Array(64).fill(30), complex: false };
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

describe('what a file is, by its content', () => {
  let library: Library;
  let twix: Uint8Array;
  beforeAll(async () => {
    library = await createLibrary();
    twix = await twixFile();
  });
  afterAll(() => library.close());

  const summaryOf = async (filename: string, bytes: Uint8Array) => {
    const { status, body } = await library.upload(filename, bytes);
    expect(status, JSON.stringify(body)).toBe(200);
    return (body.response as DataFileView).summary;
  };

  test('twix, whatever its name', async () => {
    expect(await summaryOf('photo.jpg', twix)).toMatchObject({
      kind: 'raw',
      format: 'twix',
      matrix: '16 × 8 × 1',
      coils: 2,
      phase: 8,
      slices: 1,
      noise: true,
    });
  });

  test('arrays and images', async () => {
    expect(await summaryOf('a.npy', npyFile([8, 4, 2]))).toMatchObject({ format: 'npy', shape: '8 × 4 × 2' });
    const nifti = writeNifti(volume, 'FA');
    const image = { kind: 'image', shape: '8 × 4 × 2' };
    expect(await summaryOf('fa.nii.gz', nifti)).toMatchObject({ ...image, format: 'NIfTI-1' });
    expect(await summaryOf('fa.mha', writeMha(volume))).toMatchObject({ ...image, format: 'MetaImage' });
    expect(await summaryOf('a.hdr', text('# Dimensions\n8 4 1 2\n'))).toMatchObject({ format: 'bart' });
    expect(await summaryOf('a.cfl', new Uint8Array(8 * 64))).toMatchObject({ format: 'bart' });
  });

  test.each([
    ['a picture', 'a.dat', text('\x89PNG\r\n\x1a\n and more of it')],
    ['a page', 'a.h5', text('<html><script>alert(1)</script></html>')],
    ['zeros', 'a.dat', new Uint8Array(20_000)],
    ['one byte', 'a.npy', new Uint8Array(1)],
    ['zeros that grow', 'a.nii.gz', gzipSync(new Uint8Array(50 * 2 ** 20))],
    ['a broken gzip', 'a.nii.gz', new Uint8Array([0x1f, 0x8b, 8, 0, 1, 2, 3])],
  ])('%s is refused, its bytes are not kept', async (_, filename, bytes) => {
    library.clock.now += 1000;
    const answer = await library.upload(filename, bytes);
    expect(answer).toMatchObject({ status: 415, body: { error: { code: 'MRO_RAW_UNKNOWN' } } });
    const [file] = await library.list();
    expect(file).toMatchObject({ filename, status: 'refused', size: 0, notice: { code: 'MRO_RAW_UNKNOWN' } });
    const stored = await library.deps.records.data.byId(file!.id);
    expect(await library.deps.objects.open(stored!.objectKey)).toBeUndefined();
  });

  test('a twix file that was cut is refused, and the message says why', async () => {
    const answer = await library.upload('cut.dat', twix.slice(0, twix.length - 1000));
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      error: { code: expect.stringMatching(/^MRO_RAW_(TRUNCATED|CORRUPT)$/) },
    });
  });

  test('mutated files are accepted or refused, never an error of the server', async () => {
    for (let round = 0; round < 60; round++) {
      const bytes = twix.slice();
      for (let i = 0; i < 8; i++) bytes[(round * 7919 + i * 104_729) % bytes.length] = (round * 31 + i) % 256;
      const { status, body } = await library.upload('mutated.dat', bytes);
      expect([200, 415, 422], JSON.stringify(body)).toContain(status);
    }
  });
});

describe('patient identity', () => {
  const patient = 'DOE^JANE';
  const holds = (bytes: Uint8Array): boolean => Buffer.from(bytes).includes(patient);

  test('warn: the file is taken as it is, and says which fields it holds but not what is in them', async () => {
    const library = await createLibrary({ privacy: 'warn' });
    const twix = await twixFile(patient);
    const { status, body } = await library.upload('scan.dat', twix);
    expect(status).toBe(200);
    const { notice, link, sha256: told } = body.response as DataFileView;
    expect(notice).toMatchObject({ code: 'MRO_BRAIN_PRIVACY', message: expect.stringContaining('patient') });
    expect(JSON.stringify(body) + library.logged.join('')).not.toContain('DOE');
    expect(told).toBe(sha256(twix));
    expect(holds(await download(library, link))).toBe(true);
    await library.close();
  });

  test('scrub: what is kept no longer holds them, and its checksum is that of what is kept', async () => {
    const library = await createLibrary({ privacy: 'scrub' });
    const twix = await twixFile(patient);
    expect(holds(twix)).toBe(true);
    const { body } = await library.upload('scan.dat', twix);
    const file = body.response as DataFileView;
    expect(file.notice).toMatchObject({ message: expect.stringContaining('overwritten') });
    const kept = await download(library, file.link);
    expect(holds(kept)).toBe(false);
    expect(kept.length).toBe(twix.length);
    expect(file.sha256).toBe(sha256(kept));
    await library.close();
  });

  test('refuse: nothing is kept', async () => {
    const library = await createLibrary({ privacy: 'refuse' });
    const answer = await library.upload('scan.dat', await twixFile(patient));
    expect(answer).toMatchObject({
      status: 422,
      body: { error: { code: 'MRO_BRAIN_PRIVACY', hint: expect.stringContaining('scrub') } },
    });
    const keys: string[] = [];
    for await (const { key } of library.deps.objects.list('data/')) keys.push(key);
    expect(keys).toEqual([]);
    expect(JSON.stringify(await library.list()) + library.logged.join('')).not.toContain('DOE');
    await library.close();
  });
});
