import type { Context } from 'hono';
import type { Env } from '../http/caller.ts';

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>MR Optimum</title>
<style>
  body { font: 16px/1.6 system-ui, sans-serif; max-width: 42rem; margin: 4rem auto; padding: 0 1rem; color: #1d2733 }
  pre { background: #f2f5f8; padding: 1rem; overflow-x: auto; border-radius: 6px }
  a { color: #0b62a8 }
</style>
<h1>MR Optimum</h1>
<p>This server keeps raw MRI data and calculates signal-to-noise, g-factor and noise-covariance maps from it.</p>
<pre>mroptimum login
mroptimum exec meas.dat --noise noise.dat --out result
mroptimum jobs ls</pre>
<ul>
  <li><a href="/api/docs">The API</a>, and the same as an <a href="/api/openapi.json">OpenAPI document</a></li>
  <li><a href="/health">Health</a></li>
</ul>
</html>
`;

/** What a browser finds at the address of a server whose web pages were not built. */
export function plainPage(c: Context<Env>): Response | Promise<Response> {
  c.header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'");
  return c.html(page);
}
