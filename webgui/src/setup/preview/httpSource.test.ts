import { afterEach, expect, test, vi } from 'vitest';
import { httpSource } from './httpSource.ts';

const block = 4 * 2 ** 20;
const size = 2 * block + 1000;
const byteAt = (position: number): number => (position * 31 + (position >> 11)) % 251;
const bytes = Uint8Array.from({ length: size }, (_, position) => byteAt(position));

/** Answers ranges as a server does; `whole` ignores them. */
function serve(answer: 'ranges' | 'whole' | 'nothing') {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (_: string, { headers }: { headers: { Range: string } }) => {
    asked.push(headers.Range);
    if (answer === 'nothing') return new Response('gone', { status: 404 });
    if (answer === 'whole') return new Response(bytes, { status: 200 });
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(headers.Range)!;
    return new Response(bytes.slice(Number(from), Number(to) + 1), { status: 206 });
  });
  return asked;
}
afterEach(() => {
  vi.unstubAllGlobals();
});

test.each(['ranges', 'whole'] as const)('reads within, across and beyond blocks: %s', async (answer) => {
  serve(answer);
  const source = httpSource('a.dat', size, '/link');
  const places = [
    [0, 10],
    [block - 5, 10],
    [block - 5, block + 20],
    [size - 7, 7],
    [size - 7, 100],
    [size, 10],
  ] as const;
  for (const [offset, length] of places) {
    const read = await source.read(offset, length);
    expect([...read]).toEqual([...bytes.subarray(offset, offset + length)]);
  }
});

test('asks for every block once, small reads beside each other with one request', async () => {
  const asked = serve('ranges');
  const source = httpSource('a.dat', size, '/link');
  await Promise.all([source.read(0, 100), source.read(500, 100), source.read(block - 1, 1)]);
  await source.read(2 * block, 10);
  expect(asked).toEqual([`bytes=0-${block - 1}`, `bytes=${2 * block}-${size - 1}`]);
});

test('says that bytes could not be read, and asks again the next time', async () => {
  serve('nothing');
  const source = httpSource('a.dat', size, '/link');
  await expect(source.read(0, 10)).rejects.toMatchObject({ code: 'MRO_RAW_READ' });
  serve('ranges');
  expect([...(await source.read(0, 3))]).toEqual([...bytes.subarray(0, 3)]);
});
