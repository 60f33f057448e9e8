import { describe, expect, test } from 'vitest';
import { readEvents } from './events.ts';
import { type Tokens, tokensInMemory } from './tokens.ts';
import { transport } from './transport.ts';

const fresh = (n: number): Tokens => ({ access: `a${n}`, refresh: `r${n}`, expiresAt: 1e15 });
const answer = (status: number, body: unknown = {}): Response => Response.json(body, { status });

/** A transport over a list of answers; tells the requests that arrived and the pauses that were made. */
function made(answers: (Response | Error)[], first: Tokens | undefined = fresh(1)) {
  const seen: { url: string; token: string | null }[] = [];
  const pauses: number[] = [];
  let refreshes = 0;
  const tokens = tokensInMemory(first);
  const sent = transport({
    origin: 'http://brain.test',
    tokens,
    refresh: async (refresh) => {
      refreshes += 1;
      return refresh === 'r1' ? fresh(2) : undefined;
    },
    fetch: async (url, init) => {
      seen.push({ url: String(url), token: new Headers(init?.headers).get('authorization') });
      const next = answers.shift() ?? answer(200);
      if (next instanceof Error) throw next;
      return next;
    },
    wait: async (ms) => {
      pauses.push(ms);
    },
  });
  return { sent, seen, pauses, tokens, refreshes: () => refreshes };
}

describe('a request', () => {
  test('carries the token to the server, and to no link', async () => {
    const { sent, seen } = made([]);
    await sent.send({ method: 'GET', url: '/api/data' });
    await sent.send({ method: 'GET', url: 'http://elsewhere.test/objects/x' });
    expect(seen).toEqual([
      { url: 'http://brain.test/api/data', token: 'Bearer a1' },
      { url: 'http://elsewhere.test/objects/x', token: null },
    ]);
  });

  test('is sent again with a new token where the old one is refused, and the new one is kept', async () => {
    const { sent, seen, tokens } = made([answer(401), answer(200)]);
    await sent.send({ method: 'GET', url: '/api/data' });
    expect(seen.map(({ token }) => token)).toEqual(['Bearer a1', 'Bearer a2']);
    expect(await tokens.load()).toEqual(fresh(2));
  });

  test('of many that find the token ended renews it once', async () => {
    const { sent, refreshes } = made([], { ...fresh(1), expiresAt: 0 });
    await Promise.all([1, 2, 3].map(() => sent.send({ method: 'GET', url: '/api/data' })));
    expect(refreshes()).toBe(1);
  });

  test('says where to sign in when the session is over', async () => {
    const { sent, tokens } = made([answer(401)], fresh(7));
    await expect(sent.send({ method: 'GET', url: '/' })).rejects.toMatchObject({ code: 'MRO_CLI_SIGN_IN' });
    expect(await tokens.load()).toBeUndefined();
  });

  test('that may be repeated is, as long as the server asks to wait', async () => {
    const busy = new Response('{}', { status: 429, headers: { 'retry-after': '3' } });
    const { sent, pauses } = made([new Error('reset'), busy, answer(200)]);
    await sent.send({ method: 'GET', url: '/api/data' });
    expect(pauses).toEqual([250, 3000]);
  });

  test('that may not be repeated is not', async () => {
    const { sent, seen } = made([new Error('reset')]);
    const refused = sent.send({ method: 'POST', url: '/api/upload_initiate', body: '{}' });
    await expect(refused).rejects.toMatchObject({ code: 'MRO_CLI_SERVER' });
    expect(seen.length).toBe(1);
  });

  test('is refused in the words of the server', async () => {
    const error = { code: 'MRO_BRAIN_QUOTA', message: 'Full.', hint: 'Delete something.' };
    const { sent } = made([answer(403, { error, requestId: '1' }), answer(404, 'nginx')]);
    await expect(sent.send({ method: 'GET', url: '/' })).rejects.toMatchObject(error);
    await expect(sent.send({ method: 'GET', url: '/' })).rejects.toMatchObject({ code: 'MRO_CLI_SERVER' });
  });
});

test('events are read across the borders of packets, comments left out', async () => {
  const text =
    'id: 1\nevent: state\ndata: {"a":\ndata: 1}\n\n: still here\n\nid: 2\r\ndata: ü\r\n\r\ndata: cut';
  const bytes = new TextEncoder().encode(text);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const events = [];
  for await (const event of readEvents(body)) events.push(event);
  expect(events).toEqual([
    { id: '1', event: 'state', data: '{"a":\n1}' },
    { id: '2', event: 'message', data: 'ü' },
  ]);
});
