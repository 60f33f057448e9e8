import { request } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { DataFileView, UploadParts, UploadStarted } from '@mroptimum/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLibrary, npyFile, sha256, twixFile } from '../../test/library.ts';
import { origin } from '../../test/platform.ts';
import { listen, type Network } from '../server/network.ts';
import { scrubObject } from './scrubObject.ts';

let library: Awaited<ReturnType<typeof createLibrary>>;
let network: Network;

beforeAll(async () => {
  library = await createLibrary();
  network = await listen('127.0.0.1', 0);
  network.serve(getRequestListener(library.app.fetch));
});
afterAll(async () => {
  await network.close();
  await library.close();
});

/** A link of the tests' made-up origin at the real address. */
const real = (link: string): string => link.replace(origin, network.address);

async function post<T>(path: string, body: unknown): Promise<T> {
  const answer = await fetch(`${network.address}/api${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${library.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}

/** Announces all of a part, sends some of it, and breaks the connection. */
function breakOff(url: string, bytes: Uint8Array, sent: number): Promise<void> {
  return new Promise((resolve) => {
    const put = request(url, { method: 'PUT', headers: { 'Content-Length': bytes.length } });
    put.on('error', () => resolve());
    put.write(bytes.subarray(0, sent), () => setTimeout(() => put.destroy(), 50));
  });
}

test('over a real connection that breaks: the part is missing, is put again, and the file is whole', async () => {
  const bytes = npyFile([3, 512, 900]);
  const started = await post<UploadStarted>('/upload_initiate', {
    filename: 'broken off.npy',
    filesize: bytes.length,
  });
  const [first, second] = [bytes.subarray(0, started.partSize), bytes.subarray(started.partSize)];
  await breakOff(real(started.partUrls[0]!), first, 3_000_000);
  const put = await fetch(real(started.partUrls[1]!), { method: 'PUT', body: second.slice() });
  expect(put.headers.get('etag')).toBe(`"${sha256(second)}"`);
  const state = (await library.request('GET', `/upload/${started.uploadId}/parts`)).body as UploadParts;
  expect(state.missing.map(({ partNumber }) => partNumber)).toEqual([1]);
  expect((await fetch(real(state.missing[0]!.url), { method: 'PUT', body: first.slice() })).status).toBe(200);
  const { response } = await post<{ response: DataFileView }>('/upload_finalize', {
    uploadId: started.uploadId,
    sha256: sha256(bytes),
  });
  const range = { Range: `bytes=${started.partSize - 4}-${started.partSize + 3}` };
  const middle = await fetch(real(response.link), { headers: range });
  expect(middle.status).toBe(206);
  expect(new Uint8Array(await middle.arrayBuffer())).toEqual(
    bytes.slice(started.partSize - 4, started.partSize + 4),
  );
  const whole = new Uint8Array(await (await fetch(real(response.link))).arrayBuffer());
  expect(sha256(whole)).toBe(sha256(bytes));
});

test('identity fields are overwritten in a store that is not a folder here, too', async () => {
  const { objects } = library.deps;
  const twix = await twixFile('DOE^JANE');
  await objects.put('data/far/away', twix);
  const far = {
    ...objects,
    link: async (wanted: Parameters<typeof objects.link>[0]) => real(await objects.link(wanted)),
  };
  const source = (await objects.open('data/far/away'))!;
  const { path: _, ...elsewhere } = source;
  await scrubObject(far, 'data/far/away', elsewhere);
  await source.close();
  const clean = (await objects.open('data/far/away'))!;
  const kept = Buffer.from(await clean.read(0, clean.size));
  await clean.close();
  expect(kept.length).toBe(twix.length);
  expect(kept.includes('DOE')).toBe(false);
  expect(Buffer.from(twix).includes('DOE')).toBe(true);
});
