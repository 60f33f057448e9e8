import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { MroError } from '@mroptimum/contract';
import type { Deps } from '../deps.ts';
import { isLoopback } from '../http/address.ts';
import type { Env } from '../http/caller.ts';
import { docsPage } from '../http/docsPage.ts';
import type { Gauge, Metrics } from '../http/metrics.ts';
import { aliasOf, defineRoute, json } from '../http/route.ts';

const version = '0.1.0';

const health = defineRoute(
  { kind: 'public' },
  {
    method: 'get',
    path: '/health',
    tags: ['system'],
    summary: 'Whether the server is alive and reaches its records',
    responses: { 200: json(z.object({ status: z.literal('ok'), version: z.string() }), 'Alive') },
  },
);

const metricsRoute = defineRoute(
  { kind: 'public' },
  {
    method: 'get',
    path: '/metrics',
    tags: ['system'],
    summary: 'Numbers for Prometheus; answered to this machine alone',
    responses: { 200: { content: { 'text/plain': { schema: z.string() } }, description: 'Metrics' } },
  },
);

const description = {
  openapi: '3.1.0',
  info: {
    title: 'MR Optimum',
    version,
    description:
      'SNR, g-factor and noise-covariance maps from raw MRI data: accounts, data, jobs and results.',
  },
};

/** Health, metrics, the OpenAPI document and its page. */
export function registerSystem(
  app: OpenAPIHono<Env>,
  deps: Deps,
  { metrics, gauges }: { metrics: Metrics; gauges: Readonly<Record<string, Gauge>> },
): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  for (const route of [health, aliasOf(health, '/api/health')]) {
    app.openapi(route, async (c) => {
      // A server that cannot reach its records answers with what they throw.
      await deps.records.users.count();
      return c.json({ status: 'ok' as const, version }, 200);
    });
  }
  app.openapi(metricsRoute, async (c) => {
    if (!isLoopback(c.var.address)) {
      throw new MroError('MRO_BRAIN_NOT_FOUND', 'Metrics are answered to this machine alone.');
    }
    return c.text(await metrics.render(gauges), 200, { 'Content-Type': 'text/plain; version=0.0.4' });
  });
  // Made at the first request, when every area has registered its routes.
  let document: ReturnType<typeof app.getOpenAPI31Document> | undefined;
  const describe = () => {
    document ??= app.getOpenAPI31Document(description);
    return document;
  };
  app.get('/api/openapi.json', (c) => c.json(describe()));
  app.get('/api/docs', (c) => {
    c.header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'");
    return c.html(docsPage(describe()));
  });
}
