import { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { secureHeaders } from 'hono/secure-headers';
import { registerAdmin } from './admin/routes.ts';
import { registerApps } from './apps/routes.ts';
import { createAuthenticate } from './auth/authenticate.ts';
import { registerAuth } from './auth/routes.ts';
import { sendStraight } from './bytes/answer.ts';
import { registerComputingUnits } from './computing-units/routes.ts';
import { registerData } from './data/routes.ts';
import type { Deps } from './deps.ts';
import { clientAddress } from './http/address.ts';
import type { Env } from './http/caller.ts';
import { createMetrics, type Gauge } from './http/metrics.ts';
import { noSuchRoute, problemResponse, refuseInvalid } from './http/problem.ts';
import { requestId, requestLog } from './http/requestLog.ts';
import { registerPipelines } from './pipelines/routes.ts';
import { registerPresets } from './presets/routes.ts';
import { registerResults } from './results/routes.ts';
import { registerRois } from './rois/routes.ts';
import { registerSystem } from './system/routes.ts';
import { registerUnits } from './units/routes.ts';

export interface AppOptions {
  /** Numbers for /metrics, each with a value per state: `jobs` gives mroptimum_jobs{state="queued"} 3. */
  readonly gauges?: Readonly<Record<string, Gauge>>;
}

/** The whole API as one app, for a Node server, a Lambda function and tests alike. */
export function createApp(deps: Deps, options: AppOptions = {}): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ defaultHook: refuseInvalid });
  const metrics = createMetrics();
  const authenticate = createAuthenticate(deps);
  app.onError(problemResponse(deps.log));
  app.notFound(noSuchRoute);
  app.use('/objects/*', sendStraight);
  app.use(requestId);
  app.use(requestLog(deps.log, metrics));
  const isHttps = deps.settings.origin.startsWith('https:');
  app.use(secureHeaders({ crossOriginResourcePolicy: 'cross-origin', strictTransportSecurity: isHttps }));
  app.use('/api/*', notStored);
  if (deps.settings.allowedOrigins !== undefined) app.use(allowOrigins(deps.settings.allowedOrigins));
  app.use(async (c, next) => {
    c.set('authenticate', authenticate);
    c.set('address', clientAddress(c, deps.settings.trustProxy ?? false));
    await next();
  });
  // One line per area.
  registerAuth(app, deps);
  registerAdmin(app, deps);
  registerUnits(app, deps);
  registerPipelines(app, deps);
  registerComputingUnits(app, deps);
  registerApps(app, deps);
  registerData(app, deps);
  registerResults(app, deps);
  registerRois(app, deps);
  registerPresets(app, deps);
  registerSystem(app, deps, {
    metrics,
    gauges: options.gauges ?? { jobs: deps.records.pipelines.countByStatus },
  });
  return app;
}

/** Answers hold tokens, links and patients' data: no cache on the way keeps them, unless a route allows it. */
const notStored: MiddlewareHandler<Env> = async (c, next) => {
  await next();
  if (!c.res.headers.has('cache-control')) c.header('Cache-Control', 'no-store');
};

/** Pages of other origins that may call the API; tokens travel in headers, so cookies are never sent. */
function allowOrigins(origins: readonly string[]) {
  return cors({
    origin: [...origins],
    allowHeaders: [
      'Authorization',
      'Content-Type',
      'If-Match',
      'Last-Event-ID',
      'X-Request-Id',
      'x-amz-checksum-sha256',
    ],
    exposeHeaders: ['ETag', 'X-Request-Id', 'Retry-After', 'Content-Disposition', 'Content-Range'],
    maxAge: 600,
  });
}
