import type { OpenAPIHono } from '@hono/zod-openapi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPlatform, type Platform } from '../test/platform.ts';
import type { Env } from './http/caller.ts';

describe('the HTTP shell', () => {
  let platform: Platform;
  let app: OpenAPIHono<Env>;
  beforeAll(async () => {
    platform = await createPlatform({ allowedOrigins: ['https://lab.example'] });
    app = platform.app;
  });
  afterAll(() => platform.close());

  test('says that it is alive, with a request id and security headers', async () => {
    const response = await app.request('/health');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: 'ok' });
    expect(response.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('keeps answers of the API out of caches', async () => {
    expect((await app.request('/api/health')).headers.get('cache-control')).toBe('no-store');
    expect((await app.request('/api/auth/profile')).headers.get('cache-control')).toBe('no-store');
  });

  test('keeps a sensible request id of the client and no other', async () => {
    const ask = async (id: string) =>
      (await app.request('/health', { headers: { 'X-Request-Id': id } })).headers.get('x-request-id');
    expect(await ask('lab-42-abc')).toBe('lab-42-abc');
    expect(await ask('a b"c')).not.toBe('a b"c');
  });

  test('answers an unknown address with a problem', async () => {
    const response = await app.request('/api/nothing');
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: expect.objectContaining({
        code: 'MRO_BRAIN_NOT_FOUND',
        hint: expect.stringContaining('/api/docs'),
      }),
    });
  });

  test('shows metrics to this machine alone', async () => {
    expect((await app.request('/metrics')).status).toBe(404);
    const incoming = { socket: { remoteAddress: '127.0.0.1', remotePort: 1, remoteFamily: 'IPv4' } };
    const response = await app.request('/metrics', {}, { incoming });
    expect(await response.text()).toContain(
      'mroptimum_http_requests_total{method="GET",route="/health",status="200"}',
    );
    expect(await (await app.request('/metrics', {}, { incoming })).text()).toContain(
      'mroptimum_jobs{state="queued"} 0',
    );
    const forwarded = { 'X-Forwarded-For': '127.0.0.1' };
    expect((await app.request('/metrics', { headers: forwarded }, { incoming })).status).toBe(404);
  });

  test('describes itself, as data and as a page without scripts', async () => {
    const document = await (await app.request('/api/openapi.json')).json();
    expect(document).toMatchObject({
      openapi: '3.1.0',
      paths: { '/health': { get: { 'x-access': { kind: 'public' } } } },
    });
    const page = await app.request('/api/docs');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toMatch(/^<!doctype html>(?!.*<script)/s);
  });

  test('allows the origins that the operator named', async () => {
    const from = async (origin: string) =>
      (await app.request('/health', { headers: { Origin: origin } })).headers.get(
        'access-control-allow-origin',
      );
    expect(await from('https://lab.example')).toBe('https://lab.example');
    expect(await from('https://other.example')).toBeNull();
  });
});
