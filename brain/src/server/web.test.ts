import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { OpenAPIHono } from '@hono/zod-openapi';
import { afterAll, describe, expect, test } from 'vitest';
import type { Env } from '../http/caller.ts';
import { registerWeb } from './web.ts';

const folder = mkdtempSync(join(tmpdir(), 'mroptimum-web-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, 'assets'));
const script = 'export const words = "signal";\n'.repeat(20);
writeFileSync(join(folder, 'index.html'), '<title>Pages</title>');
writeFileSync(join(folder, 'scheme.js'), 'first');
writeFileSync(join(folder, 'assets/a-1.js'), script);
writeFileSync(join(folder, 'assets/a-1.js.br'), brotliCompressSync(script));
writeFileSync(join(folder, 'assets/a-1.js.gz'), gzipSync(script));
writeFileSync(join(folder, '..', 'mroptimum-web-secret.js'), 'secret');
afterAll(() => rmSync(join(folder, '..', 'mroptimum-web-secret.js'), { force: true }));

const app = new OpenAPIHono<Env>();
app.get('/api/data', (c) => c.json({ items: [] }));
registerWeb(app, 'https://lab.example', folder);
const get = (path: string, headers: Record<string, string> = { accept: 'text/html,*/*' }) =>
  app.request(path, { headers });

describe('the web pages', () => {
  test.each(['/', '/jobs', '/jobs/0f3a', '/login?next=/jobs'])('%s is the page itself', async (path) => {
    const response = await get(path);
    expect(await response.text()).toBe('<title>Pages</title>');
    expect(response.headers.get('cache-control')).toBe('no-cache');
  });

  test.each([
    ['br, gzip', 'br'],
    ['gzip, deflate', 'gzip'],
    ['identity', null],
  ])('hashed files go out as %s and are kept for ever', async (accepted, encoding) => {
    const response = await get('/assets/a-1.js', { 'accept-encoding': accepted });
    expect(response.headers.get('content-encoding')).toBe(encoding);
    expect(response.headers.get('content-type')).toMatch(/^text\/javascript/);
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(response.headers.get('vary')).toBe('Accept-Encoding');
    const { length } = new Uint8Array(await response.arrayBuffer());
    expect(length < script.length).toBe(encoding !== null);
  });

  test('are not sent again where they did not change', async () => {
    const etag = (await get('/')).headers.get('etag')!;
    expect((await get('/', { accept: 'text/html', 'if-none-match': etag })).status).toBe(304);
  });

  test('run no script but their own', async () => {
    const policy = (await get('/')).headers.get('content-security-policy')!;
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(policy).toContain("connect-src 'self' https://lab.example data: blob:");
    expect(policy).toContain("default-src 'none'");
  });

  test.each([
    '/assets/gone.js',
    '/assets/..%2f..%2fmroptimum-web-secret.js',
    '/assets/../../mroptimum-web-secret.js',
    '/api/nothing',
    '/objects/none',
  ])('%s is no page', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  test('do not hide the API, nor answer programs that ask for JSON with a page', async () => {
    expect(await (await get('/api/data')).json()).toEqual({ items: [] });
    expect((await get('/jobs', { accept: 'application/json' })).status).toBe(404);
  });
});

test('without a build, a plain page names the ways in', async () => {
  const plain = new OpenAPIHono<Env>();
  registerWeb(plain, 'http://127.0.0.1', undefined);
  const text = await (await plain.request('/')).text();
  expect(text).toContain('/api/docs');
});
