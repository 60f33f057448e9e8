import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Env } from '../http/caller.ts';
import { plainPage } from './plainPage.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.yaml': 'application/yaml',
};

/** In the order of preference; the build writes these beside each file that they make smaller. */
const encodings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** Where the built pages lie: beside the bundled server, or where the build puts them for one from source. */
export function webFolder(): string | undefined {
  const here = dirname(fileURLToPath(import.meta.url));
  return [join(here, 'web'), join(here, '../../../cli/dist/web')].find((folder) =>
    existsSync(join(folder, 'index.html')),
  );
}

/**
 * What the pages may load: their own files and the API; WebAssembly, which counts as script; workers and
 * pictures made in the page; styles in attributes, which layout needs. Nothing of anybody else.
 */
function contentPolicy(origin: string): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    // Links to files are of the public address, which may be another one than that of the page.
    `connect-src 'self' ${origin} data: blob:`,
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/**
 * Serves the web pages: files of the build, and `index.html` at every address that a browser opens as a page.
 * Without a build, a plain page that names the ways in.
 */
export function registerWeb(app: OpenAPIHono<Env>, origin: string, folder: string | undefined): void {
  if (folder === undefined) {
    app.get('/', plainPage);
    return;
  }
  const policy = contentPolicy(origin);

  async function answer(c: Context<Env>, path: string, caching: string): Promise<Response | undefined> {
    const accepted = c.req.header('accept-encoding') ?? '';
    const variants = encodings.filter(([name]) => new RegExp(`\\b${name}\\b`).test(accepted));
    for (const [encoding, suffix] of [...variants, [undefined, '']] as const) {
      const bytes = await readFile(join(folder!, path + suffix)).catch(() => undefined);
      if (bytes === undefined) continue;
      const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
      c.header('Cache-Control', caching);
      c.header('ETag', etag);
      c.header('Vary', 'Accept-Encoding');
      c.header('Content-Security-Policy', policy);
      // Isolated, so that threads may share memory.
      c.header('Cross-Origin-Embedder-Policy', 'require-corp');
      c.header('Cross-Origin-Opener-Policy', 'same-origin');
      if (c.req.header('if-none-match') === etag) return c.body(null, 304);
      if (encoding) c.header('Content-Encoding', encoding);
      c.header('Content-Type', types[extname(path)] ?? 'application/octet-stream');
      return c.body(new Uint8Array(bytes));
    }
    return undefined;
  }

  app.get('/assets/:file{[\\w.-]+}', async (c) => {
    const file = join('assets', c.req.param('file'));
    return (await answer(c, file, 'public, max-age=31536000, immutable')) ?? c.notFound();
  });
  app.get('*', async (c, next) => {
    const [, file] = /^\/([\w-]+\.(?:js|svg|png|yaml))$/.exec(c.req.path) ?? [];
    if (file !== undefined) return (await answer(c, file, 'no-cache')) ?? next();
    const isPage = /\btext\/html\b|\*\/\*/.test(c.req.header('accept') ?? '*/*');
    if (!isPage || /^\/(api|objects|assets|health|metrics)(\/|$)/.test(c.req.path)) return next();
    return (await answer(c, 'index.html', 'no-cache')) ?? next();
  });
}
