import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { clientAddress, isLoopback } from './address.ts';

/** What the server takes for the address of a client that sent this header. */
async function addressOf(trustProxy: boolean, forwarded?: string): Promise<string> {
  const app = new Hono().get('/', (c) => c.text(clientAddress(c, trustProxy)));
  const incoming = { socket: { remoteAddress: '127.0.0.1', remotePort: 1, remoteFamily: 'IPv4' } };
  const headers: Record<string, string> = forwarded === undefined ? {} : { 'X-Forwarded-For': forwarded };
  return (await app.request('/', { headers }, { incoming })).text();
}

describe('the address of a client', () => {
  test('is that of its socket', async () => {
    expect(await addressOf(false)).toBe('127.0.0.1');
    expect(await addressOf(true)).toBe('127.0.0.1');
  });

  test('is what a trusted proxy wrote last, whatever the client wrote before', async () => {
    expect(await addressOf(true, '127.0.0.1, 203.0.113.9')).toBe('203.0.113.9');
  });

  test('is nobody in particular behind a proxy that is not trusted: nor this machine', async () => {
    expect(await addressOf(false, '127.0.0.1')).toBe('forwarded');
    expect(isLoopback('forwarded')).toBe(false);
  });
});

test.each([
  ['127.0.0.1', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['192.0.2.1', false],
  ['1127.0.0.1', false],
])('%s is this machine: %s', (address, wanted) => {
  expect(isLoopback(address)).toBe(wanted);
});
